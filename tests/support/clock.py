"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools


class FakeClock:
    """Monotonic and wall time in a test's hands; ``slept`` lists every wait that was asked for.

    With ``auto`` each sleep returns at once and moves the time by itself.
    """

    def __init__(self, *, start: float = 1000.0, wall: float = 1.8e9, auto: bool = False) -> None:
        self.now = start
        self.slept: list[float] = []
        self._wall_offset = wall - start
        self._auto = auto
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    @property
    def is_awaited(self) -> bool:
        """Return whether anybody sleeps until the time is moved on."""
        return any(not waiter.done() for _, _, waiter in self._sleepers)

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now + self._wall_offset

    def jump(self, seconds: float) -> None:
        """Set the wall clock; no time passes."""
        self._wall_offset += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self._auto:
            self.now += seconds
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), waiter))
        await waiter

    async def advance(self, seconds: float) -> None:
        """Move the time on, waking every sleeper at its own moment."""
        await _settle()
        end = self.now + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, waiter = heapq.heappop(self._sleepers)
            if not waiter.done():
                waiter.set_result(None)
            await _settle()
        self.now = end
        await _settle()


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)
