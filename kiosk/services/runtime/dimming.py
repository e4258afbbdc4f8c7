"""Darkens the panel when nobody is there, and lights it for a touch or for news."""

from __future__ import annotations

import asyncio

from kiosk.services.client.timing import Clock
from kiosk.services.runtime.backlight import Backlight
from kiosk.services.runtime.waiting import first
from kiosk.services.state.model import State
from kiosk.services.state.preferences import Dimmed, Locked, Woken
from kiosk.services.state.store import Store

_MINUTE = 60.0
# Where the panel never dims, the PIN is asked for again after this long.
_LOCK_SECONDS = 5 * _MINUTE
# How soon to look again whether what kept the panel lit is over.
_LOOK_SECONDS = 5.0
# The backlight of a dimmed panel; the overlay does the rest.
DIMMED_PERCENT = 10


class Dimming:
    """Follows touches and the store; ``run`` is its task."""

    def __init__(self, store: Store, backlight: Backlight, *, clock: Clock) -> None:
        self._store = store
        self._backlight = backlight
        self._clock = clock
        self._touched_at = clock.monotonic()
        self._lit: int | None = None
        self._news = _news(store.state)
        self._seen = self._wishes()
        self._changed = asyncio.Event()
        self._leave = store.subscribe(self._look)

    def touched(self) -> None:
        """Note that somebody is there."""
        self._touched_at = self._clock.monotonic()
        if self._store.state.dimmed:
            self._store.dispatch(Woken())

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._changed.clear()
            await self._light(self._wanted())
            left = self._left()
            if left is None:
                await self._changed.wait()
                continue
            await first(self._changed.wait(), self._clock.sleep(left))
            self._rest_if_due()

    async def close(self) -> None:
        """Follow nothing any more, and leave the panel lit."""
        self._leave()
        await self._light(self._store.state.preferences.brightness)

    def _look(self) -> None:
        news, before = _news(self._store.state), self._news
        self._news = news
        if news - before:
            self.touched()
        wishes = self._wishes()
        if wishes != self._seen:
            self._seen = wishes
            self._changed.set()

    def _wishes(self) -> tuple[object, ...]:
        state = self._store.state
        preferences = state.preferences
        return preferences.dim_minutes, preferences.brightness, state.dimmed, state.lock.is_open

    def _wanted(self) -> int:
        state = self._store.state
        return DIMMED_PERCENT if state.dimmed else state.preferences.brightness

    async def _light(self, percent: int) -> None:
        if self._backlight.is_there and percent != self._lit:
            self._lit = percent
            await asyncio.to_thread(self._backlight.set, percent)

    def _limit(self) -> float | None:
        """Return how long nobody may be there before anything is done; None when nothing is."""
        state = self._store.state
        if state.dimmed:
            return None
        if minutes := state.preferences.dim_minutes:
            return minutes * _MINUTE
        return _LOCK_SECONDS if state.lock.is_open else None

    def _left(self) -> float | None:
        limit = self._limit()
        if limit is None:
            return None
        left = self._touched_at + limit - self._clock.monotonic()
        return left if left > 0 else _LOOK_SECONDS

    def _rest_if_due(self) -> None:
        limit, now = self._limit(), self._clock.monotonic()
        if limit is None or now < self._touched_at + limit:
            return
        state = self._store.state
        if not state.preferences.dim_minutes:
            self._store.dispatch(Locked())
        elif not _waits_for_somebody(state, now):
            self._store.dispatch(Dimmed())


def _news(state: State) -> frozenset[str]:
    """Return what there is that somebody should see: devices that failed, an end, a notice."""
    news = set()
    if state.notice is not None:
        news.add(f"notice {state.notice.command}")
    if batch := state.batch:
        news |= {mac for mac, device in batch.devices.items() if device.state == "failed"}
        if batch.ended_at is not None:
            news.add(f"end of {batch.session.id}")
    return frozenset(news)


def _waits_for_somebody(state: State, now: float) -> bool:
    """Return whether the panel stays lit: a device of a running session failed, or a wait is on."""
    if state.notice is not None and (state.notice.retry_at or 0.0) > now:
        return True
    batch = state.batch
    if batch is None or batch.ended_at is not None:
        return False
    return any(device.state == "failed" for device in batch.devices.values())
