"""From samples over time to growth an hour, and to what can be said of it for certain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Literal

Verdict = Literal["holds", "too short to tell", "GROWS"]

HOUR = 3600.0
# Samples that follow one another are alike: what is on the screen comes and goes. The lowest of
# each of so many blocks is what stays, and nearly independent of the last block's.
BLOCKS = 10
LEAST_SAMPLES = 2 * BLOCKS
# Student's t for BLOCKS - 2 degrees of freedom: 95 % of all lines lie within so many errors.
_T95 = 2.306


@dataclass(frozen=True, slots=True)
class Growth:
    """Units an hour, and how far off (95 %) that may be."""

    per_hour: float
    uncertainty: float

    def verdict(self, most_per_hour: float) -> Verdict:
        """Return whether the growth is certainly within what is allowed, or certainly beyond it."""
        if self.per_hour - self.uncertainty > most_per_hour:
            return "GROWS"
        if self.per_hour + self.uncertainty <= most_per_hour:
            return "holds"
        return "too short to tell"


def growth(seconds: Sequence[float], values: Sequence[float]) -> Growth:
    """Return the slope of a line through the lowest samples of ten blocks.

    Raises ValueError for fewer than two samples a block.
    """
    if len(values) < LEAST_SAMPLES:
        raise ValueError(f"{len(values)} samples are too few for a line")
    x = [fmean(block) / HOUR for block in _blocks(seconds)]
    y = [min(block) for block in _blocks(values)]
    mean_x, mean_y = fmean(x), fmean(y)
    spread = sum((a - mean_x) ** 2 for a in x)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    rest = sum((b - mean_y - slope * (a - mean_x)) ** 2 for a, b in zip(x, y, strict=True))
    return Growth(slope, _T95 * math.sqrt(rest / (BLOCKS - 2) / spread))


def is_flat(values: Sequence[float]) -> bool:
    """Return False when the last third never comes down to the highest of the first third.

    For numbers that go up and down with what is on the screen: a leak never comes down again.
    """
    third = max(1, len(values) // 3)
    return min(values[-third:]) <= max(values[:third])


def _blocks(values: Sequence[float]) -> list[Sequence[float]]:
    edges = [round(n * len(values) / BLOCKS) for n in range(BLOCKS + 1)]
    return [values[a:b] for a, b in pairwise(edges)]
