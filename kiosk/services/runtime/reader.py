"""Keeps resources up to date while they are shown, and asks for nothing that nobody sees."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.services.client.backoff import Backoff
from kiosk.services.client.errors import ApiError
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import Clock, server_epoch
from kiosk.services.runtime.waiting import first
from kiosk.services.state.known import ReadDone, ReadFailed, ReadStarted, Resource
from kiosk.services.state.reading import known
from kiosk.services.state.store import Store
from kiosk.services.wire.problem import Kind, Problem

_log = logging.getLogger("kiosk.reader")

# A feature that is absent is looked for again when it comes into sight, but not at each glance.
ABSENT_SECONDS = 60.0
# After these nothing is asked again by itself (contract.md §7).
_FINAL = frozenset({Kind.ENDPOINT_ABSENT, Kind.UNAUTHORIZED, Kind.VALIDATION})


@dataclass(frozen=True, slots=True)
class Source:
    """How a resource is read: how often while it is shown (seconds), and how long it is fresh."""

    read: Callable[[], Awaitable[Reply[Any]]]
    every: float | None = None
    fresh: float = 0.0


class Readers:
    """One reader for each resource that is shown; never two requests for the same one at once."""

    def __init__(
        self,
        sources: Mapping[Resource, Source],
        store: Store,
        *,
        clock: Clock,
        rng: random.Random,
        offset: Callable[[], float | None] = lambda: None,
    ) -> None:
        """Begin with nothing shown; ``offset`` is the service's clock minus ours in seconds."""
        self._readers = {
            resource: Reader(resource, source, store, clock=clock, rng=rng, offset=offset)
            for resource, source in sources.items()
        }

    def show(self, resources: Iterable[Resource]) -> None:
        """Keep these up to date from now on, and only these."""
        shown = frozenset(resources)
        for resource, reader in self._readers.items():
            reader.show(shown=resource in shown)

    def glance(self, resources: Iterable[Resource]) -> None:
        """Read these once, unless they are kept up to date anyway or are known."""
        glanced = frozenset(resources)
        for resource, reader in self._readers.items():
            if resource in glanced:
                reader.glance()

    def refresh(self, *resources: Resource) -> None:
        """Read these now: a person asked, or something was changed. What is under way is late."""
        for resource in resources:
            self._readers[resource].refresh()

    def outdate(self, *resources: Resource) -> None:
        """Read these before they are shown again: something was changed."""
        for resource in resources:
            self._readers[resource].outdate()

    async def close(self) -> None:
        """Ask for nothing more."""
        for reader in self._readers.values():
            await reader.close()


class Reader:
    """Reads one resource when it is due; its task lives only while there is something to do."""

    def __init__(
        self,
        resource: Resource,
        source: Source,
        store: Store,
        *,
        clock: Clock,
        rng: random.Random,
        offset: Callable[[], float | None],
    ) -> None:
        self._resource = resource
        self._source = source
        self._store = store
        self._clock = clock
        self._offset = offset
        self._backoff = Backoff(rng, clock)
        self._works = False
        self._shown = False
        self._asked = False
        self._outdated = False
        self._failed_at = float("-inf")
        # When a shown resource is read next; None when it is not read again by itself.
        self._next_at: float | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def show(self, *, shown: bool) -> None:
        """Keep it up to date, or leave it alone."""
        if shown is self._shown:
            return
        self._shown = shown
        if shown:
            self._next_at = self._entered_at()
        self._stir()

    def glance(self) -> None:
        """Read it once, unless it is shown, fresh, or was absent a moment ago."""
        if not self._shown and self._entered_at() <= self._clock.monotonic():
            self.refresh()

    def refresh(self) -> None:
        """Read it now; an answer that is under way is dropped."""
        self._asked = True
        self._stir()

    def outdate(self) -> None:
        """Read it anew as soon as it is shown."""
        self._outdated = True
        if self._shown:
            self.refresh()

    async def close(self) -> None:
        """Stop; a request under way comes to its end by itself."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _entered_at(self) -> float:
        """Return when to read what has just come into sight: at once, unless it is fresh.

        What the server does not have it will not have a moment later, and a glance is no reason to
        ask a server in trouble sooner.
        """
        current = known(self._store.state, self._resource)
        is_absent = current.problem is not None and current.problem.kind is Kind.ENDPOINT_ABSENT
        if is_absent and not self._outdated:
            return self._failed_at + ABSENT_SECONDS
        if current.retry_at is not None and not self._outdated:
            return current.retry_at
        if current.at is None or current.problem is not None or self._outdated:
            return self._clock.monotonic()
        return current.at + self._source.fresh

    def _stir(self) -> None:
        self._wake.set()
        if self._task is None and self._wait() is not None:
            self._task = asyncio.create_task(self._run(), name=f"read {self._resource}")
            self._task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and task.exception() is not None:
            _log.error("reading %s broke", self._resource, exc_info=task.exception())
            problem = Problem(Kind.MALFORMED, message="reading broke")
            self._store.dispatch(ReadFailed(self._resource, problem, None))

    def _wait(self) -> float | None:
        """Return the seconds until the next reading; None when there is none."""
        if self._asked:
            return 0.0
        if not self._shown or self._next_at is None:
            return None
        return max(0.0, self._next_at - self._clock.monotonic())

    async def _run(self) -> None:
        while (wait := self._wait()) is not None:
            self._wake.clear()
            if wait > 0:
                await first(self._wake.wait(), self._clock.sleep(wait))
            else:
                await self._read()

    async def _read(self) -> None:
        self._asked = self._outdated = False
        at = self._clock.monotonic()
        self._store.dispatch(ReadStarted(self._resource))
        try:
            reply = await self._source.read()
        except ApiError as error:
            self._failed(error.problem)
            return
        if not self._works:
            self._works = True
            self._backoff.live()
        every = self._source.every
        self._next_at = None if every is None else self._clock.monotonic() + every
        if not self._asked:
            # Otherwise something has changed meanwhile, and the answer may be from before.
            epoch = server_epoch(self._clock, self._offset())
            self._store.dispatch(ReadDone(self._resource, reply.data, at, epoch))

    def _failed(self, problem: Problem) -> None:
        self._works = False
        self._failed_at = self._clock.monotonic()
        self._next_at = None
        if problem.kind not in _FINAL:
            delay = self._backoff.next_delay(problem.retry_after_seconds)
            self._next_at = self._clock.monotonic() + delay
        self._store.dispatch(ReadFailed(self._resource, problem, self._next_at))
