"""Sessions that were interrupted, and those that are over (contract.md §2.3)."""

from kiosk.services.client.calls import Calls, endpoint, settled
from kiosk.services.client.errors import ApiError
from kiosk.services.client.reply import Reply, refuse, whole
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.features import Feature
from kiosk.services.wire.provisioning import IDLE_STATES, Cleared, Session

_RECOVERABLE = endpoint("/provisioning/sessions/recoverable")
_RESUME = endpoint("/provisioning/sessions/{}/resume")
_DISCARD = endpoint("/provisioning/sessions/{}")
_HISTORY = endpoint("/provisioning/sessions/history")
_SESSION = endpoint("/provisioning/batch/{}")


class Recovery:
    """What can be resumed, and what came of the rest. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.BATCH)

    async def recoverable(self) -> Reply[tuple[Session, ...]]:
        """Return the sessions that can be resumed."""
        answer = await self._calls.read(_RECOVERABLE)
        return Reply(payloads.sessions(answer.data), answer.correlation_id)

    async def resume(self, session_id: str) -> Reply[Session]:
        """Resume a session that survived a restart of the server."""
        _check(session_id)

        async def send() -> Reply[Session]:
            answer = await self._calls.act(_RESUME, session_id)
            return whole(payloads.session(answer.data), answer)

        async def look() -> Reply[Session] | None:
            answer = await self._calls.read(_SESSION, session_id)
            session = payloads.session(answer.data)
            if session is None or session.state in IDLE_STATES:
                return None
            return Reply(session, answer.correlation_id)

        return await settled(send, look=look)

    async def history(self, limit: int = 10) -> Reply[tuple[Session, ...]]:
        """Return the sessions that are over, the newest first."""
        answer = await self._calls.read(_HISTORY, query={"limit": str(limit)})
        return Reply(payloads.sessions(answer.data), answer.correlation_id)

    async def clear_history(self, older_than_days: int) -> Reply[Cleared]:
        """Forget the sessions that ended longer ago than that."""
        query = {"older_than_days": str(older_than_days)}

        async def send() -> Reply[Cleared]:
            answer = await self._calls.act(_HISTORY, method="DELETE", query=query)
            return Reply(payloads.record(Cleared, answer.data) or Cleared(), answer.correlation_id)

        # What is cleared already is not there to be cleared twice.
        return await settled(send)

    async def discard(self, session_id: str) -> Reply[None]:
        """Give up a session that could be resumed; one that is not there is no error."""
        _check(session_id)

        async def send() -> Reply[None]:
            try:
                answer = await self._calls.act(_DISCARD, session_id, method="DELETE")
            except ApiError as error:
                if error.problem.code != "SESSION_NOT_FOUND":
                    raise
                return Reply(None, error.problem.correlation_id)
            return Reply(None, answer.correlation_id)

        return await settled(send)


def _check(session_id: str) -> None:
    refuse(checks.check_session_id(session_id))
