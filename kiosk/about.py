"""What this kiosk is: versions, machine, panel."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.displays import DISPLAYS
from kiosk.services.state.support import About
from kiosk.settings import Settings

_BOARD = Path("/proc/device-tree/model")
_HERE = {"127.0.0.1", "::1", "localhost"}


def about(settings: Settings) -> About:
    """Return what the kiosk knows of itself before anything is asked."""
    display = DISPLAYS[settings.display]
    return About(
        kiosk=metadata.version("kiosk"),
        python=platform.python_version(),
        kivy=metadata.version("kivy"),
        host=platform.node(),
        address=settings.base_url,
        display=display.name,
        pixels=f"{display.width}×{display.height}",
        board=board() if urlsplit(settings.base_url).hostname in _HERE else None,
    )


def board(path: Path = _BOARD) -> str | None:
    """Return the Pi's model in the firmware's words; None on any other machine."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0\n") or None
    except OSError:
        return None
