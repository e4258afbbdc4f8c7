"""Where to look."""

from __future__ import annotations

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state import actions as a
from kiosk.services.state.model import Route


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

    def dismiss(self) -> None:
        """Take the notice away."""
        self._store.dispatch(a.NoticeDismissed())

    def again(self) -> None:
        """Do once more what the notice is about."""
        notice = self._state.notice
        if notice is None:
            return
        self._store.dispatch(a.NoticeDismissed())
        command, _, subject = notice.command.partition(":")
        arguments = (subject, *notice.arguments) if subject else notice.arguments
        getattr(self, command)(*arguments)
