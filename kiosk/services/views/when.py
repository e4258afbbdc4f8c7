"""When something was, in words: how long ago, and the date on this Pi's clock."""

from __future__ import annotations

from datetime import datetime

from kiosk.services.views.language import UNKNOWN, _, plural

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def ago_text(seconds: float | None) -> str:
    """Return how long ago something was, in its largest unit; a dash when nobody knows."""
    if seconds is None:
        return UNKNOWN
    if seconds < _MINUTE:
        return _("just now")
    if seconds < _HOUR:
        return _("{n} min ago").format(n=int(seconds // _MINUTE))
    if seconds < _DAY:
        return _("{n} h ago").format(n=int(seconds // _HOUR))
    return plural("{n} day ago", "{n} days ago", int(seconds // _DAY))


def date_text(moment: datetime | None) -> str:
    """Return the day, in the order that is read the same in every language."""
    return f"{moment.astimezone():%Y-%m-%d}" if moment is not None else UNKNOWN


def moment_text(moment: datetime | None) -> str:
    """Return day and time."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment is not None else UNKNOWN
