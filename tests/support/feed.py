"""A provisioning feed over a scripted server, and what it says."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.runtime.provisioning_feed import ProvisioningFeed
from kiosk.services.state.feed import ConnectionChanged, FeedEvent, SnapshotLoaded
from tests.support.clock import FakeClock
from tests.support.server import Reply, ScriptedServer, Stream, success

EVENTS = "/api/v1/provisioning/batch/events"
SESSION = "/api/v1/provisioning/batch/s1"
MAC = "AA:BB:CC:DD:EE:01"


def snapshot(state: str = "active", *devices: dict[str, Any]) -> Reply:
    return success({"session": {"id": "s1", "state": state}, "devices": list(devices)})


class Watched:
    """A running feed, what it said so far, and the world that it talks to."""

    def __init__(self, server: ScriptedServer, clock: FakeClock) -> None:
        self.server = server
        self.clock = clock
        self.stream = Stream()
        self.said: list[FeedEvent] = []
        self._changed = asyncio.Event()
        server.on("GET", EVENTS, self.stream)
        server.on("GET", SESSION, snapshot())

    def _emit(self, event: FeedEvent) -> None:
        self.said.append(event)
        self._changed.set()

    @contextlib.asynccontextmanager
    async def running(self, silence: float = 5.0) -> AsyncIterator[ProvisioningFeed]:
        async with PiOrchestrator(self.server.base_url, api_key=lambda: "k") as client:
            feed = ProvisioningFeed(
                client, "s1", self._emit, clock=self.clock, rng=random.Random(7), silence=silence
            )
            self.task = asyncio.create_task(feed.run())
            try:
                yield feed
            finally:
                self.task.cancel()
                await asyncio.gather(self.task, return_exceptions=True)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what was said fulfils the condition; fails after 5 s."""
        async with asyncio.timeout(5):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def established(self) -> None:
        """Wait for the stream and greet the client, so that it need not wait its second."""
        async with asyncio.timeout(5):
            await self.stream.opened.wait()
        self.stream.opened.clear()
        self.stream.event("connection.established", {"message": "hello"})

    async def live(self) -> None:
        await self.established()
        before = self.states.count("live")
        await self.until(lambda: self.states.count("live") > before)

    @property
    def states(self) -> list[str]:
        return [event.state for event in self.said if isinstance(event, ConnectionChanged)]

    @property
    def state(self) -> str | None:
        return self.states[-1] if self.states else None

    @property
    def connection(self) -> ConnectionChanged:
        return next(e for e in reversed(self.said) if isinstance(e, ConnectionChanged))

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.said if isinstance(event, kind)]


def names_of(said: list[FeedEvent]) -> list[str]:
    return [
        e.state
        if isinstance(e, ConnectionChanged)
        else "snapshot"
        if isinstance(e, SnapshotLoaded)
        else e.event
        for e in said
    ]


def seen(mac: str, state: str, session_id: str | None = "s1") -> dict[str, Any]:
    return {
        "payload": {"mac": mac, "new_state": state},
        **({"session_id": session_id} if session_id else {}),
    }
