"""One session's stream, supervised: connect, list, replay, and always honest about being live."""

import asyncio
import logging
import random
from collections.abc import Callable
from http import HTTPStatus
from typing import NoReturn

from kiosk.services.client.api import Api
from kiosk.services.client.backoff import Backoff, is_refused
from kiosk.services.client.errors import ApiError, NotApi, RequestTimeout, error_of
from kiosk.services.client.sse import Frame
from kiosk.services.client.stream import SILENCE_SECONDS, EventStream
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.tally import BAD_LIMIT, Tally
from kiosk.services.runtime.waiting import first
from kiosk.services.state.feed import ConnectionChanged, FeedEvent, SnapshotLoaded
from kiosk.services.wire.events import (
    DeviceUpdated,
    Event,
    SessionEnded,
    StreamAlive,
    StreamOpened,
    UnknownEvent,
    parse_event,
)
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import ENDED_STATES

_ESTABLISHED_SECONDS = 1.0
_POLL_SECONDS = 3.0
_REFRESH_SECONDS = 5.0
_BUFFER_LIMIT = 20_000
# A server's ``retry:`` may be absurd; nobody waits longer than the slowest step of our own.
_LONGEST_RETRY = 30.0

_GONE_STATUSES = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

_log = logging.getLogger("kiosk.feed")


class ProvisioningFeed:
    """Tells ``emit`` all that happens to a session until it is over (reliability.md, promise 1).

    ``emit`` is called from the event loop and must not block. ``on_frame`` sees each frame as it
    was dispatched, before anything is made of it.
    """

    def __init__(
        self,
        client: Api,
        session_id: str,
        emit: Callable[[FeedEvent], None],
        *,
        clock: Clock,
        rng: random.Random,
        silence: float = SILENCE_SECONDS,
        on_frame: Callable[[Frame], None] | None = None,
    ) -> None:
        self._client = client.once()
        self._session_id = session_id
        self._emit = emit
        self._clock = clock
        self._silence = silence
        self._on_frame = on_frame
        self._backoff = Backoff(rng, clock)
        self._retry_now = asyncio.Event()
        self._established = asyncio.Event()
        self._refresh_due = asyncio.Event()
        self._is_live = False
        self._buffer: list[Event] | None = []
        self._last_event_id = ""
        self._server_delay = 0.0
        self._bad = Tally(clock)
        self._named_types: set[str] = set()

    async def run(self) -> None:
        """Run until the session is gone or the key is refused; may be cancelled at any time."""
        try:
            while True:
                self._emit(ConnectionChanged("connecting"))
                try:
                    await self._connection()
                except ApiError as error:
                    if self._is_live and isinstance(error, RequestTimeout):
                        self._emit(ConnectionChanged("stale", error.problem))
                    await self._pause(error.problem)
        except _OverError as over:
            self._emit(ConnectionChanged("stopped", over.problem))

    def list_again(self) -> None:
        """List the session soon: something has changed that the stream does not tell."""
        self._refresh_due.set()

    def retry_now(self) -> None:
        """Skip the wait for the next attempt."""
        self._retry_now.set()

    async def _connection(self) -> NoReturn:
        """Live through one connection; raises ApiError at its end, _OverError at the feed's."""
        self._is_live = False
        self._buffer = []
        self._established.clear()
        try:
            async with self._client.batch.events(
                self._session_id, last_event_id=self._last_event_id, silence=self._silence
            ) as stream:
                self._emit(StreamOpened())
                reader = asyncio.create_task(self._read(stream))
                try:
                    await self._follow(reader)
                finally:
                    reader.cancel()
                    await asyncio.gather(reader, return_exceptions=True)
                    self._last_event_id = stream.last_event_id
                    if stream.retry_seconds is not None:
                        self._server_delay = min(stream.retry_seconds, _LONGEST_RETRY)
        except ApiError as error:
            if _is_final(error.problem):
                raise _OverError(error.problem) from None
            raise

    async def _follow(self, reader: asyncio.Task[NoReturn]) -> NoReturn:
        """List, replay and go live; list again whenever an event could not be understood."""
        await first(reader, self._established.wait(), self._clock.sleep(_ESTABLISHED_SECONDS))
        while True:
            self._refresh_due.clear()
            await self._list_and_replay()
            _raise_if_ended(reader)
            if not self._is_live:
                self._is_live = True
                self._backoff.live()
                self._emit(ConnectionChanged("live"))
            await first(reader, self._refresh_due.wait())
            _raise_if_ended(reader)
            await first(reader, self._clock.sleep(_REFRESH_SECONDS))
            _raise_if_ended(reader)
            self._buffer = []

    async def _list_and_replay(self) -> None:
        """Publish the whole truth, then what has happened since the stream was opened."""
        await self._list()
        buffered, self._buffer = self._buffer or [], None
        for event in buffered:
            self._deliver(event)

    async def _list(self) -> None:
        try:
            # Safe to cancel: the client never passes a cancellation on to the shared connection.
            reply = await self._client.batch.session(self._session_id)
        except ApiError as error:
            if error.problem.http_status in _GONE_STATUSES and not isinstance(error, NotApi):
                raise _OverError(error.problem) from None
            raise
        at = self._clock.monotonic()
        self._emit(SnapshotLoaded(reply.data, at, reply.correlation_id))
        if reply.data.session.state in ENDED_STATES:
            raise _OverError

    async def _read(self, stream: EventStream) -> NoReturn:
        while (frames := await stream.next_batch()) is not None:
            if not frames:
                self._take(StreamAlive())
            for frame in frames:
                if self._on_frame is not None:
                    self._on_frame(frame)
                self._take(parse_event(frame.event, frame.data))
        raise error_of(Problem(Kind.TRANSPORT, message="the stream ended", retryable=True))

    def _take(self, event: Event) -> None:
        if isinstance(event, StreamOpened):
            self._established.set()
        elif isinstance(event, UnknownEvent):
            self._note_unknown(event)
            self._keep_or_deliver(event)
        elif self._is_meant(event):
            self._keep_or_deliver(event)

    def _is_meant(self, event: Event) -> bool:
        """Return whether neither the event nor its device names another session (§3.4.6)."""
        named = {getattr(event, "session_id", None)}
        if isinstance(event, DeviceUpdated):
            named.add(event.device.session_id)
        return named <= {None, "", self._session_id}

    def _keep_or_deliver(self, event: Event) -> None:
        if self._buffer is None:
            self._deliver(event)
            return
        if len(self._buffer) >= _BUFFER_LIMIT:
            raise _gap("too many events before the snapshot")
        self._buffer.append(event)

    def _deliver(self, event: Event) -> None:
        self._emit(event)
        if isinstance(event, SessionEnded):
            raise _OverError

    def _note_unknown(self, event: UnknownEvent) -> None:
        if event.raw_type not in self._named_types and len(self._named_types) < BAD_LIMIT:
            self._named_types.add(event.raw_type)
            _log.warning("ignoring events of %s %r", event.reason, event.raw_type)
        if event.reason == "type":
            return
        self._refresh_due.set()
        if self._bad.add():
            raise _gap("too many unreadable events")

    async def _pause(self, problem: Problem) -> None:
        """Wait for the next attempt; poll meanwhile as long as the server answers (flow F8)."""
        floor = max(problem.retry_after_seconds or 0.0, self._server_delay)
        retry_at = self._clock.monotonic() + self._backoff.next_delay(floor)
        # By the standard 204 means: do not connect again. Then only "retry now" does.
        polls_only = problem.http_status == HTTPStatus.NO_CONTENT
        shown = None if polls_only else retry_at
        self._emit(ConnectionChanged("reconnecting", problem, shown))
        self._retry_now.clear()
        polls = polls_only or problem.kind in {Kind.ENDPOINT_ABSENT, Kind.NOT_API}
        # A stream that broke was only just listed, or its server is down.
        polls_later = problem.kind is Kind.TRANSPORT
        while not self._retry_now.is_set():
            if polls:
                polls = await self._poll()
                polls_only = polls_only and polls
            left = retry_at - self._clock.monotonic()
            if left <= 0 and not polls_only:
                return
            is_long = (polls or polls_later) and left > _POLL_SECONDS
            nap = _POLL_SECONDS if polls_only or is_long else left
            await first(self._retry_now.wait(), self._clock.sleep(nap))
            # Directly before the next attempt there is no need: that lists, too.
            polls, polls_later = polls_only or is_long, False

    async def _poll(self) -> bool:
        try:
            await self._list()
        except ApiError:
            return False
        return True


class _OverError(Exception):
    """There is nothing left to follow."""

    def __init__(self, problem: Problem | None = None) -> None:
        super().__init__()
        self.problem = problem


def _raise_if_ended(reader: asyncio.Task[NoReturn]) -> None:
    if reader.done():
        reader.result()


def _is_final(problem: Problem) -> bool:
    """Return whether asking again is no use: the session is gone, or we are refused."""
    is_gone = problem.kind is Kind.DOMAIN and problem.http_status in _GONE_STATUSES
    return is_gone or is_refused(problem)


def _gap(why: str) -> ApiError:
    return error_of(Problem(Kind.MALFORMED, message=why, retryable=True))
