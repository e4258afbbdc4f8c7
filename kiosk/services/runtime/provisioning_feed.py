"""One session's stream, supervised: connect, list, replay, and always honest about being live."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, NoReturn

from kiosk.services.client.api import Api
from kiosk.services.client.backoff import Backoff, is_refused
from kiosk.services.client.errors import ApiError, NotApi, RequestTimeout, error_of
from kiosk.services.client.sse import Frame
from kiosk.services.client.stream import SILENCE_SECONDS, EventStream
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.backlog import Backlog
from kiosk.services.runtime.tally import BAD_LIMIT, Tally
from kiosk.services.runtime.waiting import first
from kiosk.services.state.feed import ConnectionChanged, FeedEvent, SnapshotLoaded
from kiosk.services.wire.events import (
    DeviceUpdated,
    Event,
    NetworkUpdated,
    SessionEnded,
    SessionUpdated,
    StreamAlive,
    StreamOpened,
    TimeoutWarning,
    UnknownEvent,
    parse_event,
)
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import DEVICE_RANK, ENDED_STATES

_ESTABLISHED_SECONDS = 1.0
_POLL_SECONDS = 3.0
_REFRESH_SECONDS = 5.0
# Heartbeats alone do not say that there still is a session (contract.md §7: then it is old).
_QUIET_SECONDS = 30.0
_REPLAYED_AT_ONCE = 200
# States of which a rank says which one is older.
_RANKED = frozenset(DEVICE_RANK) | {None}
# What a list that was made before it would undo.
_NEWS = (DeviceUpdated, SessionUpdated, SessionEnded, TimeoutWarning, NetworkUpdated)
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
        # What came since the stream was opened or a list was asked for; None while it is not.
        self._backlog: Backlog | None = None
        self._news_at = float("-inf")
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
                        self._retry_now.clear()
                        # Where it answers only the stream was silent, and that may be its way.
                        if await self._poll():
                            continue
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
        self._backlog = Backlog()
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
        """List, replay and go live; list again whenever what is shown may not be the truth."""
        await first(reader, self._established.wait(), self._clock.sleep(_ESTABLISHED_SECONDS))
        while True:
            self._refresh_due.clear()
            await self._list_beside(reader)
            await self._replay()
            _raise_if_ended(reader)
            if not self._is_live:
                self._is_live = True
                self._backoff.live()
                self._emit(ConnectionChanged("live"))
            await self._until_list_is_due(reader)
            self._backlog = Backlog()

    async def _until_list_is_due(self, reader: asyncio.Task[NoReturn]) -> None:
        """Return when something was missed, 5 s after the last list, or without news for 30 s."""
        listed_at = self._clock.monotonic()
        while not self._refresh_due.is_set():
            quiet_at = max(listed_at, self._news_at) + _QUIET_SECONDS
            left = quiet_at - self._clock.monotonic()
            if left <= 0:
                return
            await first(reader, self._refresh_due.wait(), self._clock.sleep(left))
            _raise_if_ended(reader)
        left = listed_at + _REFRESH_SECONDS - self._clock.monotonic()
        if left > 0:
            await first(reader, self._clock.sleep(left))
            _raise_if_ended(reader)

    async def _list_beside(self, reader: asyncio.Task[NoReturn]) -> None:
        """Publish the whole truth; what was live is not called so a moment after its end."""
        if not self._is_live:
            await self._list()
        elif not await self._list_unless(reader):
            _raise_if_ended(reader)

    async def _list_unless(self, other: asyncio.Task[Any] | Coroutine[Any, Any, Any]) -> bool:
        """Publish the whole truth unless something else happens first; returns whether it was."""
        listing = asyncio.create_task(self._list())
        try:
            await first(listing, other)
            if is_done := listing.done():
                listing.result()
            return is_done
        finally:
            # Safe to cancel: the client never passes a cancellation on to the shared connection.
            listing.cancel()
            await asyncio.gather(listing, return_exceptions=True)

    async def _replay(self) -> None:
        """Tell what has happened since the list was asked for, never for long at a stretch.

        All at once if it is little, or a frame might show the first list as not live.
        """
        while self._backlog:
            for frame in self._backlog.take(_REPLAYED_AT_ONCE):
                event = parse_event(frame.event, frame.data)
                self._deliver(event)
                if isinstance(event, DeviceUpdated) and event.state not in _RANKED:
                    # It may have left that state before the list was made: another one will tell.
                    self._refresh_due.set()
            if self._backlog:
                await asyncio.sleep(0)
        self._backlog = None

    async def _list(self) -> None:
        try:
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
                self._deliver(StreamAlive())
            for frame in frames:
                if self._on_frame is not None:
                    self._on_frame(frame)
                self._take(frame)
        raise error_of(Problem(Kind.TRANSPORT, message="the stream ended", retryable=True))

    def _take(self, frame: Frame) -> None:
        event = parse_event(frame.event, frame.data)
        if isinstance(event, StreamOpened):
            self._established.set()
        elif self._is_meant(event):
            is_news = isinstance(event, _NEWS)
            if is_news:
                self._news_at = self._clock.monotonic()
                self._keep(frame)
            # While it is live what happens is seen at once, though the list that comes may undo it.
            if self._is_live or not is_news:
                self._deliver(event)
            if isinstance(event, UnknownEvent):
                self._note_unknown(event)

    def _is_meant(self, event: Event) -> bool:
        """Return whether neither the event nor its device names another session (§3.4.6)."""
        named = {getattr(event, "session_id", None)}
        if isinstance(event, DeviceUpdated):
            named.add(event.device.session_id)
        return named <= {None, "", self._session_id}

    def _keep(self, frame: Frame) -> None:
        try:
            if self._backlog is not None:
                self._backlog.add(frame)
        except OverflowError:
            raise _gap("too many events before the snapshot") from None

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
        """List without a stream; whoever wants to try that now does not wait for the answer."""
        try:
            return await self._list_unless(self._retry_now.wait())
        except ApiError:
            return False


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
