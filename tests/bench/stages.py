# ruff: noqa: PLC0415, T201 - Kivy reads its environment when it is imported; what a command is for
"""Where the time of one event goes: ``python -m tests.bench.stages --devices 50 1000``.

Median milliseconds of each stage on the panel that ``DISPLAY`` names (or offscreen): of the main
thread's processor, of the process with Mesa's own threads, and by the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from kiosk.services.state.actions import SessionOpened
from kiosk.services.state.feed import ConnectionChanged, SnapshotLoaded
from kiosk.services.views import provision
from kiosk.services.wire.events import parse_event
from kiosk.services.wire.provisioning import Candidate, Session, SessionSnapshot
from tests.bench.timing import Times, cells, open_panel, running, timed

EVENTS = 100
# So that what one does leaves no trace in the next.
_PAUSE_SECONDS = 0.03


async def stages(devices: int) -> Times:
    """Return the seconds of each stage of each event."""
    times: Times = {}
    async with running() as kiosk:
        await asyncio.sleep(1)
        macs = _fill(kiosk, devices)
        await asyncio.sleep(2)
        for number in range(EVENTS):
            for name, work in _work(kiosk, macs[number % len(macs)], number):
                timed(times.setdefault(name, []), work)
            await asyncio.sleep(_PAUSE_SECONDS)
    return times


def _fill(kiosk: Any, devices: int) -> list[str]:
    """Open a session of so many devices; returns those whose tiles are in sight."""
    macs = [f"AA:BB:CC:00:{i >> 8:02X}:{i & 255:02X}" for i in range(devices)]
    session, now = Session(id="s"), time.monotonic()
    found = tuple(Candidate(mac=mac, state="provisioning", rssi=-50) for mac in macs)
    kiosk.store.dispatch(SessionOpened(session, now))
    snapshot = SessionSnapshot(session=session, devices=found)
    kiosk.store.dispatch(SnapshotLoaded(snapshot, now))
    kiosk.store.dispatch(ConnectionChanged("live"))
    return macs[:8]


def _work(kiosk: Any, mac: str, number: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    from kivy.clock import Clock
    from kivy.core.window import Window
    from kivy.lang import Builder

    from kiosk.screens.frame import frame

    app = kiosk.app
    state = ("provisioning", "verifying")[number // 8 % 2]
    device = {"mac": mac, "state": state, "rssi": -40 - number % 30}
    at = datetime.now(UTC).isoformat()
    text = json.dumps(
        {
            "version": "1.0",
            "type": "device.state_changed",
            "timestamp": at,
            "session_id": "s",
            "payload": {"device": device},
        }
    )
    heard: list[Any] = []
    yield "decode, validate", lambda: heard.append(parse_event("device.state_changed", text))
    yield "reduce", lambda: kiosk.store.dispatch(heard[0])
    app._pacer.cancel()
    now = time.monotonic()
    yield "view", lambda: provision.view_of(kiosk.store.state, now)
    yield "kv", app._render
    yield "layout, tile", lambda: (Builder.sync(), Clock.tick_draw(), Builder.sync())
    is_whole = Window.canvas.needs_redraw
    yield (
        "draw all" if is_whole else "draw",
        lambda: Window.dispatch("on_draw") if is_whole else frame.draw_new(),
    )
    yield "flip", lambda: Window.dispatch("on_flip")


def main(arguments: Sequence[str]) -> None:
    """Print a table for each number of devices."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stages")
    parser.add_argument("--devices", type=int, nargs="+", default=[50, 1000])
    open_panel()
    for devices in parser.parse_args(arguments).devices:
        print(f"\n| {devices} devices | thread ms | process ms | clock ms |\n|---|---|---|---|")
        for name, times in asyncio.run(stages(devices)).items():
            print(f"| {name} | {cells(times)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
