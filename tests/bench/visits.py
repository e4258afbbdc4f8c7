# ruff: noqa: PLC0415, T201 - Kivy reads its environment when it is imported; what a command is for
"""Where the time of a visit goes: ``python -m tests.bench.visits --routes menu settings``.

Milliseconds of each stage, of the first visit and the median of later ones, on the panel that
``DISPLAY`` names (or offscreen): of the main thread's processor, of the process with Mesa's own
threads, and by the clock. The screens that do not need a session or a service.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from kiosk import thrift
from kiosk.displays import DISPLAYS
from kiosk.settings import Settings
from kiosk.window import prepare

LATER = 10
# So that what is made ready ahead is ready, and what one visit does leaves no trace in the next.
_IDLE_SECONDS, _PAUSE_SECONDS = 2.0, 0.3
_NOWHERE = "http://127.0.0.1:9"

Times = dict[str, list[tuple[float, float, float]]]


async def visits(route: str) -> tuple[Times, Times]:
    """Return the seconds of each stage, of the first visit from the start screen and of others."""
    from kiosk.wiring import assembled

    first: Times = {}
    later: Times = {}
    with tempfile.TemporaryDirectory() as folder:
        async with assembled(Settings(base_url=_NOWHERE, state_dir=Path(folder))) as kiosk:
            running = asyncio.ensure_future(kiosk.app.async_run())
            await asyncio.sleep(_IDLE_SECONDS)
            # As the running kiosk does by then; otherwise it would fall into a visit.
            thrift.keep()
            for times in (first, *[later] * LATER):
                kiosk.intents.open(route)
                kiosk.app._pacer.cancel()
                for name, work in _stages(kiosk.app):
                    _timed(times.setdefault(name, []), work)
                await asyncio.sleep(_PAUSE_SECONDS)
                kiosk.intents.open("start")
                await asyncio.sleep(_PAUSE_SECONDS)
            kiosk.app.stop()
            await running
    return first, later


def _stages(app: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.core.window import Window
    from kivy.lang import Builder

    yield "code, view, kv", app._render
    yield (
        "layout, painting",
        lambda: (Clock.tick(), Builder.sync(), Clock.tick_draw(), Builder.sync()),
    )
    if Window.canvas.needs_redraw:
        yield "draw", lambda: EventLoop.window.dispatch("on_draw")
        yield "flip", lambda: EventLoop.window.dispatch("on_flip")


def _timed(into: list[tuple[float, float, float]], work: Callable[[], Any]) -> None:
    before = time.thread_time(), time.process_time(), time.perf_counter()
    work()
    after = time.thread_time(), time.process_time(), time.perf_counter()
    thread, process, clock = (b - a for a, b in zip(before, after, strict=True))
    into.append((thread, process, clock))


def _cells(times: list[tuple[float, float, float]]) -> str:
    return " | ".join(f"{median(kind) * 1000:.2f}" for kind in zip(*times, strict=True))


def main(arguments: Sequence[str]) -> None:
    """Print a table for each screen."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.visits")
    parser.add_argument("--routes", nargs="+", default=["menu"])
    driver = "x11" if os.environ.get("DISPLAY") else "offscreen"
    prepare(DISPLAYS["td1"], driver, fullscreen=False)
    for route in parser.parse_args(arguments).routes:
        print(f"\n| {route} | first: thread | process | clock | later: thread | process | clock |")
        print("|---" * 7 + "|")
        first, later = asyncio.run(visits(route))
        for name, times in first.items():
            print(f"| {name} | {_cells(times)} | {_cells(later[name])} |")


if __name__ == "__main__":
    main(sys.argv[1:])
