"""The Pi's log (contract.md §2.5, §3.5)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from itertools import pairwise

from kiosk.services.client.calls import Calls, endpoint
from kiosk.services.client.errors import ApiError, EndpointAbsent, NotApi
from kiosk.services.client.reply import Reply
from kiosk.services.client.stream import EventStream, open_stream
from kiosk.services.wire import payloads
from kiosk.services.wire.logs import Level, LogEntry

_RECENT = endpoint("/system/logs", "/api/v1/logs", "/api/dashboard/logs", "/api/logs/recent")
_STREAM = endpoint("/system/logs/stream")
_OLDER_STREAM = "/api/v1/dashboard/logs"

RECENT_LIMIT = 100
MOST_RECENT = 1000
# Three keepalives.
SILENCE_SECONDS = 45.0


class Logs:
    """What the service has written lately and writes now. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def recent(
        self, limit: int = RECENT_LIMIT, level: Level | None = None, search: str | None = None
    ) -> Reply[tuple[LogEntry, ...]]:
        """Return the latest entries, newest last; none at all is no error (contract.md §6.35)."""
        query = {"limit": str(limit)}
        if level is not None:
            query["level"] = level
        if search:
            query["search"] = search
        answer = await self._calls.read(_RECENT, query=query)
        return Reply(_newest_last(payloads.logs(answer.data)), answer.correlation_id)

    @asynccontextmanager
    async def stream(
        self, last_event_id: str = "", *, silence: float = SILENCE_SECONDS
    ) -> AsyncIterator[EventStream]:
        """Connect to what is written from now on, or since the event of that id."""
        async with AsyncExitStack() as stack:

            async def opened(path: str) -> EventStream:
                address = self._calls.events
                connection = open_stream(
                    address, path, {}, last_event_id=last_event_id, silence=silence
                )
                return await self._calls.opened(address, stack.enter_async_context(connection))

            try:
                stream = await opened(self._calls.path(_STREAM))
            except (EndpointAbsent, NotApi) as error:
                # 204 is the stream's own word: there is nothing to connect to.
                if not is_absent(error) or error.problem.http_status == HTTPStatus.NO_CONTENT:
                    raise
                try:
                    stream = await opened(_OLDER_STREAM)
                except (EndpointAbsent, NotApi):
                    raise error from None
            yield stream


def is_absent(error: ApiError) -> bool:
    """Return whether the server has no such route, and not only trouble with it."""
    return isinstance(error, EndpointAbsent | NotApi) and not error.problem.retryable


def _newest_last(entries: tuple[LogEntry, ...]) -> tuple[LogEntry, ...]:
    """Return the entries turned round where the server began with the newest.

    Most steps tell, not the ends: the server's clock may have been set back meanwhile.
    """
    times = [entry.timestamp for entry in entries if entry.timestamp is not None]
    falls = sum(later < earlier for earlier, later in pairwise(times))
    rises = sum(later > earlier for earlier, later in pairwise(times))
    return entries[::-1] if falls > rises else entries
