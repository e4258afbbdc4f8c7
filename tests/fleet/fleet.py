"""Simulated kiosks: the real feeds and delays, a server that only counts, a clock that is set."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast

from kiosk.services.client.api import Api
from kiosk.services.client.errors import error_of
from kiosk.services.client.reply import Reply
from kiosk.services.client.sse import Frame
from kiosk.services.runtime.monitor_feed import MonitorFeed
from kiosk.services.runtime.presence import Presence
from kiosk.services.runtime.provisioning_feed import ProvisioningFeed
from kiosk.services.state.store import Store
from kiosk.services.wire.monitoring import MonitorMessage
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session, SessionSnapshot
from kiosk.services.wire.system import Health, SystemInfo
from tests.support.clock import FakeClock

# What the kiosks have on their screens: an open session, live health, or the start screen.
Screen = Literal["session", "health", "start"]

KIOSKS = 60
# Long enough for every delay to start over, and for the kiosks' own rhythms to drift apart.
_BEFORE_SECONDS = 90.0
# Twice the longest delay: whoever is not back by then never will be.
AFTER_SECONDS = 60.0
_STEP_SECONDS = 1.0

_SESSION = Session(id="s1", state="active")
_OPENED = Frame("connection.established", '{"type":"connection.established"}', "")
_BEAT = Frame("connection.heartbeat", '{"type":"connection.heartbeat"}', "")
_BEAT_SECONDS = 5.0


@dataclass(slots=True)
class Server:
    """Up or down; notes when it was asked by which kiosk, and when it let which kiosk back in."""

    clock: FakeClock
    is_up: bool = True
    asked: list[tuple[float, int]] = field(default_factory=list)
    back: dict[int, float] = field(default_factory=dict)
    _went_down: asyncio.Event = field(default_factory=asyncio.Event)

    def goes(self, *, up: bool) -> None:
        """Cut everything, or answer again."""
        self.is_up = up
        if up:
            self._went_down = asyncio.Event()
        else:
            self.back.clear()
            self._went_down.set()

    def ask(self, kiosk: int) -> None:
        """Count a request; raises TransportError while down."""
        self.asked.append((self.clock.now, kiosk))
        if not self.is_up:
            raise _lost()

    def let_in(self, kiosk: int) -> None:
        """Note that a kiosk is live again."""
        self.back.setdefault(kiosk, self.clock.now)

    async def next_beat(self) -> None:
        """Return after a heartbeat's time; raises TransportError as soon as the server is down."""
        beat = asyncio.create_task(self.clock.sleep(_BEAT_SECONDS))
        cut = asyncio.create_task(self._went_down.wait())
        try:
            await asyncio.wait({beat, cut}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            beat.cancel()
            cut.cancel()
        if not self.is_up:
            raise _lost()


class Line:
    """One kiosk's client: every area in one, each call counted by the server."""

    last_event_id = ""
    retry_seconds = None
    clock_offset = 0.0

    def __init__(self, server: Server, kiosk: int) -> None:
        self._server = server
        self._kiosk = kiosk
        self.batch = self.recovery = self.system = self.monitor = self

    def once(self) -> Self:
        return self

    @asynccontextmanager
    async def events(self, _session_id: str, **_options: Any) -> AsyncIterator[Stream]:
        self._server.ask(self._kiosk)
        self._server.let_in(self._kiosk)
        yield Stream(self._server)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Socket]:
        self._server.ask(self._kiosk)
        self._server.let_in(self._kiosk)
        yield Socket(self._server)

    async def session(self, _session_id: str) -> Reply[SessionSnapshot]:
        return self._answer(SessionSnapshot(session=_SESSION))

    async def info(self) -> Reply[SystemInfo]:
        return self._answer(SystemInfo(cpu_percent=5))

    async def health(self) -> Reply[Health]:
        return self._answer(Health(status="ok"))

    async def recoverable(self) -> Reply[tuple[Session, ...]]:
        reply = self._answer(tuple[Session, ...]())
        self._server.let_in(self._kiosk)
        return reply

    async def network(self) -> Reply[Any]:
        return self._answer(None)

    def _answer(self, data: Any) -> Reply[Any]:
        self._server.ask(self._kiosk)
        return Reply(data)


class Stream:
    """An event stream that only has heartbeats."""

    last_event_id = ""
    retry_seconds = None

    def __init__(self, server: Server) -> None:
        self._server = server
        self._is_new = True

    async def next_batch(self) -> list[Frame]:
        if self._is_new:
            self._is_new = False
            return [_OPENED]
        await self._server.next_beat()
        return [_BEAT]


class Socket:
    """A monitoring socket that tells one figure again and again, each time another one."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._told = 0

    async def receive(self) -> list[MonitorMessage]:
        if self._told:
            await self._server.next_beat()
        self._told += 1
        return [MonitorMessage("initial", {"alerts_count": self._told})]

    async def ping(self) -> None:
        return None

    async def pong(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Return:
    """How the kiosks came back, in seconds after the server did, and how often it was asked."""

    back: tuple[float, ...]
    asked: Counter[int]

    @property
    def per_second(self) -> Counter[int]:
        """Return the reconnections of each second."""
        return Counter(int(moment) for moment in self.back)

    @property
    def largest_share(self) -> float:
        """Return the share of the kiosks that came back in the busiest second."""
        return max(self.per_second.values()) / len(self.back)


async def after_outage(seconds: float, *, screen: Screen, seed: int = 0) -> Return:
    """Take the server away from sixty kiosks for so long; return how they come back."""
    clock = FakeClock()
    server = Server(clock)
    running = [
        asyncio.create_task(_kiosk(number, screen, server, random.Random(f"{seed} {number}")))
        for number in range(KIOSKS)
    ]
    try:
        await _pass(clock, _BEFORE_SECONDS)
        assert len(server.back) == KIOSKS
        server.goes(up=False)
        await _pass(clock, seconds)
        assert not server.back
        server.goes(up=True)
        returned, before = clock.now, len(server.asked)
        await _pass(clock, AFTER_SECONDS)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return Return(
        tuple(sorted(moment - returned for moment in server.back.values())),
        Counter(int(moment - returned) for moment, _ in server.asked[before:]),
    )


async def _kiosk(number: int, screen: Screen, server: Server, rng: random.Random) -> None:
    """Run what a kiosk with this screen runs; nobody has switched them all on at one moment."""
    line = cast("Api", Line(server, number))
    clock = server.clock
    await clock.sleep(10 * rng.random())
    work: dict[Screen, Callable[[], Coroutine[Any, Any, None]]] = {
        "session": ProvisioningFeed(line, "s1", _unheard, clock=clock, rng=rng).run,
        "health": MonitorFeed(line, _unheard, clock=clock, rng=rng, use_socket=True).run,
        "start": Presence(line, Store(), clock=clock, rng=rng).run,
    }
    await work[screen]()


async def _pass(clock: FakeClock, seconds: float) -> None:
    end = clock.now + seconds
    while clock.now < end:
        await clock.advance(min(_STEP_SECONDS, end - clock.now))


def _unheard(_event: object) -> None:
    """Take what a feed tells: nobody looks at these kiosks."""


def _lost() -> Exception:
    return error_of(Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True))
