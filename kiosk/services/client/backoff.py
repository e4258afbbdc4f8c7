"""How long to wait before the next connection (reliability.md, promise 5)."""

import random
from http import HTTPStatus

from kiosk.services.client.timing import Clock
from kiosk.services.wire.problem import Kind, Problem

_SCHEDULE = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
_JITTER = 0.2
HEALTHY_SECONDS = 60.0
# A server's own wish is honoured up to here: nobody waits three hours in front of a machine.
LONGEST_FLOOR = 300.0
# A refused key is not tried in a loop, but it may be replaced without anybody telling the kiosk.
REFUSED_SECONDS = 30.0


class Backoff:
    """Delays of 1, 2, 4, 8, 16, 30, 30 ... s minus up to 20 %; starts over after a minute live."""

    def __init__(self, rng: random.Random, clock: Clock) -> None:
        self._rng = rng
        self._clock = clock
        self._failures = 0
        self._live_since: float | None = None

    def live(self) -> None:
        """Note that the connection works from now on."""
        self._live_since = self._clock.monotonic()

    def next_delay(self, floor: float | None = None) -> float:
        """Return seconds to wait after a failure, at least ``floor`` where the server named one."""
        since, self._live_since = self._live_since, None
        if since is not None and self._clock.monotonic() - since >= HEALTHY_SECONDS:
            self._failures = 0
        longest = _SCHEDULE[min(self._failures, len(_SCHEDULE) - 1)]
        self._failures += 1
        return max(spread(longest, self._rng), min(floor or 0.0, LONGEST_FLOOR))


def spread(seconds: float, rng: random.Random) -> float:
    """Return a delay up to 20 % shorter: kiosks that lost their server together come back apart."""
    return seconds * (1 - _JITTER * rng.random())


def is_refused(problem: Problem) -> bool:
    """Return whether PiOrchestrator or the kiosk itself refuses, so that no haste will help."""
    is_kind = problem.kind in {Kind.UNAUTHORIZED, Kind.VALIDATION}
    return is_kind or problem.http_status == HTTPStatus.FORBIDDEN
