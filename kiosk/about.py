"""What this kiosk is: versions, machine, panel, what draws."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from kiosk import instance
from kiosk.displays import DISPLAYS
from kiosk.services.runtime.doctor import Surroundings
from kiosk.services.state.support import About
from kiosk.settings import Settings
from kiosk.window import touch_panels, video_driver

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


def surroundings(settings: Settings, renderer: str | None = None) -> Surroundings:
    """Return what the kiosk runs on at the moment."""
    # Who draws without a display draws where nobody looks, as tests do.
    driver = video_driver() or (renderer and "offscreen")
    return Surroundings(
        driver=driver,
        panels=tuple(touch_panels()),
        state_dir=settings.state_dir,
        key_file=settings.given_key_file(),
        renderer=renderer,
        # On a desktop each has a window of its own.
        kiosks=instance.running() if driver == "kmsdrm" else (),
    )


def renderer() -> str | None:
    """Return what OpenGL calls itself; only for whoever has a window, in the thread that draws."""
    from kivy.graphics.opengl import GL_RENDERER, glGetString  # noqa: PLC0415

    name = glGetString(GL_RENDERER)
    return (name.decode(errors="replace") if isinstance(name, bytes) else name) or None


def board(path: Path = _BOARD) -> str | None:
    """Return the Pi's model in the firmware's words; None on any other machine."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0\n") or None
    except OSError:
        return None
