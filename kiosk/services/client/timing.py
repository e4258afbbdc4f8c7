"""The clock that everything with a delay is given, so that tests need not wait."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Monotonic seconds for every delay, wall seconds only for showing."""

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        ...

    def wall(self) -> float:
        """Return seconds since 1970, as far as this machine knows."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        ...


def server_epoch(clock: Clock, offset: float | None) -> float:
    """Return the server's wall clock, in Unix seconds, at zero of our monotonic one.

    ``offset`` is the server's wall clock minus ours as both stand now. Until the server has told,
    ours has to do.
    """
    return clock.wall() - clock.monotonic() + (offset or 0.0)


class SystemClock:
    """The machine's own clock (see ``Clock``)."""

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()

    def wall(self) -> float:
        """Return seconds since 1970, as far as this machine knows."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)
