"""Prepares Kivy before its first import: panel, window, one input provider, no files in homes."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from kiosk.displays import Display

LoopName = Literal["event", "stock"]

# Linux's ABS_MT_POSITION_X: a node that has it is a touch panel or a touchpad.
_MULTITOUCH_BIT = 0x35
# Linux's INPUT_PROP_DIRECT: what is touched is what is seen, so it is no touchpad.
_DIRECT_BIT = 0x01
# The kernel prints the bits in words as long as this process's pointers, the highest first.
_WORD_DIGITS = struct.calcsize("P") * 2
# Of Kivy's configuration: what we have to know again later.
SECTION = "kiosk"
_STOCK_FPS = 60
_DRM = Path("/sys/class/drm")
_INPUT = Path("/sys/class/input")


def video_driver() -> str | None:
    """Return SDL's driver for the display that is there, or None when there is none."""
    chosen = os.environ.get("SDL_VIDEODRIVER")
    if chosen:
        return chosen
    if os.environ.get("DISPLAY"):
        return "x11"
    return None if display_card() is None else "kmsdrm"


def display_card() -> int | None:
    """Return the number of the DRM card that the panel is at, which may differ at each boot.

    A panel that is built in (DSI, DPI) goes before what hangs on a cable.
    """
    found = []
    for status in _DRM.glob("card*-*/status"):
        connector = re.fullmatch(r"card(\d+)-(.+)", status.parent.name)
        if connector and status.read_text(encoding="ascii").strip() == "connected":
            on_cable = not connector[2].startswith(("DSI", "DPI"))
            found.append((on_cable, int(connector[1])))
    return min(found)[1] if found else None


def prepare(display: Display, driver: str, *, fullscreen: bool, loop: LoopName = "event") -> None:
    """Set what Kivy reads at its first import, so that nothing in a home folder has a say."""
    os.environ.update(
        # Only SDL: Kivy's second choice, plain X11, ends the whole process when it fails.
        KIVY_WINDOW="sdl2",
        KIVY_AUDIO="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
        # A Pi reports no true density: millimetres come from our table of panels.
        KIVY_DPI=str(display.dpi),
        KIVY_METRICS_DENSITY="1",
        KIVY_METRICS_FONTSCALE="1",
        SDL_VIDEODRIVER=driver,
    )
    card = display_card()
    if driver == "kmsdrm" and card is not None:
        os.environ.setdefault("SDL_KMSDRM_DEVICE_INDEX", str(card))
    from kivy.config import Config  # noqa: PLC0415 - only after the environment is set

    settings = {
        "width": display.width,
        "height": display.height,
        "resizable": 0,
        "multisamples": 0,
        # Kivy's clock must not wait where our own loop does (``kiosk.loop``).
        "maxfps": 0 if loop == "event" else _STOCK_FPS,
        "fullscreen": "auto" if fullscreen else 0,
        "borderless": int(fullscreen),
        "show_cursor": int(not fullscreen),
    }
    for name, value in settings.items():
        Config.set("graphics", name, str(value))
    Config.setdefaults(SECTION, {"driver": driver})
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "keyboard_mode", "system")
    # Nobody taps twice here, and to look for that takes the square of a panel's ghost touches.
    for name in ("double_tap_time", "triple_tap_time"):
        Config.set("postproc", name, "0")
    Config.remove_section("input")
    Config.add_section("input")
    # Exactly one provider, and its node named: two make every tap a double tap, and on a Pi Kivy's
    # own search would hand it keyboards and scanners, too.
    panel = next(iter(touch_panels()), None)
    if driver == "kmsdrm" and panel is not None:
        Config.set("input", "panel", f"mtdev,/dev/input/{panel}")
    elif driver != "offscreen":
        Config.set("input", "mouse", "mouse,disable_multitouch")


def touch_panels() -> list[str]:
    """Return the input nodes of the touch panels that are connected, as ``event3``.

    The first is the one to listen to: a panel goes before a touchpad, a lower number first.
    """
    return [name for *_order, name in sorted(_multitouch_nodes())]


def _multitouch_nodes() -> Iterator[tuple[bool, int, str]]:
    for node in _INPUT.glob("event*/device"):
        if _bit(node / "capabilities" / "abs", _MULTITOUCH_BIT):
            name = node.parent.name
            is_pad = not _bit(node / "properties", _DIRECT_BIT)
            yield is_pad, int(name.removeprefix("event")), name


def _bit(file: Path, number: int) -> bool:
    """Return a bit of what sysfs prints in words, the highest word first."""
    try:
        words = file.read_text(encoding="ascii").split()
        bits = int("".join(word.rjust(_WORD_DIGITS, "0") for word in words) or "0", 16)
    except (OSError, ValueError):
        return False
    return bool(bits >> number & 1)
