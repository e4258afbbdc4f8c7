"""Commands of the sessions that are not open."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.services.client.api import Api
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.outcomes import Outcomes
from kiosk.services.runtime.reader import Readers
from kiosk.services.state.known import Resource
from kiosk.services.state.store import Store


class RecoveryCommands:
    """Each method is one command; ``look`` lists anew what can be resumed."""

    def __init__(
        self,
        client: Api,
        store: Store,
        readers: Readers,
        look: Callable[[], None],
        *,
        clock: Clock,
    ) -> None:
        self._client = client
        self._readers = readers
        self._look = look
        self._outcomes = Outcomes(store, clock=clock)

    async def discard(self, session_id: str) -> None:
        """Give up a session that could be resumed."""
        name = f"discard:{session_id}"
        await self._outcomes.of(name, lambda: self._client.recovery.discard(session_id))
        self._look()

    async def clear_history(self, older_than_days: int) -> None:
        """Forget the sessions that ended longer ago than that."""
        clear = self._client.recovery.clear_history
        await self._outcomes.of("clear_history", lambda: clear(older_than_days))
        self._readers.outdate(Resource.HISTORY)
