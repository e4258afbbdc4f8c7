"""Looks for PiOrchestrator where no stream tells of it: is it there, what can be resumed."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kiosk.services.client.api import Api
from kiosk.services.client.backoff import Backoff
from kiosk.services.client.errors import ApiError, EndpointAbsent
from kiosk.services.client.timing import Clock, server_epoch
from kiosk.services.runtime.waiting import first
from kiosk.services.state.actions import ServiceFailed, ServiceReached, ServiceTried
from kiosk.services.state.store import Store
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import NetworkStatus, Session

# The recoverable list counts as fresh for this long (contract.md §7).
FRESH_SECONDS = 10.0
# A refused key is not asked about in a loop; this often, in case the service was given another.
REFUSED_SECONDS = 30.0

_log = logging.getLogger("kiosk.presence")


class Presence:
    """Asks again and again and never gives up.

    While a session is open it asks only as long as somebody watches: the stream tells the rest.
    """

    def __init__(self, client: Api, store: Store, *, clock: Clock, rng: random.Random) -> None:
        self._client = client.once()
        self._store = store
        self._clock = clock
        self._backoff = Backoff(rng, clock)
        self._wake = asyncio.Event()
        self._watchers = 0

    def look_now(self) -> None:
        """Skip the wait: a person asked, the key changed or a session ended."""
        self._wake.set()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look while a session is open, too, beginning now."""
        self._watchers += 1
        if self._store.state.batch is not None:
            self.look_now()
        try:
            yield
        finally:
            self._watchers -= 1

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._wake.clear()
            if self._store.state.batch is not None and not self._watchers:
                await self._wake.wait()
                continue
            try:
                delay = await self._look()
            except Exception:  # noqa: BLE001
                # Whatever broke: a screen that says "ready" for ever would be a lie.
                _log.exception("looking for the service broke")
                delay = REFUSED_SECONDS
                at = self._clock.monotonic() + delay
                self._store.dispatch(ServiceFailed(Problem(Kind.MALFORMED), at))
            await first(self._wake.wait(), self._clock.sleep(delay))

    async def _look(self) -> float:
        """Ask once; returns the seconds until it is worth asking again."""
        self._store.dispatch(ServiceTried())
        try:
            with suppress(EndpointAbsent):
                await self._client.system.health()
            recoverable: tuple[Session, ...] = ()
            network = None
            if Feature.BATCH not in self._store.state.off:
                recoverable = (await self._client.recovery.recoverable()).data
                network = await self._network()
        except ApiError as error:
            problem = error.problem
            if problem.kind is Kind.UNAUTHORIZED:
                delay = REFUSED_SECONDS
            else:
                delay = self._backoff.next_delay(problem.retry_after_seconds)
            self._store.dispatch(ServiceFailed(problem, self._clock.monotonic() + delay))
            return delay
        if self._store.state.service.presence != "ready":
            self._backoff.live()
        now = self._clock.monotonic()
        epoch = server_epoch(self._clock, self._client.clock_offset)
        self._store.dispatch(ServiceReached(recoverable, network, now, epoch))
        return FRESH_SECONDS

    async def _network(self) -> NetworkStatus | None:
        try:
            return (await self._client.batch.network()).data
        except ApiError:
            return None


class Watch:
    """Has ``presence`` look for as long as a screen shows what can be resumed."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence

    async def run(self) -> None:
        """Run until cancelled."""
        with self._presence.watched():
            await asyncio.get_running_loop().create_future()

    def retry_now(self) -> None:
        """Skip the wait for the next look."""
        self._presence.look_now()
