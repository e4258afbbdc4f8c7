"""From which figures on the Pi is under strain, by its model (contract.md §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["normal", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where "high" and "critical" begin; at the boundary counts as crossed."""

    high: float
    critical: float

    def level(self, value: float) -> Level:
        """Return how a figure is."""
        if value >= self.critical:
            return "critical"
        return "high" if value >= self.high else "normal"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Per cent; degrees Celsius."""

    cpu: Limits
    memory: Limits
    temperature: Limits
    disk: Limits = Limits(80, 90)


_PI_4 = Thresholds(Limits(80, 95), Limits(80, 90), Limits(75, 80))
_PI_5 = Thresholds(Limits(85, 95), Limits(85, 95), Limits(80, 85))
_UNKNOWN = Thresholds(_PI_4.cpu, _PI_4.memory, Limits(70, 80))


def thresholds(board: str | None) -> Thresholds:
    """Return the thresholds of a board by its own words, as in "Raspberry Pi 5 Model B Rev 1.0"."""
    if board is not None and "Raspberry Pi 4" in board:
        return _PI_4
    return _PI_5 if board is not None and "Raspberry Pi 5" in board else _UNKNOWN
