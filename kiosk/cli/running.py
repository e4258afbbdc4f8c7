"""A kiosk that runs: its parts, its service manager, and what happens when one of them breaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TextIO

from kiosk import thrift
from kiosk.cli.ending import Ending
from kiosk.cli.run_log import Secrets
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.backlight import Backlight
from kiosk.services.runtime.supervision import kept_up
from kiosk.services.runtime.watchdog import of_environment
from kiosk.services.state.model import State
from kiosk.services.views import status
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.wiring import Kiosk


async def keep_running(
    settings: Settings,
    trace: TextIO | None,
    ending: Ending,
    known: list[Secrets],
    *,
    fullscreen: bool,
) -> None:
    """Run the kiosk until its app stops; ``known`` gets what knows the secrets of the moment."""
    from kiosk.wiring import assembled  # noqa: PLC0415 - Kivy reads its environment when imported

    backlight = Backlight() if fullscreen else None
    async with assembled(settings, trace, backlight) as kiosk:
        known.append(kiosk.secrets)
        loop = asyncio.get_running_loop()
        ending.calls(lambda: loop.call_soon_threadsafe(kiosk.app.stop))
        # The first takes as long as some frames, before anybody is in a session; the other finds
        # what came since, and does it where no service answers.
        kiosk.app.ahead.then(thrift.keep)
        loop.call_later(thrift.SETTLED_SECONDS, thrift.keep)
        try:
            async with _watched(kiosk):
                await kiosk.app.async_run(async_lib="asyncio")
        except Exception:  # noqa: BLE001 - told before anything is put away, for that may hang
            ending.broken()
        finally:
            ending.begin()


@asynccontextmanager
async def _watched(kiosk: Kiosk) -> AsyncIterator[None]:
    """Tell the service manager that the kiosk is ready, lives and ends."""
    clock = SystemClock()
    manager, watchdog = of_environment(clock, lambda: _line(kiosk.store.state))
    kiosk.app.after_flip(watchdog.flipped)
    kiosk.app.every(watchdog.tick_seconds, watchdog.drawn)
    feeding = kept_up("watchdog", watchdog.run, clock)
    try:
        yield
    finally:
        watchdog.ending()
        feeding.cancel()
        await asyncio.wait({feeding})
        manager.close()


def _line(state: State) -> str:
    """Return what is shown, for ``systemctl status``."""
    bar = status.view_of(state, time.monotonic())
    cameras = f"{len(state.batch.devices)} cameras" if state.batch is not None else ""
    shown = ", ".join(filter(None, (bar.text, cameras, bar.time)))
    return f"{state.navigation.route}: {shown}"
