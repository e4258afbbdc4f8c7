"""Tells a scanner from a hand: both type, but no hand is as quick."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

# What comes quicker than this, one character after another, was not typed by a hand.
QUICK_SECONDS = 0.05
SHORTEST, LONGEST = 6, 512


class Turns:
    """A clock with one time for each turn of the running event loop.

    What had come by then came at once, however long it takes to work through it.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._at: float | None = None

    def __call__(self) -> float:
        """Return the time of the turn."""
        if self._at is None:
            self._at = self._now()
            asyncio.get_running_loop().call_soon(self._end)
        return self._at

    def _end(self) -> None:
        self._at = None


class Scanner:
    """Collects what is typed; a quick burst that ends with Enter is a scan."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._text = ""
        self._length = 0
        self._last_at: float | None = None

    def __repr__(self) -> str:
        """Return nothing of the text: it may be a secret."""
        return f"<Scanner: {self._length} characters>"

    def hear(self, text: str) -> bool:
        """Take characters; return whether they begin a new burst."""
        begins = not self._is_quick()
        if begins:
            self._forget()
        self._length += len(text)
        self._text = (self._text + text)[:LONGEST]
        self._last_at = self._now()
        return begins

    def end(self) -> str | None:
        """Take Enter; return what was scanned, None when a hand was typing."""
        is_scan = self._is_quick() and SHORTEST <= self._length <= LONGEST
        text = self._text
        self._forget()
        return text if is_scan else None

    def _is_quick(self) -> bool:
        return self._last_at is not None and self._now() - self._last_at < QUICK_SECONDS

    def _forget(self) -> None:
        self._text, self._length, self._last_at = "", 0, None
