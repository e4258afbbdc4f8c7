"""The Pi's live figures by the best way there is, and always honest about which (flow F9)."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, NoReturn

from kiosk.services.client.api import Api
from kiosk.services.client.backoff import (
    LONGEST_FLOOR,
    REFUSED_SECONDS,
    Backoff,
    is_refused,
    spread,
)
from kiosk.services.client.errors import ApiError, error_of
from kiosk.services.client.monitor import MonitorSocket
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.monitor_figures import NOTHING, MonitorFigures
from kiosk.services.runtime.tally import Tally
from kiosk.services.runtime.waiting import first
from kiosk.services.state.feed import ConnectionState
from kiosk.services.state.monitoring import (
    MonitorConnection,
    MonitorEvent,
    MonitoringLoaded,
    MonitorJunk,
    Transport,
    told_members,
)
from kiosk.services.wire.monitoring import MonitorMessage, from_system_info, is_news
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.system import SystemInfo

# The server tells something every five seconds; a little later it is late (contract.md §4).
INTERVAL = 5.0
QUIET_SECONDS = INTERVAL + 2.0
# A socket without news for three intervals is no use, whatever it says.
DEAD_SECONDS = 3 * INTERVAL
PING_SECONDS = 30.0
PONG_SECONDS = 5.0
# What is absent comes at most with an update of the server.
ABSENT_SECONDS = 300.0

_SILENT = Problem(Kind.TIMEOUT, message="the socket tells nothing new", retryable=True)
_NO_PONG = Problem(Kind.TIMEOUT, message="no answer to a ping", retryable=True)
_NO_ANSWER_YET = Problem(Kind.TIMEOUT, message="no answer yet", retryable=True)
_GARBAGE = Problem(Kind.MALFORMED, message="too many unreadable messages", retryable=True)
_NOTHING_KNOWN = Problem(Kind.MALFORMED, message="an answer without figures", retryable=True)

_log = logging.getLogger("kiosk.monitor")


class MonitorFeed:
    """Tells ``emit`` the figures: by WebSocket while it has news, else by polling.

    Both are always at it: the socket is tried again and again, and whenever it has been quiet for
    too long the figures are asked for instead. ``emit`` is called from the event loop and must not
    block.
    """

    def __init__(
        self,
        client: Api,
        emit: Callable[[MonitorEvent], None],
        *,
        clock: Clock,
        rng: random.Random,
        use_socket: bool,
    ) -> None:
        self._client = client.once()
        self._emit = emit
        self._clock = clock
        self._use_socket = use_socket
        self._rng = rng
        self._backoff = Backoff(rng, clock)
        self._figures = MonitorFigures()
        self._bad = Tally(clock)
        self._told = MonitorConnection()
        # Why the socket has no news, and when it is tried again.
        self._trouble: Problem | None = None
        self._retry_at: float | None = None
        # When something came by the socket, and when that was news.
        self._heard_at = self._news_at = float("-inf")
        # The figures are asked for when both of these moments have come.
        self._quiet_at = self._next_poll = float("-inf")
        self._poll_failed = False
        self._attempt_due = asyncio.Event()
        self._poll_due = asyncio.Event()

    async def run(self) -> None:
        """Run until cancelled."""
        self._tell("connecting", "websocket" if self._use_socket else "polling")
        try:
            if self._use_socket:
                self._quiet_at = self._clock.monotonic() + INTERVAL
                await _all_of(self._poll_when_quiet(), self._keep_connected())
            else:
                await self._poll_when_quiet()
        finally:
            self._tell("stopped", self._told.transport)

    def retry_now(self) -> None:
        """Skip every wait for a next attempt."""
        self._next_poll = self._clock.monotonic()
        self._poll_due.set()
        self._attempt_due.set()

    async def _keep_connected(self) -> NoReturn:
        while True:
            self._attempt_due.clear()
            self._retry_at = None
            try:
                await self._connection()
            except ApiError as error:
                delay = self._lost(error.problem)
            await first(self._attempt_due.wait(), self._clock.sleep(delay))

    def _lost(self, problem: Problem) -> float:
        """Say that there is no socket and have the figures polled; returns the next delay."""
        now = self._clock.monotonic()
        delay = _slow_delay(problem)
        if delay is None:
            delay = self._backoff.next_delay(problem.retry_after_seconds)
        self._trouble, self._retry_at = problem, now + delay
        if self._told.transport == "websocket":
            self._tell("reconnecting", "websocket", problem, self._retry_at)
        elif self._told.state == "live":
            self._tell("live", "polling", problem, self._retry_at)
        self._quiet_at = min(self._quiet_at, now)
        self._poll_due.set()
        return delay

    async def _connection(self) -> NoReturn:
        """Live through one connection; raises ApiError at its end."""
        async with self._client.monitor.connect() as socket:
            self._trouble = None
            self._attempt_due.clear()
            self._figures.connected()
            await _all_of(self._read(socket), self._ping(socket), self._check_news())

    async def _read(self, socket: MonitorSocket) -> NoReturn:
        has_told = False
        while True:
            messages = await socket.receive()
            if any(message.kind == "ping" for message in messages):
                await socket.pong()
            told = frozenset[str]().union(*map(self._take, messages))
            if told:
                self._tell_news(told)
            if told and not has_told:
                has_told = True
                self._backoff.live()
            # A frame that has already come is received without a pause for anybody else.
            await asyncio.sleep(0)

    def _take(self, message: MonitorMessage) -> frozenset[str]:
        """Take what a message says; returns the members of which it has news."""
        if message.kind == "junk":
            self._count_junk()
            return NOTHING
        self._heard_at = self._clock.monotonic()
        if message.kind == "error":
            _log.info("the monitor reports an error, code %s", message.code)
        return self._figures.news(message)

    def _tell_news(self, told: frozenset[str]) -> None:
        now = self._clock.monotonic()
        self._news_at, self._quiet_at = now, now + QUIET_SECONDS
        self._trouble = None
        self._emit(MonitoringLoaded(self._figures.whole, told, "websocket", now))
        self._tell("live", "websocket")

    def _count_junk(self) -> None:
        is_gap = self._bad.add()
        self._emit(MonitorJunk(self._bad.total))
        if is_gap:
            raise error_of(_GARBAGE)

    async def _ping(self, socket: MonitorSocket) -> NoReturn:
        """Ask for a sign of life; servers that know no pings give one with their news."""
        await self._clock.sleep(PING_SECONDS)
        while True:
            asked_at = self._clock.monotonic()
            await socket.ping()
            await self._clock.sleep(PONG_SECONDS)
            if self._heard_at < asked_at:
                raise error_of(_NO_PONG)
            await self._clock.sleep(PING_SECONDS - PONG_SECONDS)

    async def _check_news(self) -> NoReturn:
        """Give the socket up when it is open and has nothing new to say."""
        opened_at = self._clock.monotonic()
        while (left := self._left(max(opened_at, self._news_at) + DEAD_SECONDS)) > 0:
            await self._clock.sleep(left)
        raise error_of(_SILENT)

    async def _poll_when_quiet(self) -> NoReturn:
        while True:
            while (left := self._left(max(self._quiet_at, self._next_poll))) > 0:
                self._poll_due.clear()
                await first(self._poll_due.wait(), self._clock.sleep(left))
            if self._use_socket and self._trouble is None:
                self._trouble = _SILENT
                if self._told.state == "live" and self._told.transport == "websocket":
                    self._tell("stale", "websocket", _SILENT)
            await self._poll()

    async def _poll(self) -> None:
        asked_at = self._clock.monotonic()
        self._next_poll = asked_at + INTERVAL
        try:
            info = await self._asked_info()
            figures = from_system_info(info.data)
            if not is_news(figures):
                raise error_of(_NOTHING_KNOWN)
        except ApiError as error:
            self._poll_failed = True
            problem = error.problem
            wait = _slow_delay(problem) or min(problem.retry_after_seconds or 0.0, LONGEST_FLOOR)
            self._next_poll = asked_at + max(spread(INTERVAL, self._rng), wait)
            if self._is_quiet:
                self._tell("reconnecting", "polling", problem, self._next_poll)
            return
        if self._poll_failed:
            # The server is back: its socket may be, too.
            self._poll_failed = False
            self._attempt_due.set()
        if self._is_quiet:
            figures = figures.model_copy(update={"timestamp": info.data.timestamp})
            self._emit(MonitoringLoaded(figures, told_members(figures), "polling", asked_at))
            self._tell("live", "polling", self._trouble, self._retry_at)

    async def _asked_info(self) -> Reply[SystemInfo]:
        """Ask for the figures; says that what is shown is old while the answer is late."""
        asking = asyncio.create_task(self._client.system.info())
        try:
            await first(asking, self._clock.sleep(INTERVAL))
            if not asking.done() and self._is_quiet and self._told.state == "live":
                self._tell("stale", "polling", _NO_ANSWER_YET)
            return await asking
        finally:
            asking.cancel()

    @property
    def _is_quiet(self) -> bool:
        return self._left(self._quiet_at) <= 0

    def _left(self, moment: float) -> float:
        return moment - self._clock.monotonic()

    def _tell(
        self,
        state: ConnectionState,
        transport: Transport | None,
        problem: Problem | None = None,
        retry_at: float | None = None,
    ) -> None:
        connection = MonitorConnection(state, transport, problem, retry_at)
        if connection != self._told:
            self._told = connection
            self._emit(connection)


def _slow_delay(problem: Problem) -> float | None:
    """Return how long to leave the server alone where asking again soon is no use."""
    if is_refused(problem):
        return REFUSED_SECONDS
    # With 503 it may only be out of order.
    is_passing = problem.http_status == HTTPStatus.SERVICE_UNAVAILABLE
    return ABSENT_SECONDS if problem.kind is Kind.ENDPOINT_ABSENT and not is_passing else None


async def _all_of(*works: Coroutine[Any, Any, NoReturn]) -> NoReturn:
    """Do all of these until one raises; the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        raise next(filter(None, (task.exception() for task in done)))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
