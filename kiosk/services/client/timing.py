"""The clock that everything with a delay is given, so that tests need not wait."""

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
