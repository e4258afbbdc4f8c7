"""World time: what is due when, at the chosen speed."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

Action = Callable[[], None]


class Timeline:
    """An agenda in Unix seconds whose delays are world seconds, ``speed`` of them a real second.

    It never reads a clock: time is what ``advance`` is told, and while an action runs ``now`` is
    the moment at which it was due, so that one big step and many small ones leave the same world.
    """

    def __init__(self, now: float, speed: float) -> None:
        self.now = now
        self.speed = speed
        self._agenda: list[tuple[float, int, Action]] = []
        self._order = itertools.count()

    def after(self, world_seconds: float, action: Action) -> None:
        """Do ``action`` when so many world seconds have passed."""
        self.at(self.now + world_seconds / self.speed, action)

    def at(self, moment: float, action: Action) -> None:
        """Do ``action`` at that Unix time."""
        heapq.heappush(self._agenda, (moment, next(self._order), action))

    def advance(self, now: float) -> None:
        """Let the time until ``now`` pass."""
        while self._agenda and self._agenda[0][0] <= now:
            due, _, action = heapq.heappop(self._agenda)
            self.now = max(self.now, due)
            action()
        self.now = max(self.now, now)

    def next_due(self) -> float | None:
        """Unix time of the next action; None when nothing is planned."""
        return self._agenda[0][0] if self._agenda else None

    def clear(self) -> None:
        """Forget everything that was planned."""
        self._agenda.clear()
