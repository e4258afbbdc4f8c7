"""The machine's own clock."""

import asyncio
import time

from kiosk.services.client.timing import Clock

__all__ = ["Clock", "SystemClock"]


class SystemClock:
    """The real clock (see ``Clock``)."""

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()

    def wall(self) -> float:
        """Return seconds since 1970, as far as this machine knows."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)
