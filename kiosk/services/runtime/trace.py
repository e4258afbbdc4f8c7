"""When each event was sent, received, applied and seen: one JSON object a line (``--trace``)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

# A screen that is not drawn, on a panel that is off, must not fill the memory.
_MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class _Applied:
    server_ts: float
    received: float
    applied: float


class Trace:
    """Follows events from the socket to the panel; all times are wall clock seconds."""

    def __init__(self, file: TextIO, wall: Callable[[], float]) -> None:
        self._file = file
        self._wall = wall
        self._received = wall()
        self._waiting: list[_Applied] = []

    def received(self) -> None:
        """Note that a frame came out of the socket."""
        self._received = self._wall()

    def applied(self, server_ts: float) -> None:
        """Note that the event in that frame, sent at ``server_ts``, is in the store."""
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(_Applied(server_ts, self._received, self._wall()))

    def flipped(self) -> None:
        """Note that the panel shows all that was applied, and write it down."""
        if not self._waiting:
            return
        flipped = self._wall()
        for event in self._waiting:
            times = {
                "server_ts": event.server_ts,
                "received": event.received,
                "applied": event.applied,
                "flipped": flipped,
            }
            self._file.write(json.dumps(times) + "\n")
        self._waiting.clear()
        self._file.flush()
