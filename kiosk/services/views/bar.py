"""What the status bar shows, apart from how it is found out: it is there before anything is."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.views.language import _


@dataclass(frozen=True, slots=True)
class StatusView:
    """Three texts with their icons; ``tone`` is good only while what is shown is so now."""

    tone: str = "quiet"
    icon: str = ""
    text: str = ""
    network_icon: str = ""
    network: str = ""
    time_icon: str = ""
    time: str = ""


def at_first() -> StatusView:
    """Return the status bar before anything is known."""
    return StatusView("waiting", "dots-circle", _("Connecting"))
