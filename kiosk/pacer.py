"""When what has changed is drawn: at once, but in a burst of news ten times a second.

Feeds may tell thousands of things a second; nobody reads more than ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from kivy.clock import Clock

from kiosk.services.state.model import State

NEWS_SECONDS = 0.1
# So many changes before one frame are a burst, and it is taken to last for so long.
_BURST, _BURST_SECONDS = 20, 1.0

# What only feeds change; all else may be what a finger has just done.
_NEWS = frozenset({"batch", "logs", "monitor"})
_OTHERS = tuple(field.name for field in fields(State) if field.name not in _NEWS)


class Pacer:
    """Calls ``draw`` for changes of the state; any number of them before a frame are one call."""

    def __init__(self, draw: Callable[..., None], now: Callable[[], float]) -> None:
        self._now = now
        self._at_once = Clock.create_trigger(draw)
        self._draw = draw
        self._later: Any = None
        self._drawn: State | None = None
        self._drawn_at = self._burst_until = float("-inf")
        self._changes = 0

    def changed(self, state: State) -> None:
        """Have the change drawn when it is its turn."""
        self._changes += 1
        now = self._now()
        wait = self._drawn_at + NEWS_SECONDS - now
        if now >= self._burst_until or wait <= 0 or not self._is_news(state):
            self._at_once()
        elif self._later is None:
            self._later = Clock.schedule_once(self._draw, wait)

    def drawn(self, state: State) -> None:
        """Note that this state is drawn now."""
        self.cancel()
        self._drawn, self._drawn_at = state, self._now()
        if self._changes > _BURST:
            self._burst_until = self._drawn_at + _BURST_SECONDS
        self._changes = 0

    def cancel(self) -> None:
        """Have nothing drawn that is not yet."""
        self._at_once.cancel()
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _is_news(self, state: State) -> bool:
        """Return whether nothing has changed but what feeds tell."""
        drawn = self._drawn
        return all(getattr(state, name) is getattr(drawn, name, None) for name in _OTHERS)
