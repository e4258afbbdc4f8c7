"""Measures how long the event loop stood still while a fault lasted."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

_BEAT_SECONDS = 0.02


class Heartbeat:
    """``async with Heartbeat() as heart:``; then ``heart.longest`` is the worst gap in seconds.

    At its end it fails when that was far over the promised 0.2 s; a machine that runs other tests
    beside this one takes pauses of its own.
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
            before = loop.time()
            await asyncio.sleep(_BEAT_SECONDS)
            self.longest = max(self.longest, loop.time() - before - _BEAT_SECONDS)
