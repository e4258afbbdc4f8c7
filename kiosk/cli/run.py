"""``kiosk run``: the kiosk on the panel, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

from kiosk.displays import DISPLAYS
from kiosk.services.runtime.backlight import Backlight
from kiosk.settings import Settings
from kiosk.window import prepare, video_driver

# sysexits.h: a service that is needed is not there.
EX_UNAVAILABLE = 69

NO_DISPLAY = """\
There is no display: neither DISPLAY is set nor is a panel connected.
On a desktop, run this in a terminal of that desktop. On a Pi, connect the panel and run it on
the Pi's own console, as a user of the groups video, render and input."""


def run(settings: Settings, trace: Path | None) -> int:
    """Show the kiosk fullscreen; returns the exit status."""
    driver = video_driver()
    if driver is None:
        print(NO_DISPLAY, file=sys.stderr)
        return EX_UNAVAILABLE
    show(settings, driver, fullscreen=True, trace=trace)
    return 0


def show(settings: Settings, driver: str, *, fullscreen: bool, trace: Path | None) -> None:
    """Open the window and run until the app stops, or SIGTERM or SIGINT arrives."""
    # A full disk would otherwise make logging print tracebacks for ever.
    logging.raiseExceptions = False
    prepare(DISPLAYS[settings.display], driver, fullscreen=fullscreen)
    with trace.open("a", encoding="utf-8") if trace is not None else nullcontext() as file:
        asyncio.run(_run(settings, file, fullscreen=fullscreen))


async def _run(settings: Settings, trace: TextIO | None, *, fullscreen: bool) -> None:
    from kiosk.wiring import assembled  # noqa: PLC0415 - Kivy reads its environment when imported

    backlight = Backlight() if fullscreen else None
    async with assembled(settings, trace, backlight) as kiosk:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, kiosk.app.stop)
        await kiosk.app.async_run(async_lib="asyncio")
