"""The Pi's log as it is written: the latest lines, then the stream, or polling without one."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import NoReturn

from kiosk.services.client.api import Api
from kiosk.services.client.backoff import REFUSED_SECONDS, Backoff, is_refused
from kiosk.services.client.errors import ApiError, EndpointAbsent, MalformedAnswer, NotApi, error_of
from kiosk.services.client.logs import MOST_RECENT, RECENT_LIMIT, SILENCE_SECONDS, is_absent
from kiosk.services.client.sse import Frame
from kiosk.services.client.stream import EventStream
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.waiting import first
from kiosk.services.state.feed import ConnectionState
from kiosk.services.state.logs import LogConnection, LogEvent, LogLines, Transport
from kiosk.services.wire.logs import LogEntry, identity, parse_log_event
from kiosk.services.wire.problem import Kind, Problem

POLL_SECONDS = 3.0
STREAM_AGAIN_SECONDS = 300.0
# A server's ``retry:`` may be absurd; nobody waits longer than the slowest step of our own.
_LONGEST_RETRY = 30.0
# What a server lists again must be known again.
_REMEMBERED = 2 * MOST_RECENT
_LINES = frozenset({"log", "message"})

_log = logging.getLogger("kiosk.log_feed")


class LogFeed:
    """Tells ``emit`` each line once and how the lines come (contract.md §3.5); never gives up.

    ``emit`` is called from the event loop and must not block. ``limit`` is how many of the latest
    lines are asked for.
    """

    def __init__(
        self,
        client: Api,
        emit: Callable[[LogEvent], None],
        *,
        clock: Clock,
        rng: random.Random,
        silence: float = SILENCE_SECONDS,
        limit: int = RECENT_LIMIT,
    ) -> None:
        self._client = client.once()
        self._emit = emit
        self._clock = clock
        self._silence = silence
        self._limit = limit
        self._backoff = Backoff(rng, clock)
        self._retry_now = asyncio.Event()
        self._told = _Told()
        self._last_event_id = ""
        self._server_delay = 0.0
        self._streams = True
        self._transport: Transport = "stream"
        self._said: LogConnection | None = None
        self._heard_at: float | None = None

    async def run(self) -> NoReturn:
        """Run until cancelled, at any time; may be run again, and tells no line anew."""
        self._say("connecting")
        await self._list_if_possible()
        while True:
            try:
                await self._connection()
            except ApiError as error:
                await self._pause(error)

    def retry_now(self) -> None:
        """Skip the wait for the next attempt, also for the next attempt at a stream."""
        self._streams = True
        self._retry_now.set()

    async def _connection(self) -> None:
        """Live through one connection; returns when a stream may be there by now."""
        if self._streams:
            self._transport = "stream"
            self._say("connecting")
            try:
                await self._follow()
            except (EndpointAbsent, NotApi) as error:
                if not is_absent(error):
                    raise
                # By the standard 204 means: do not connect again. Then only "retry now" does.
                self._streams = error.problem.http_status != HTTPStatus.NO_CONTENT
        await self._poll()

    async def _follow(self) -> NoReturn:
        """Tell what the stream brings; raises ApiError at its end."""
        async with self._client.logs.stream(self._last_event_id, silence=self._silence) as stream:
            # What was written before the stream was opened, and is not sent again, is in the list.
            await self._list_if_possible()
            self._live()
            try:
                await self._read(stream)
            except MalformedAnswer:
                # An event that is too large would be sent again and again.
                self._last_event_id = ""
                raise
            finally:
                if stream.retry_seconds is not None:
                    self._server_delay = min(stream.retry_seconds, _LONGEST_RETRY)

    async def _read(self, stream: EventStream) -> NoReturn:
        while (frames := await stream.next_batch()) is not None:
            self._heard_at = self._clock.monotonic()
            self._take(frames)
            self._last_event_id = stream.last_event_id
        raise error_of(Problem(Kind.TRANSPORT, message="the stream ended", retryable=True))

    def _take(self, frames: Iterable[Frame]) -> None:
        read = [parse_log_event(f.event, f.data, f.id) for f in frames if f.event in _LINES]
        self._tell((line for line in read if line is not None), read.count(None))

    async def _poll(self) -> None:
        """Ask again and again until it is time to try the stream; raises ApiError."""
        self._transport = "polling"
        stream_at = self._clock.monotonic() + STREAM_AGAIN_SECONDS
        self._retry_now.clear()
        await self._list()
        self._live()
        while True:
            await first(self._retry_now.wait(), self._clock.sleep(POLL_SECONDS))
            is_due = self._streams and self._clock.monotonic() >= stream_at
            if is_due or self._retry_now.is_set():
                return
            await self._list()

    async def _list(self) -> None:
        reply = await self._client.logs.recent(self._limit)
        self._heard_at = self._clock.monotonic()
        self._tell(reply.data)

    async def _list_if_possible(self) -> None:
        """Tell the latest lines; a stream is worth having without them."""
        try:
            await self._list()
        except ApiError as error:
            _log.info("the latest lines were not to be had: %s", error)

    def _tell(self, lines: Iterable[LogEntry], unreadable: int = 0) -> None:
        new = tuple(line for line in lines if self._told.is_new(line))
        if new or unreadable:
            self._emit(LogLines(new, unreadable))

    def _live(self) -> None:
        self._backoff.live()
        self._say("live")

    async def _pause(self, error: ApiError) -> None:
        """Wait for the next attempt; where asking is no use now, longer."""
        problem = error.problem
        state: ConnectionState = "stopped"
        if is_refused(problem):
            delay = REFUSED_SECONDS
        elif is_absent(error):
            delay = STREAM_AGAIN_SECONDS
        else:
            state = "reconnecting"
            floor = max(problem.retry_after_seconds or 0.0, self._server_delay)
            delay = self._backoff.next_delay(floor)
        self._say(state, problem, self._clock.monotonic() + delay)
        self._retry_now.clear()
        await first(self._retry_now.wait(), self._clock.sleep(delay))

    def _say(
        self,
        state: ConnectionState,
        problem: Problem | None = None,
        retry_at: float | None = None,
    ) -> None:
        heard_at = None if problem is None else self._heard_at
        said = LogConnection(state, self._transport, problem, retry_at, heard_at)
        if said != self._said:
            self._said = said
            self._emit(said)


class _Told:
    """Which lines were told already, by id and content, by content alone where there is no id.

    The id alone would lose the lines of a server that was restarted and counts from one again.
    """

    def __init__(self) -> None:
        # Hashes, for a line may be long.
        self._known: dict[int, None] = {}

    def is_new(self, line: LogEntry) -> bool:
        """Return whether the line was not asked about before, and remember it."""
        itself = hash(identity(line))
        without_id = hash(identity(line.model_copy(update={"id": None})))
        with_any_id = hash(("any", without_id))
        known = {itself, without_id, *(() if line.id else (with_any_id,))}
        is_new = known.isdisjoint(self._known)
        for key in (itself, with_any_id):
            self._known.pop(key, None)
            self._known[key] = None
        while len(self._known) > 2 * _REMEMBERED:
            del self._known[next(iter(self._known))]
        return is_new
