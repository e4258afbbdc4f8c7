"""Reconnections of sixty kiosks after an outage; `make fleet` prints them."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.fleet.fleet import KIOSKS, Return, Screen, after_outage

# Of all kiosks, in any one second: a little more than five seeds have shown (docs/endurance.md).
_MOST: dict[tuple[Screen, float], float] = {
    ("session", 10): 0.75,
    ("session", 120): 0.25,
    ("session", 600): 0.2,
    ("health", 10): 0.85,
    ("health", 120): 0.5,
    ("start", 10): 0.45,
    ("start", 120): 0.25,
}


@pytest.mark.parametrize(("screen", "outage"), _MOST, ids=str)
async def test_sixty_kiosks_come_back_spread_over_time(screen: Screen, outage: float) -> None:
    returned = await after_outage(outage, screen=screen)
    assert len(returned.back) == KIOSKS
    assert returned.back[-1] <= 30
    assert returned.largest_share <= _MOST[screen, outage]


async def test_after_a_short_outage_all_are_back_within_five_seconds() -> None:
    returned = await after_outage(10, screen="session", seed=1)
    assert returned.within(5) == KIOSKS


async def test_live_health_is_back_within_five_seconds_after_any_outage() -> None:
    returned = await after_outage(120, screen="health", seed=1)
    assert returned.within(5) == KIOSKS


async def test_the_first_is_back_within_five_seconds_though_all_wait_for_long() -> None:
    returned = await after_outage(600, screen="session", seed=1)
    assert returned.back[0] <= 5


def test_kiosks_in_step_are_seen_as_such() -> None:
    assert Return((0.1, 0.2, 0.9, 1.0), Counter()).largest_share == 0.75
