"""Runs the real kiosk with a pilot beside it, one after another in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.metrics import Metrics

from kiosk.displays import DISPLAYS
from kiosk.settings import Settings
from kiosk.tour.pilot import Pilot
from kiosk.wiring import Kiosk, assembled


@asynccontextmanager
async def piloted(settings: Settings) -> AsyncIterator[tuple[Kiosk, Pilot]]:
    """Run the kiosk in this event loop; ends it, whatever happens, with the window empty."""
    _fit_window(settings)
    async with assembled(settings) as kiosk:
        running = asyncio.ensure_future(kiosk.app.async_run(async_lib="asyncio"))
        try:
            # Its first turn starts the event loop, which keeps the input providers from then on.
            await asyncio.sleep(0)
            pilot = Pilot(kiosk.app, running)
            await pilot.frame()
            yield kiosk, pilot
        finally:
            await _land(kiosk, running)


async def _land(kiosk: Kiosk, running: asyncio.Future[None]) -> None:
    # A frame is still to come after ``stop``; nothing may be built in it.
    kiosk.app.release()
    if not running.done():
        kiosk.app.stop()
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        for child in Window.children[:]:
            Window.remove_widget(child)
        EventLoop.touches.clear()


def _fit_window(settings: Settings) -> None:
    """Make the one window of the process the panel that is asked for."""
    display = DISPLAYS[settings.display]
    if display.dpi != Metrics.dpi:
        Metrics.dpi = display.dpi
    if tuple(Window.system_size) != (display.width, display.height):
        Window.system_size = (display.width, display.height)
