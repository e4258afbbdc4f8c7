"""How often something happened lately."""

from collections import deque

from kiosk.services.client.timing import Clock

# More unreadable messages than this in a minute are a gap, not an accident (reliability.md).
BAD_LIMIT, BAD_SECONDS = 20, 60.0


class Tally:
    """Counts what happens, and tells when it was more than ``limit`` times in ``seconds``."""

    def __init__(
        self, clock: Clock, *, limit: int = BAD_LIMIT, seconds: float = BAD_SECONDS
    ) -> None:
        self._clock = clock
        self._limit = limit
        self._seconds = seconds
        self._moments: deque[float] = deque()
        self.total = 0

    def add(self) -> bool:
        """Count one; returns whether that was too many, and then starts over."""
        now = self._clock.monotonic()
        self.total += 1
        self._moments.append(now)
        while self._moments[0] < now - self._seconds:
            self._moments.popleft()
        is_over = len(self._moments) > self._limit
        if is_over:
            self._moments.clear()
        return is_over
