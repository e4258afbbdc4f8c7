"""Points in time and durations as Go writes them, read leniently (contract.md §0, §2.1, §6.38)."""

import re
from datetime import UTC, datetime

# A Pi has no real-time clock: a date before the product existed, like Go's zero time, means that
# nobody knew the time.
_FIRST_YEAR, _LAST_YEAR = 2000, 2200

_UNIT_SECONDS = {
    "h": 3600.0,
    "m": 60.0,
    "s": 1.0,
    "ms": 1e-3,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ns": 1e-9,
}
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{0,15})?"
_GO_PART = re.compile(rf"({_NUMBER})(h|ms|m|us|µs|μs|ns|s)")
_GO = re.compile(rf"(?:{_GO_PART.pattern})+")
_CLOCK = re.compile(rf"(?:([0-9]{{1,6}}):)?([0-9]{{1,2}}):({_NUMBER})")


def parse_moment(value: object) -> datetime | None:
    """Return an RFC 3339 text as an aware UTC datetime; None when absent, zero or absurd."""
    # fromisoformat also reads dates alone and weeks, which no server of ours means.
    if not isinstance(value, str) or value[7:8] != "-" or value[10:11] not in {"T", "t", " "}:
        return None
    try:
        moment = datetime.fromisoformat(value.upper())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def parse_duration(text: object) -> float | None:
    """Return seconds for ``1m30s``, ``500ms``, ``00:45:00`` or ``45``; None when not a duration."""
    if not isinstance(text, str):
        return None
    body = text.strip()
    sign = -1.0 if body.startswith("-") else 1.0
    body = body.lstrip("+-")
    if _GO.fullmatch(body):
        return sign * sum(float(n) * _UNIT_SECONDS[unit] for n, unit in _GO_PART.findall(body))
    if clock := _CLOCK.fullmatch(body):
        hours, minutes, seconds = clock.groups(default="0")
        return sign * (int(hours) * 3600 + int(minutes) * 60 + float(seconds))
    return sign * float(body) if re.fullmatch(_NUMBER, body) else None
