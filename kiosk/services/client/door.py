"""The machine's door (contract.md §2.11)."""

from http import HTTPStatus

from kiosk.services.client.calls import Calls, Endpoint, endpoint
from kiosk.services.client.errors import EndpointAbsent
from kiosk.services.client.reply import Reply, refuse
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.door import DoorEvent, DoorResult, DoorStatus
from kiosk.services.wire.features import Feature

_STATUS = endpoint("/door/status", "/api/door/status", "/api/dashboard/door/status")
_OPEN = endpoint("/door/open", "/api/door/open", "/api/dashboard/door/open")
_CLOSE = endpoint("/door/close", "/api/door/close", "/api/dashboard/door/close")
_HISTORY = endpoint("/door/history", "/api/door/history", "/api/dashboard/door/history")
_AVAILABLE = endpoint("/door/available")


class Door:
    """Look at it and move it. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.DOOR)

    async def status(self) -> Reply[DoorStatus]:
        """Return whether it is open and locked, each as far as the server tells."""
        return await self._calls.record(DoorStatus, _STATUS)

    async def open(self, duration: int | None = None) -> Reply[DoorResult]:
        """Open for so many seconds, 1 to 30, or for the server's own time; sent once.

        The documents do not agree on the unit, so none is sent unless asked for (§6.46).
        """
        if duration is not None:
            refuse(checks.check_door_seconds(duration))
        return await self._moved(_OPEN, None if duration is None else {"duration": duration})

    async def close(self) -> Reply[DoorResult]:
        """Close it; sent once."""
        return await self._moved(_CLOSE)

    async def history(self, limit: int = 20) -> Reply[tuple[DoorEvent, ...]]:
        """Return the last commands and how they ended."""
        answer = await self._calls.read(_HISTORY, query={"limit": str(limit)})
        return Reply(payloads.door_history(answer.data), answer.correlation_id)

    async def available(self) -> Reply[bool | None]:
        """Return whether there is a door to move; None where the server does not tell."""
        try:
            answer = await self._calls.read(_AVAILABLE)
        except EndpointAbsent as error:
            # Out of service means here that the machine has none.
            if error.problem.http_status != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return Reply(False, error.problem.correlation_id)
        word = answer.data.get("available") if isinstance(answer.data, dict) else None
        return Reply(word if isinstance(word, bool) else None, answer.correlation_id)

    async def _moved(
        self, place: Endpoint, body: dict[str, int] | None = None
    ) -> Reply[DoorResult]:
        answer = await self._calls.act_once(place, body=body)
        result = payloads.record(DoorResult, answer.data) or DoorResult()
        return Reply(result, answer.correlation_id)
