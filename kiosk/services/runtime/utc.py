"""Moments of the calendar as they are kept: UTC, and whether the clock was set at all."""

from __future__ import annotations

from datetime import UTC, datetime

# Before the kiosk was written no clock was right; a Pi without a network starts in the past.
FIRST_YEAR = 2024


def stamp(wall: float) -> str:
    """Return wall seconds as ISO 8601 in UTC, to the millisecond; it sorts by time."""
    return stamp_of(datetime.fromtimestamp(wall, UTC))


def stamp_of(moment: datetime) -> str:
    """Return a moment in the same form."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_set(wall: float) -> bool:
    """Return whether a clock that shows this has been set since the machine was started."""
    return datetime.fromtimestamp(wall, UTC).year >= FIRST_YEAR
