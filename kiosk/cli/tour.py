"""``kiosk tour``: pictures of every screen, and an audit of what falls short of the ergonomics."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from kiosk.displays import DISPLAYS
from kiosk.settings import Settings
from kiosk.window import prepare

FALLS_SHORT = 1

NO_GL = """\
kiosk tour: no picture can be drawn here: there is no OpenGL without a display.
Install Mesa's software renderer: apt-get install libegl1 libgles2 libgl1-mesa-dri"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder that the pictures go to."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/tour"),
        metavar="DIR",
        help="where the pictures and audit.json go (default: build/tour)",
    )
    parser.add_argument(
        "--only", default="", metavar="WORD", help="only walks whose names hold this word"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Take the tour; returns 0 when nothing falls short, FALLS_SHORT otherwise."""
    return picture(settings, args.out, args.only)


def picture(settings: Settings, out: Path, only: str = "") -> int:
    """Picture every screen into ``out``, offscreen; returns the exit status."""
    driver = os.environ.get("SDL_VIDEODRIVER", "offscreen")
    prepare(DISPLAYS[settings.display], driver, fullscreen=False, loop=settings.loop)
    if not _has_window():
        print(NO_GL, file=sys.stderr)
        return os.EX_UNAVAILABLE
    from kiosk.tour.tour import (  # noqa: PLC0415 - Kivy reads its environment when imported
        take,
        walks_of,
    )

    if not walks_of(only):
        names = ", ".join(name for name, _walk in walks_of(""))
        print(f"no walk has “{only}” in its name; there are: {names}", file=sys.stderr)
        return os.EX_USAGE
    report = asyncio.run(take(settings, out, _progress, only))
    shortfalls = report["shortfalls"]
    print()
    for sentence in shortfalls:
        print(sentence)
    number = f"{len(shortfalls)} things fall short" if shortfalls else "Nothing falls short"
    print(f"{number} of the ergonomics. {len(report['screens'])} pictures are in {out}.")
    return FALLS_SHORT if shortfalls else 0


def _progress(line: str) -> None:
    print(line, flush=True)


def _has_window() -> bool:
    """Return whether Kivy gets a window with OpenGL, offscreen or not."""
    try:
        from kivy.core.window import Window  # noqa: PLC0415 - only after the environment is set
    except Exception:  # noqa: BLE001 - whatever Kivy fails with, there is no window
        return False
    return Window is not None
