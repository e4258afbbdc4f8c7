"""The slice of the Pi's log, what its feed says, and their reducers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from kiosk.services.state.change import updated
from kiosk.services.state.feed import ConnectionState
from kiosk.services.state.handlers import Handlers
from kiosk.services.wire.logs import Level, LogEntry, identity
from kiosk.services.wire.problem import Problem

MAX_LINES = 500

Transport = Literal["stream", "polling"]

_LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class LogConnection:
    """How the lines come, and whether they do; times are monotonic seconds.

    ``heard_at`` is when the service was last heard of, told while the lines are not live.
    """

    state: ConnectionState = "connecting"
    transport: Transport = "stream"
    problem: Problem | None = None
    retry_at: float | None = None
    heard_at: float | None = None


@dataclass(frozen=True, slots=True)
class Logs:
    """The latest lines, newest last; ``held`` is what was shown when the person paused them.

    Of what is held ``top`` is the first line in sight, None for the last page, and ``focus`` the
    line that was looked for or opened. ``total`` counts the lines that came, ``seen`` those of
    them that had come before the pause, ``unreadable`` what made no sense.
    """

    lines: tuple[LogEntry, ...] = ()
    held: tuple[LogEntry, ...] | None = None
    top: LogEntry | None = None
    focus: LogEntry | None = None
    level: Level | None = None
    connection: LogConnection = field(default_factory=LogConnection)
    total: int = 0
    seen: int = 0
    unreadable: int = 0

    @property
    def paused(self) -> bool:
        """Return whether what is shown stands still; lines are collected all the same."""
        return self.held is not None

    @property
    def there(self) -> tuple[LogEntry, ...]:
        """Return the lines of all levels, those that are held where they are."""
        return self.lines if self.held is None else self.held

    @property
    def shown(self) -> tuple[LogEntry, ...]:
        """Return the lines to show, of the chosen level and above."""
        return tuple(at_least(self.level, self.there))

    @property
    def new(self) -> int:
        """Return how many lines came since the pause."""
        return self.total - self.seen if self.paused else 0

    @property
    def earlier_error(self) -> LogEntry | None:
        """Return the last error before the line that was looked for last, or of all."""
        lines = self.there
        end = len(lines) if self.focus is None else place_of(self.focus, lines)
        return next((line for line in reversed(lines[:end]) if line.level == "error"), None)


@dataclass(frozen=True, slots=True)
class LogLines:
    """New lines, newest last, and how many could not be read."""

    lines: tuple[LogEntry, ...]
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class LogLevelChosen:
    """Only lines of this level and above are to be shown; None: all."""

    level: Level | None


@dataclass(frozen=True, slots=True)
class LogsPaused:
    """What is shown is to stand still, or to go on."""

    paused: bool


@dataclass(frozen=True, slots=True)
class LogsScrolled:
    """The line of this identity is to be the first in sight; None: show the last page."""

    top: str | None


@dataclass(frozen=True, slots=True)
class LogErrorSought:
    """The error before the one that was looked for last is to be shown."""


@dataclass(frozen=True, slots=True)
class LogLinePicked:
    """The line of this identity is to stay while it is read."""

    line: str


LogEvent = LogLines | LogConnection
LogAction = LogEvent | LogLevelChosen | LogsPaused | LogsScrolled | LogErrorSought | LogLinePicked


def at_least(level: Level | None, lines: Iterable[LogEntry]) -> Iterable[LogEntry]:
    """Return the lines of a level and above; all of them for None."""
    if level is None:
        return lines
    levels = _LEVELS[_LEVELS.index(level) :]
    return (line for line in lines if line.level in levels)


def line_of(key: str | None, lines: Iterable[LogEntry]) -> LogEntry | None:
    """Return the line of an identity; None when it is not among them any more."""
    return next((line for line in lines if identity(line) == key), None)


def place_of(wanted: LogEntry, lines: Iterable[LogEntry]) -> int:
    """Return how many lines come before one, all of them if it is not there."""
    place = 0
    for line in lines:
        if line is wanted:
            break
        place += 1
    return place


def log_lines(logs: Logs, action: LogLines) -> Logs:
    """Add the lines; the oldest of too many go."""
    lines = logs.lines + action.lines
    return updated(
        logs,
        lines=lines[-MAX_LINES:],
        total=logs.total + len(action.lines),
        unreadable=logs.unreadable + action.unreadable,
    )


def log_connection(logs: Logs, action: LogConnection) -> Logs:
    """Say how true the lines are; why they are not stays told while the next try is under way."""
    if action.state == "connecting" and action.problem is None:
        before = logs.connection
        action = updated(action, problem=before.problem, heard_at=before.heard_at)
    return updated(logs, connection=action)


def log_level_chosen(logs: Logs, action: LogLevelChosen) -> Logs:
    """Show less or more of what is there; nothing is forgotten."""
    return updated(logs, level=action.level)


def logs_paused(logs: Logs, action: LogsPaused) -> Logs:
    """Hold on to what is shown now, or show the latest again."""
    return _paused(logs) if action.paused else updated(logs, held=None, top=None, focus=None)


def logs_scrolled(logs: Logs, action: LogsScrolled) -> Logs:
    """Pause, with another line on top; a line that has gone meanwhile moves nothing."""
    if action.top is None:
        return updated(logs, top=None, focus=None)
    top = line_of(action.top, logs.there)
    return logs if top is None else updated(_paused(logs), top=top)


def log_error_sought(logs: Logs, _action: LogErrorSought) -> Logs:
    """Pause at the error, if there is one."""
    error = logs.earlier_error
    if error is None:
        return logs
    return updated(_paused(logs), top=error, focus=error)


def log_line_picked(logs: Logs, action: LogLinePicked) -> Logs:
    """Pause, so that the line is still there when its sheet is left."""
    line = line_of(action.line, logs.there)
    return logs if line is None else updated(_paused(logs), focus=line)


def _paused(logs: Logs) -> Logs:
    return logs if logs.paused else updated(logs, held=logs.lines, seen=logs.total)


HANDLERS: Handlers[Logs] = {
    LogLines: log_lines,
    LogConnection: log_connection,
    LogLevelChosen: log_level_chosen,
    LogsPaused: logs_paused,
    LogsScrolled: logs_scrolled,
    LogErrorSought: log_error_sought,
    LogLinePicked: log_line_picked,
}
