"""The kiosk without its panel: the client, the feeds, the state, and the words of the views."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import fields, is_dataclass
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.journaling import Journal
from kiosk.services.client.timing import Clock, SystemClock
from kiosk.services.runtime.commands import Commands
from kiosk.services.runtime.presence import Presence
from kiosk.services.runtime.session import SessionSupervisor
from kiosk.services.state.actions import CommandStarted, TargetKnown
from kiosk.services.state.model import Batch, Route, State
from kiosk.services.state.store import Store
from kiosk.services.views import provision, start, status, summary
from kiosk.services.wire.provisioning import Session, SessionConfig
from tests.support.canary import KEY, PASSWORD

SSID = "Machine-Room"
PATIENCE_SECONDS = 15.0

_VIEWS: dict[str, Callable[[State, float], object]] = {
    Route.START: start.view_of,
    Route.PROVISION: provision.view_of,
    Route.SUMMARY: summary.view_of,
}
# Names for the machine, not words for people.
_WORDLESS = frozenset({"name", "intent", "icon", "tone", "role", "arguments", "network_icon"})


class Watcher:
    """Looks for the service, follows a session and does what a tap would ask for."""

    def __init__(
        self,
        base_url: str,
        *,
        clock: Clock | None = None,
        key: str | None = KEY,
        journal: Journal | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.store = Store(State())
        self.key = key
        self._client = PiOrchestrator(
            base_url, api_key=lambda: self.key, clock=self.clock, journal=journal
        )
        rng = random.Random(7)
        self.presence = Presence(self._client, self.store, clock=self.clock, rng=rng)
        self.session = SessionSupervisor(
            self._client, self.store, self.presence.look_now, clock=self.clock, rng=rng
        )
        self.commands = Commands(self._client, self.store, self.session, clock=self.clock)
        self._stack = AsyncExitStack()
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.store.dispatch(TargetKnown(SSID, SecretStr(PASSWORD)))
        self.store.subscribe(self._changed.set)
        await self._stack.enter_async_context(self._client)
        looking = asyncio.create_task(self.presence.run())
        self._stack.push_async_callback(_ended, looking)
        self._stack.callback(self.session.close)
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    # What a person would do

    def opens(self, session_id: str) -> None:
        """Open a session."""
        self.session.open(Session(id=session_id, state="active"))

    async def starts(self) -> None:
        """Tap Start session, and wait until that is over."""
        self.store.dispatch(CommandStarted("start"))
        await self.commands.start(SSID, SecretStr(PASSWORD), SessionConfig())

    # What a person would see

    @property
    def batch(self) -> Batch:
        """Return the open session as the kiosk knows it."""
        return self.store.state.open_batch()

    def texts(self) -> tuple[str, ...]:
        """Return all words on the panel."""
        state, now = self.store.state, self.clock.monotonic()
        view_of = _VIEWS[state.navigation.route]
        return tuple(filter(None, words_of((status.view_of(state, now), view_of(state, now)))))

    def sees(self, part: str) -> bool:
        """Return whether the panel shows this."""
        return any(part in text for text in self.texts())

    async def reads(self, *parts: str) -> None:
        """Wait until the panel shows all of these at once."""
        await self.until(lambda: all(map(self.sees, parts)), str(parts))

    async def until(self, condition: Callable[[], bool], what: str = "condition") -> None:
        """Wait until something is so."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not condition():
            self._changed.clear()
            left = deadline - asyncio.get_running_loop().time()
            assert left > 0, f"{what}: not within {PATIENCE_SECONDS:g} s, but {self.texts()}"
            # What is not the store's, such as a count of requests, is looked at now and then.
            with_pause = min(left, 0.05)
            try:
                async with asyncio.timeout(with_pause):
                    await self._changed.wait()
            except TimeoutError:
                continue


async def _ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def words_of(part: object) -> Iterator[str]:
    """Yield the texts of a view."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for member in part:
            yield from words_of(member)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in _WORDLESS:
                yield from words_of(getattr(part, field.name))
