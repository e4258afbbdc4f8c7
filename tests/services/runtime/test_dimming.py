# ruff: noqa: ASYNC240 - a test reads its own small file
"""When the panel darkens, what lights it, and what the backlight is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.services.runtime.backlight import Backlight
from kiosk.services.runtime.dimming import DIMMED_PERCENT, Dimming
from kiosk.services.state import actions as a
from kiosk.services.state import preferences as p
from kiosk.services.state.model import Notice, Route
from kiosk.services.state.store import Store
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session
from tests.services.state.build import event
from tests.support.clock import FakeClock

MAX = 255


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def light(tmp_path: Path) -> Path:
    device = tmp_path / "backlight" / "10-0045"
    device.mkdir(parents=True)
    (device / "max_brightness").write_text(f"{MAX}\n")
    (device / "brightness").write_text(f"{MAX}\n")
    return device / "brightness"


@asynccontextmanager
async def dimming(
    store: Store, clock: FakeClock, backlight: Backlight | None = None
) -> AsyncIterator[Dimming]:
    watched = Dimming(store, backlight or Backlight(None), clock=clock)
    task = asyncio.create_task(watched.run())
    await settled(clock)
    try:
        yield watched
    finally:
        task.cancel()
        await watched.close()


async def settled(clock: FakeClock, seconds: float = 0) -> None:
    """Let time pass, and what is done in another thread be done."""
    await asyncio.to_thread(lambda: None)
    await clock.advance(seconds)
    await asyncio.to_thread(lambda: None)
    await clock.advance(0)


async def comes_to(light: Path, percent: int) -> None:
    """Wait for the other thread to have set the backlight."""
    async with asyncio.timeout(5):
        while light.read_text() != str(round(MAX * percent / 100)):  # noqa: ASYNC110 - a thread's
            await asyncio.sleep(0)


def set_to(store: Store, **values: p.Value) -> None:
    for name, value in values.items():
        store.dispatch(p.PreferenceChanged(name, value))


async def test_the_panel_darkens_when_nobody_has_touched_it_for_the_time_that_is_set(
    store: Store, clock: FakeClock
) -> None:
    set_to(store, dim_minutes=2)
    async with dimming(store, clock):
        await settled(clock, 119)
        assert not store.state.dimmed
        await settled(clock, 1)
        assert store.state.dimmed


async def test_a_touch_begins_the_time_anew_and_lights_a_dark_panel(
    store: Store, clock: FakeClock
) -> None:
    set_to(store, dim_minutes=1)
    async with dimming(store, clock) as watched:
        await settled(clock, 50)
        watched.touched()
        await settled(clock, 50)
        assert not store.state.dimmed
        await settled(clock, 10)
        assert store.state.dimmed
        watched.touched()
        assert not store.state.dimmed
        await settled(clock, 60)
        assert store.state.dimmed


async def test_a_panel_that_never_dims_stays_lit(store: Store, clock: FakeClock) -> None:
    set_to(store, dim_minutes=0)
    async with dimming(store, clock):
        await settled(clock, 86_400)
        assert not store.state.dimmed


async def test_a_shorter_time_counts_at_once(store: Store, clock: FakeClock) -> None:
    set_to(store, dim_minutes=30)
    async with dimming(store, clock):
        await settled(clock, 30)
        set_to(store, dim_minutes=1)
        await settled(clock, 30)
        assert store.state.dimmed


async def test_a_notice_lights_the_panel_and_keeps_it_lit_while_its_wait_is_on(
    store: Store, clock: FakeClock
) -> None:
    set_to(store, dim_minutes=1)
    async with dimming(store, clock):
        await settled(clock, 60)
        assert store.state.dimmed
        problem = Problem(Kind.TRANSPORT, retryable=True)
        notice = Notice("start", problem, retry_at=clock.monotonic() + 100)
        store.dispatch(a.CommandEnded("start", notice))
        assert not store.state.dimmed
        await settled(clock, 99)
        assert not store.state.dimmed
        await settled(clock, 10)
        assert store.state.dimmed


async def test_a_running_session_may_dim_until_a_device_fails(
    store: Store, clock: FakeClock
) -> None:
    set_to(store, dim_minutes=1)
    async with dimming(store, clock):
        store.dispatch(a.SessionOpened(Session(id="s1", state="active"), clock.monotonic()))
        await settled(clock, 60)
        assert store.state.dimmed
        store.dispatch(event(state="failed", session_id="s1"))
        assert not store.state.dimmed
        await settled(clock, 600)
        assert not store.state.dimmed


async def test_the_end_of_a_session_lights_the_panel_once(store: Store, clock: FakeClock) -> None:
    set_to(store, dim_minutes=1)
    async with dimming(store, clock):
        store.dispatch(a.SessionOpened(Session(id="s1", state="active"), clock.monotonic()))
        await settled(clock, 60)
        store.dispatch(a.SessionStopped(None, "closed", clock.monotonic()))
        assert not store.state.dimmed
        await settled(clock, 60)
        assert store.state.dimmed


async def test_a_dark_panel_asks_for_the_pin_again(store: Store, clock: FakeClock) -> None:
    set_to(store, dim_minutes=1, has_pin=True)
    store.dispatch(a.Opened(Route.SETTINGS))
    async with dimming(store, clock):
        await settled(clock, 60)
        assert not store.state.lock.is_open
        assert store.state.navigation.route is Route.START


async def test_a_panel_that_never_dims_asks_for_the_pin_again_all_the_same(
    store: Store, clock: FakeClock
) -> None:
    set_to(store, dim_minutes=0, has_pin=True)
    async with dimming(store, clock):
        await settled(clock, 299)
        assert store.state.lock.is_open
        await settled(clock, 1)
        assert not store.state.lock.is_open
        assert not store.state.dimmed


# The backlight


async def test_the_backlight_follows_the_setting_the_dark_and_the_end(
    store: Store, clock: FakeClock, light: Path
) -> None:
    set_to(store, dim_minutes=1, brightness=50)
    async with dimming(store, clock, Backlight(light.parent.parent)):
        await comes_to(light, 50)
        set_to(store, brightness=80)
        await comes_to(light, 80)
        await settled(clock, 60)
        await comes_to(light, DIMMED_PERCENT)
    assert light.read_text() == str(round(MAX * 0.8))


def test_a_backlight_is_never_wholly_dark(light: Path) -> None:
    (light.parent / "max_brightness").write_text("3")
    Backlight(light.parent.parent).set(10)
    assert light.read_text() == "1"


def test_without_a_backlight_nothing_is_done(tmp_path: Path) -> None:
    absent = Backlight(tmp_path / "nowhere")
    absent.set(50)
    assert not absent.is_there


def test_a_backlight_that_fails_is_told_once(light: Path, caplog: pytest.LogCaptureFixture) -> None:
    backlight = Backlight(light.parent.parent)
    (light.parent / "max_brightness").write_text("?")
    with caplog.at_level(logging.WARNING):
        backlight.set(50)
        backlight.set(60)
    assert len(caplog.records) == 1
