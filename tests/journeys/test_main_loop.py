# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The main loop: asleep until there is something to do, and then at once, but not too often."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.services.state.actions import TargetKnown
from tests.support.app import running_kiosk
from tests.support.simulator import SimulatorProcess

if TYPE_CHECKING:
    from kiosk.tour.pilot import Pilot
    from kiosk.wiring import Kiosk

SLOT = 1 / 60


@contextmanager
def flips() -> Iterator[list[float]]:
    """Note when frames are drawn."""
    from kivy.core.window import Window

    drawn: list[float] = []

    def flip(_window: object) -> None:
        drawn.append(time.perf_counter())

    Window.bind(on_flip=flip)
    try:
        yield drawn
    finally:
        Window.unbind(on_flip=flip)


@asynccontextmanager
async def ready_kiosk(**options: Any) -> AsyncIterator[tuple["Kiosk", "Pilot"]]:
    """Run a kiosk that has made ready what it makes ready in idle moments."""
    async with running_kiosk(**options) as (kiosk, pilot):
        await pilot.wait_for(lambda: kiosk.app.ahead.is_done)
        yield kiosk, pilot


async def asleep(seconds: float = 0.3) -> None:
    """Leave the kiosk alone until it has nothing to do, and for longer than a frame."""
    await asyncio.sleep(seconds)


async def test_a_screen_on_which_nothing_happens_costs_no_pass() -> None:
    from kivy.clock import Clock

    with SimulatorProcess(devices=3) as simulator:
        async with ready_kiosk(base_url=simulator.url) as (_kiosk, pilot):
            await pilot.wait_for_text("Service ready")
            await asleep()
            before = Clock.frames
            with flips() as drawn:
                await asleep(2.0)
            assert Clock.frames - before <= 2
            assert drawn == []


async def test_a_change_is_drawn_without_waiting_for_a_frame() -> None:
    async with ready_kiosk() as (kiosk, pilot):
        # Now and then something else was drawn just before, and the change waits for its slot.
        for number in range(5):
            await asleep()
            with flips() as drawn:
                kiosk.store.dispatch(TargetKnown(f"Network {number}", None))
                # The loop's own turns, without any time in between.
                for _ in range(5):
                    await asyncio.sleep(0)
            if drawn:
                break
        assert len(drawn) == 1
        assert pilot.text_on_screen(f"Network {number}")


async def test_many_changes_are_drawn_as_often_as_the_panel_shows_them() -> None:
    async with ready_kiosk() as (kiosk, _pilot):
        await asleep()
        with flips() as drawn:
            began = time.perf_counter()
            for number in range(100):
                kiosk.store.dispatch(TargetKnown(f"Network {number}", None))
                await asyncio.sleep(0.002)
            frames = (time.perf_counter() - began) / SLOT
        assert 2 <= len(drawn) <= frames + 1
        # Begun in order, each in a slot of its own; the drawing itself takes its time.
        apart = [later - earlier for earlier, later in pairwise(drawn)]
        assert sum(apart) / len(apart) >= SLOT * 0.95


async def test_the_last_of_many_changes_is_on_the_panel() -> None:
    async with ready_kiosk() as (kiosk, pilot):
        await asleep()
        for number in range(10):
            kiosk.store.dispatch(TargetKnown(f"Network {number}", None))
            await asyncio.sleep(0.002)
        await pilot.frame()
        assert pilot.text_on_screen("Network 9")


async def test_a_touch_wakes_it() -> None:
    async with ready_kiosk() as (_kiosk, pilot):
        from kivy.tests.common import UnitTestTouch

        await asleep()
        x, y = pilot.target("menu").visible.centre
        with flips() as drawn:
            touch = UnitTestTouch(x, y)
            touch.touch_down()
            await asyncio.sleep(SLOT * 3)
            assert drawn
            touch.touch_up()
        await pilot.wait_for("row:wifi")


async def test_a_delay_counts_from_when_it_is_asked_for() -> None:
    from kivy.clock import Clock

    async with ready_kiosk():
        await asleep()
        rang = asyncio.Event()
        began = time.perf_counter()
        Clock.schedule_once(lambda _dt: rang.set(), 0.2)
        await asyncio.wait_for(rang.wait(), 5)
        assert time.perf_counter() - began >= 0.19


async def test_others_have_their_turn_between_frames_that_take_too_long() -> None:
    from kivy.clock import Clock

    async with ready_kiosk():
        slow = Clock.schedule_interval(lambda _dt: time.sleep(SLOT * 1.5), 0)
        try:
            await asleep()
            frames, turns = Clock.frames, 0
            while Clock.frames < frames + 10:
                await asyncio.sleep(0)
                turns += 1
        finally:
            slow.cancel()
        assert turns > 100


def test_what_breaks_in_a_frame_ends_the_run_with_its_exception() -> None:
    # In a process of its own: Kivy is not the same after a frame that broke.
    program = """
import asyncio
from tests.support.app import open_window, running_kiosk

open_window()
from kivy.clock import Clock

def breaks(_dt):
    raise ZeroDivisionError("broken on purpose")

async def run():
    async with running_kiosk() as (_kiosk, pilot):
        Clock.schedule_once(breaks, 0)
        await pilot.wait_for(lambda: False)

asyncio.run(run())
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 1
    assert run.stderr.rstrip().endswith("ZeroDivisionError: broken on purpose")


async def test_it_stops_at_once_while_it_sleeps() -> None:
    async with ready_kiosk() as (kiosk, pilot):
        await asleep()
        kiosk.app.stop()
        with pytest.raises(RuntimeError, match="the app has stopped"):
            await pilot.frame()


def test_kivys_own_loop_can_be_had_by_a_setting() -> None:
    program = (
        "from kiosk.settings import load; from kiosk.window import prepare;"
        "from kiosk.displays import DISPLAYS; s = load();"
        "prepare(DISPLAYS[s.display], 'offscreen', fullscreen=False, loop=s.loop);"
        "from kiosk import loop; print(loop.is_prepared())"
    )
    for setting, prepared in (("stock", "False"), ("event", "True")):
        run = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "KIOSK_LOOP": setting},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert run.stdout.split()[-1] == prepared
