"""The app on a panel, and what each stage of its work takes."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from kiosk.displays import DISPLAYS
from kiosk.settings import Settings
from kiosk.window import prepare

if TYPE_CHECKING:
    from kiosk.wiring import Kiosk

_NOWHERE = "http://127.0.0.1:9"

# The seconds of a stage, once for each time: thread, process, clock.
Spent = list[tuple[float, float, float]]
Times = dict[str, Spent]


def open_panel() -> None:
    """Have the window on the panel that ``DISPLAY`` names, or offscreen."""
    driver = "x11" if os.environ.get("DISPLAY") else "offscreen"
    prepare(DISPLAYS["td1"], driver, fullscreen=False)


@asynccontextmanager
async def running() -> AsyncIterator[Kiosk]:
    """Run the app without a service."""
    from kiosk.wiring import assembled  # noqa: PLC0415 - Kivy reads its environment when imported

    with tempfile.TemporaryDirectory() as folder:
        async with assembled(Settings(base_url=_NOWHERE, state_dir=Path(folder))) as kiosk:
            app = asyncio.ensure_future(kiosk.app.async_run())
            yield kiosk
            kiosk.app.stop()
            await app


def timed(into: Spent, work: Callable[[], Any]) -> None:
    """Do the work, and add what it took."""
    before = time.thread_time(), time.process_time(), time.perf_counter()
    work()
    after = time.thread_time(), time.process_time(), time.perf_counter()
    thread, process, clock = (b - a for a, b in zip(before, after, strict=True))
    into.append((thread, process, clock))


def cells(times: Spent) -> str:
    """Return the median milliseconds of thread, process and clock for a row of a table."""
    return " | ".join(f"{median(kind) * 1000:.2f}" for kind in zip(*times, strict=True))
