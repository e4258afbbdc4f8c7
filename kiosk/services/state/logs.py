"""The slice of the Pi's log, what its feed says, and their reducers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from kiosk.services.state.change import updated
from kiosk.services.state.feed import ConnectionState
from kiosk.services.wire.logs import Level, LogEntry
from kiosk.services.wire.problem import Problem

if TYPE_CHECKING:
    from kiosk.services.state.handlers import Handlers
    from kiosk.services.state.model import State

MAX_LINES = 500

Transport = Literal["stream", "polling"]

_LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class LogConnection:
    """How the lines come, and whether they do; ``retry_at`` is monotonic seconds."""

    state: ConnectionState = "connecting"
    transport: Transport = "stream"
    problem: Problem | None = None
    retry_at: float | None = None


@dataclass(frozen=True, slots=True)
class Logs:
    """The latest lines, newest last; ``held`` is what was shown when the person paused them.

    ``dropped`` counts the lines that had to make room, ``unreadable`` those that made no sense.
    """

    lines: tuple[LogEntry, ...] = ()
    held: tuple[LogEntry, ...] | None = None
    level: Level | None = None
    connection: LogConnection = field(default_factory=LogConnection)
    dropped: int = 0
    unreadable: int = 0

    @property
    def paused(self) -> bool:
        """Return whether what is shown stands still; lines are collected all the same."""
        return self.held is not None

    @property
    def shown(self) -> tuple[LogEntry, ...]:
        """Return the lines to show, of the chosen level and above."""
        return tuple(at_least(self.level, self.lines if self.held is None else self.held))


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


LogEvent = LogLines | LogConnection
LogAction = LogEvent | LogLevelChosen | LogsPaused


def at_least(level: Level | None, lines: Iterable[LogEntry]) -> Iterable[LogEntry]:
    """Return the lines of a level and above; all of them for None."""
    if level is None:
        return lines
    levels = _LEVELS[_LEVELS.index(level) :]
    return (line for line in lines if line.level in levels)


def log_lines(state: State, action: LogLines) -> State:
    """Add the lines; the oldest of too many go."""
    logs = state.logs
    lines = logs.lines + action.lines
    changed = updated(
        logs,
        lines=lines[-MAX_LINES:],
        dropped=logs.dropped + max(0, len(lines) - MAX_LINES),
        unreadable=logs.unreadable + action.unreadable,
    )
    return updated(state, logs=changed)


def log_connection(state: State, action: LogConnection) -> State:
    """Say how true the lines are; why they are not stays told while the next try is under way."""
    if action.state == "connecting" and action.problem is None:
        action = updated(action, problem=state.logs.connection.problem)
    return updated(state, logs=updated(state.logs, connection=action))


def log_level_chosen(state: State, action: LogLevelChosen) -> State:
    """Show less or more of what is there; nothing is forgotten."""
    return updated(state, logs=updated(state.logs, level=action.level))


def logs_paused(state: State, action: LogsPaused) -> State:
    """Hold on to what is shown now, or show the latest again."""
    logs = state.logs
    if action.paused == logs.paused:
        return state
    return updated(state, logs=updated(logs, held=logs.lines if action.paused else None))


HANDLERS: Handlers = {
    LogLines: log_lines,
    LogConnection: log_connection,
    LogLevelChosen: log_level_chosen,
    LogsPaused: logs_paused,
}
