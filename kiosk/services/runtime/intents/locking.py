"""What is behind the PIN: asked for on the way in, with a longer wait after each miss."""

from __future__ import annotations

from kiosk.services.runtime.intents.editing import Editing
from kiosk.services.runtime.intents.looking import Looking
from kiosk.services.state import preferences as p
from kiosk.services.state.model import Route
from kiosk.services.state.navigation import HOMES

_LONGEST_WAIT_SECONDS = 30.0


class Locking(Looking, Editing):
    """Stands before the intents that it guards."""

    def open(self, route: str, subject: str | None = None) -> None:
        """Open a screen, behind the PIN if it is one of those; going home locks them again."""
        state = self._state
        if route in p.GUARDED and state.preferences.has_pin and not state.lock.is_open:
            self._store.dispatch(p.PinAsked(route, subject))
            return
        super().open(route, subject)
        if Route(route) in HOMES:
            self._store.dispatch(p.Locked())

    def accept(self) -> None:
        """Take what was typed; a PIN is compared first, and not at all while that has to wait."""
        state = self._state
        text = state.editor.text.get_secret_value()
        if state.navigation.route is not Route.EDITOR or state.editor.field != "pin" or not text:
            super().accept()
        elif self._clock.monotonic() >= state.lock.next_at:
            self._spawn("enter_pin", self._enter(text))

    async def _enter(self, text: str) -> None:
        if await self._services.preferences.is_pin(text):
            self._store.dispatch(p.Unlocked())
            return
        wait = min(_LONGEST_WAIT_SECONDS, 2.0**self._state.lock.tries)
        self._store.dispatch(p.PinRefused(self._clock.monotonic() + wait))
