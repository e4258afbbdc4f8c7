"""The log: which lines are shown, and where among them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state import actions as a
from kiosk.services.state.logs import (
    LogErrorSought,
    LogLevelChosen,
    LogLinePicked,
    LogsPaused,
    LogsScrolled,
)
from kiosk.services.state.model import Route
from kiosk.services.wire.logs import Level

_NEXT: Mapping[Level | None, Level | None] = MappingProxyType(
    {None: "info", "debug": "info", "info": "warn", "warn": "error", "error": None}
)


class Logs(Hand):
    """The live log. Whoever moves about in it pauses it."""

    def next_log_level(self) -> None:
        """Show fewer lines, from the worst level on all of them again."""
        self._store.dispatch(LogLevelChosen(_NEXT[self._state.logs.level]))

    def pause_logs(self) -> None:
        """Let what is shown stand still."""
        self._store.dispatch(LogsPaused(paused=True))

    def continue_logs(self) -> None:
        """Show the latest lines as they come."""
        self._store.dispatch(LogsPaused(paused=False))

    def scroll_logs(self, top: str) -> None:
        """Have the line of this identity on top."""
        self._store.dispatch(LogsScrolled(top))

    def end_of_logs(self) -> None:
        """Show the last of the lines that are held."""
        self._store.dispatch(LogsScrolled(None))

    def previous_log_error(self) -> None:
        """Show the last error, or the one before that was shown."""
        self._store.dispatch(LogErrorSought())

    def open_log_line(self, line: str) -> None:
        """Show all that a line says."""
        self._store.dispatch(LogLinePicked(line))
        self._store.dispatch(a.Opened(Route.LOG_LINE, line))
