# ruff: noqa: PLC0415, T201 - Kivy reads its environment when it is imported; what a command is for
"""Where the time of a visit goes: ``python -m tests.bench.visits --routes menu settings``.

Milliseconds of each stage, of the first visit and the median of later ones, on the panel that
``DISPLAY`` names (or offscreen): of the main thread's processor, of the process with Mesa's own
threads, and by the clock. The screens that do not need a session or a service.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kiosk import thrift
from tests.bench.timing import Times, cells, open_panel, running, timed

LATER = 10
# So that what is made ready ahead is ready, and what one visit does leaves no trace in the next.
_IDLE_SECONDS, _PAUSE_SECONDS = 2.0, 0.3


async def visits(route: str) -> tuple[Times, Times]:
    """Return the seconds of each stage, of the first visit from the start screen and of others."""
    first: Times = {}
    later: Times = {}
    async with running() as kiosk:
        await asyncio.sleep(_IDLE_SECONDS)
        # As the running kiosk does by then; otherwise it would fall into a visit.
        thrift.keep()
        for times in (first, *[later] * LATER):
            kiosk.intents.open(route)
            kiosk.app._pacer.cancel()
            for name, work in _stages(kiosk.app):
                timed(times.setdefault(name, []), work)
            await asyncio.sleep(_PAUSE_SECONDS)
            kiosk.intents.open("start")
            await asyncio.sleep(_PAUSE_SECONDS)
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


def main(arguments: Sequence[str]) -> None:
    """Print a table for each screen."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.visits")
    parser.add_argument("--routes", nargs="+", default=["menu"])
    open_panel()
    for route in parser.parse_args(arguments).routes:
        print(f"\n| {route} | first: thread | process | clock | later: thread | process | clock |")
        print("|---" * 7 + "|")
        first, later = asyncio.run(visits(route))
        for name, times in first.items():
            print(f"| {name} | {cells(times)} | {cells(later[name])} |")


if __name__ == "__main__":
    main(sys.argv[1:])
