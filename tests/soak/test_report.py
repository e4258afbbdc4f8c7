"""What the soak makes of its samples."""

from __future__ import annotations

from typing import Any

import pytest

from tests.soak.__main__ import judged, lines_of

RUN = {"minutes": 60, "events_per_second": 20, "troubles": 60}
WALK = {"entered": 300, "sheets": 100, "sessions": 10, "missed": 0}


def samples(minutes: int = 60, *, mib_per_hour: float = 0.0, **each: Any) -> list[dict[str, Any]]:
    """Return samples each ten seconds; what is given is a number, or a function of the sample's."""
    found = []
    for n in range(minutes * 6):
        usual = {
            "at": 10.0 * n,
            "anonymous": 200 + mib_per_hour * n / 360,
            # Others that end make our share of what we shared with them larger.
            "pss": 200 + n,
            "rss": 250 + n,
            "malloc": None,
            "blocks": 1_000_000,
            "objects": 500_000,
            "fds": 20 + n % 7,
            "tasks": 11,
            "threads": 3,
            "widgets": 1500,
            "subscribers": 4,
            "entered": n,
            "types": {"a.Leak": 5 * n, "a.Row": 100 + n % 30},
        }
        found.append(usual | {k: v(n) if callable(v) else v for k, v in each.items()})
    return found


def test_a_flat_hour_holds() -> None:
    report = judged(samples(mib_per_hour=0.5))
    assert report["failed"] == []
    assert report["verdicts"] == {"anonymous": "holds"}


def test_certain_growth_fails_and_says_of_what_there_is_more_and_more() -> None:
    report = judged(samples(mib_per_hour=3))
    assert report["failed"] == ["anonymous"]
    assert list(report["types"]) == ["a.Leak"]
    text = "\n".join(lines_of({**report, "run": {**RUN, **WALK}}))
    assert "more and more: a.Leak" in text
    assert "failed: anonymous" in text


def test_a_run_of_a_minute_is_told_without_a_line() -> None:
    report = judged(samples(1))
    assert report["growth_per_hour"] == {}
    assert report["verdicts"] == {"anonymous": "too short to tell"}


def test_a_short_run_is_not_judged_by_its_memory() -> None:
    report = judged(samples(10, mib_per_hour=50))
    assert report["verdicts"] == {"anonymous": "too short to tell"}
    assert report["failed"] == []


@pytest.mark.parametrize("name", ["fds", "tasks", "threads", "subscribers"])
def test_what_only_ever_goes_up_fails_however_short_the_run(name: str) -> None:
    grows: dict[str, Any] = {name: lambda n: 10 + n}
    assert judged(samples(10, **grows))["failed"] == [name]


def test_a_short_run_may_still_be_building_widgets() -> None:
    assert judged(samples(10, widgets=lambda n: 10 + n))["failed"] == []


def test_a_walker_that_stands_still_has_soaked_nothing() -> None:
    assert judged(samples(entered=7))["failed"] == ["less than a screen a minute was entered"]
