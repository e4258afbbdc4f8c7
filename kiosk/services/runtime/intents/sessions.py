"""Sessions that are not open: go on with them, give them up, forget them."""

from __future__ import annotations

from kiosk.services.runtime.intents.hand import Hand

# A session that ended longer ago than this is an old one.
OLD_DAYS = 7


class Sessions(Hand):
    """What can be resumed, and what is over."""

    def resume(self, session_id: str) -> None:
        """Resume an unfinished session."""
        if "start" not in self._state.busy:
            self._spawn("resume", self._resume(session_id))

    def discard(self, session_id: str) -> None:
        """Give up an unfinished session."""
        if "resume" not in self._state.busy:
            self._spawn(f"discard:{session_id}", self._services.recovery.discard(session_id))

    def clear_history(self) -> None:
        """Forget the sessions that ended long ago."""
        self._spawn("clear_history", self._services.recovery.clear_history(OLD_DAYS))

    async def _resume(self, session_id: str) -> None:
        await self._services.commands.resume(session_id)
        if self._state.batch is None:
            # It did not open: what the list says of it is out of date.
            self._services.recovery.look_again()
