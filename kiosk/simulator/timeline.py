"""World time: what is due when, at the chosen speed."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from functools import partial

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

    def branch(self) -> Branch:
        """Return an agenda of its own that shares this one's time."""
        return Branch(self)


class Branch:
    """Part of an agenda that can be held, gone on with and forgotten without the rest."""

    def __init__(self, trunk: Timeline) -> None:
        self._trunk = trunk
        self._planned: dict[int, tuple[float, Action]] = {}
        self._order = itertools.count()
        self._held_since: float | None = None

    @property
    def now(self) -> float:
        """Unix time, which passes while the branch is held too."""
        return self._trunk.now

    @property
    def speed(self) -> float:
        """World seconds in a real second."""
        return self._trunk.speed

    def after(self, world_seconds: float, action: Action) -> None:
        """Do ``action`` when so many world seconds have passed, not counting those held."""
        self.at(self.now + world_seconds / self.speed, action)

    def at(self, moment: float, action: Action) -> None:
        """Do ``action`` at that Unix time, later by as long as the branch is held."""
        if self._held_since is not None:
            moment -= self.now - self._held_since
        number = next(self._order)
        self._planned[number] = (moment, action)
        if self._held_since is None:
            self._trunk.at(moment, partial(self._do, number))

    def hold(self) -> None:
        """Do nothing until ``go_on``."""
        if self._held_since is None:
            self._held_since = self.now

    def go_on(self) -> None:
        """Do later what was planned, by as much as the branch was held."""
        if self._held_since is None:
            return
        pause, self._held_since = self.now - self._held_since, None
        planned, self._planned = list(self._planned.values()), {}
        for moment, action in planned:
            self.at(moment + pause, action)

    def clear(self) -> None:
        """Forget everything that was planned."""
        self._planned.clear()

    def _do(self, number: int) -> None:
        if self._held_since is None and number in self._planned:
            _, action = self._planned.pop(number)
            action()
