"""Measures how long the event loop stood still while a fault lasted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

_BEAT_SECONDS = 0.02
# Nanoseconds on a processor, and waiting for one (proc(5)).
_SCHEDULE = Path("/proc/thread-self/schedstat")


class Heartbeat:
    """``async with Heartbeat() as heart:``; then ``heart.longest`` is the worst gap in seconds.

    Waiting for a processor that others use does not count. At its end it fails when the gap was far
    over the promised 0.2 s: what draws the panel in software has to wait, too.
    """

    def __init__(self, most_seconds: float = 2.0) -> None:
        self._most_seconds = most_seconds
        self.longest = 0.0

    def __str__(self) -> str:
        return f"longest pause {self.longest * 1000:.0f} ms"

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})
        if kind is None:
            assert self.longest < self._most_seconds, str(self)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before, queued = loop.time(), _seconds_in_queue()
            await asyncio.sleep(_BEAT_SECONDS)
            late = loop.time() - before - _BEAT_SECONDS
            self.longest = max(self.longest, late - (_seconds_in_queue() - queued))


def _seconds_in_queue() -> float:
    """Return how long this thread has waited for a processor so far."""
    return int(_SCHEDULE.read_text().split()[1]) / 1e9
