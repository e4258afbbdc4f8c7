"""Reconnections of sixty kiosks after an outage; `make fleet` prints them."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.fleet.fleet import KIOSKS, Return, Screen, after_outage


# The share of the busiest second is a little more than five seeds have shown (docs/endurance.md).
@pytest.mark.parametrize(
    ("screen", "outage", "share", "last"),
    [
        ("session", 10, 0.75, 5),
        ("session", 120, 0.25, 30),
        ("session", 600, 0.2, 30),
        ("health", 10, 0.85, 5),
        ("health", 120, 0.5, 5),
        ("start", 120, 0.25, 30),
    ],
)
async def test_sixty_kiosks_come_back_spread_over_time(
    screen: Screen, outage: float, share: float, last: float
) -> None:
    returned = await after_outage(outage, screen=screen)
    assert len(returned.back) == KIOSKS
    assert returned.back[-1] <= last
    assert returned.largest_share <= share


def test_kiosks_in_step_are_seen_as_such() -> None:
    assert Return((0.1, 0.2, 0.9, 1.0), asked=Counter()).largest_share == 0.75
