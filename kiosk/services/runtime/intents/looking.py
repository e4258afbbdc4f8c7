"""Where to look."""

from __future__ import annotations

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state import actions as a
from kiosk.services.state.model import Notice, Route


class Looking(Hand):
    """Screens, sheets and notices."""

    def open(self, route: str, subject: str | None = None) -> None:
        """Open a screen, or the sheet about ``subject``."""
        self._store.dispatch(a.Opened(Route(route), subject))

    def refresh(self) -> None:
        """Read what is in sight again, now."""
        self._services.visible.refresh()

    def back(self) -> None:
        """Leave the sheet."""
        self._store.dispatch(a.WentBack())

    def toggle_details(self) -> None:
        """Open or close the technical part."""
        self._store.dispatch(a.DetailsToggled())

    def dismiss(self, command: str) -> None:
        """Take the notice about a command away, but none that has come in its place."""
        if self._notice_about(command) is not None:
            self._store.dispatch(a.NoticeDismissed())

    def again(self, command: str) -> None:
        """Do once more what the notice about a command offers."""
        notice = self._notice_about(command)
        if notice is None:
            return
        self._store.dispatch(a.NoticeDismissed())
        intent, _, subject = command.partition(":")
        arguments = (subject, *notice.arguments) if subject else notice.arguments
        getattr(self, intent)(*arguments)

    def _notice_about(self, command: str) -> Notice | None:
        notice = self._state.notice
        return notice if notice is not None and notice.command == command else None
