"""Commands of the sessions that are not open."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.services.client.api import Api
from kiosk.services.client.errors import ApiError
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.outcomes import Outcomes
from kiosk.services.runtime.reader import Readers
from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.model import Notice, Route
from kiosk.services.state.store import Store
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Problem

_ALREADY_OVER = N_("That session has ended already.")
_CLEARED = N_("Old sessions cleared: {cleared}.")
_OVER_CODES = frozenset({"SESSION_ALREADY_CLOSED", "SESSION_EXPIRED"})


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
        self._store = store
        self._readers = readers
        self._look = look
        self._outcomes = Outcomes(store, clock=clock)

    async def discard(self, session_id: str) -> None:
        """Give up a session that could be resumed, and leave the sheet about it."""
        name = f"discard:{session_id}"
        try:
            await self._client.recovery.discard(session_id)
        except ApiError as error:
            self._not_discarded(name, session_id, error.problem)
        else:
            self._outcomes.ended(name)
            self._leave(session_id)
        self.look_again()

    async def clear_history(self, older_than_days: int) -> None:
        """Forget the sessions that ended longer ago than that, and tell how many."""
        name = "clear_history"
        clear = self._client.recovery.clear_history
        reply = await self._outcomes.of(name, lambda: clear(older_than_days))
        if reply is not None and reply.data.cleared is not None:
            numbers = {"cleared": reply.data.cleared}
            self._outcomes.ended(name, Notice(name, text=_CLEARED, numbers=numbers))
        self._readers.outdate(Resource.HISTORY)

    def look_again(self) -> None:
        """List anew what can be resumed and what is over: something has changed."""
        self._look()
        self._readers.outdate(Resource.HISTORY)

    def _not_discarded(self, name: str, session_id: str, problem: Problem) -> None:
        if problem.code in _OVER_CODES:
            # Somebody else was faster, which is normal (contract.md §6.60).
            self._outcomes.ended(name, Notice(name, text=_ALREADY_OVER))
        elif problem.code == "SESSION_ALREADY_ACTIVE":
            # It runs: what is offered is to open it.
            self._outcomes.ended(name, Notice(name, problem, arguments=(session_id,)))
        else:
            self._outcomes.failed(name, problem)

    def _leave(self, session_id: str) -> None:
        navigation = self._store.state.navigation
        if (navigation.route, navigation.subject) == (Route.PAST, session_id):
            self._store.dispatch(a.WentBack())
