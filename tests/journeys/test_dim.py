# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The panel darkens when nobody is there; the touch that wakes it does nothing else."""

import pytest

from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at, type_on_keyboard
from tests.support.simulator import SimulatorProcess


def store(technician):
    return technician.kiosk.store


async def darkens(technician):
    from kiosk.services.state.preferences import Dimmed

    store(technician).dispatch(Dimmed())
    await technician.until(lambda: shade(technician).asleep)
    assert shade(technician).strength == pytest.approx(0.7)


async def darkens_over(technician, name):
    """Darken the panel as soon as a target is there; return the target's centre."""
    await technician.comes(name)
    await technician.pilot.settle()
    centre = technician.pilot.target(name).visible.centre
    await darkens(technician)
    return centre


def shade(technician):
    """Return what lies over everything, found in the window as a finger finds it."""
    from kivy.core.window import Window

    return Window.children[0]


async def test_the_waking_touch_reaches_nothing_and_the_next_one_does():
    async with technician_at("http://127.0.0.1:9") as technician:
        finger = technician.pilot.finger
        centre = await darkens_over(technician, "timeouts")

        finger.down(*centre)
        await technician.until(lambda: not shade(technician).asleep)
        # However long the finger stays, and wherever it slides: it is not the target's.
        await technician.pilot.settle()
        finger.move(centre[0] + 2, centre[1])
        await technician.pilot.frame()
        finger.up()
        await technician.pilot.frame()
        # Too soon to be meant: the panel has only just become bright.
        finger.down(*centre)
        await technician.pilot.frame()
        finger.up()
        await technician.pilot.settle()
        assert technician.route == "start"

        await waits_for_the_grace(technician)
        await technician.taps("timeouts")
        await technician.until(lambda: technician.route == "timeouts")


async def test_quick_taps_on_a_dark_panel_are_soon_let_through():
    async with technician_at("http://127.0.0.1:9") as technician:
        finger = technician.pilot.finger
        centre = await darkens_over(technician, "timeouts")
        for _ in range(60):
            finger.down(*centre)
            await technician.pilot.frame()
            finger.up()
            await technician.pilot.frame()
            if technician.route == "timeouts":
                return
        pytest.fail("every tap was kept")


async def waits_for_the_grace(technician):
    from kivy.clock import Clock

    from kiosk.screens.widgets.shade import GRACE_SECONDS

    end = Clock.time() + GRACE_SECONDS
    await technician.until(lambda: Clock.time() > end)


async def test_a_held_waking_touch_holds_nothing():
    with prompt_service(devices=1, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            centre = await darkens_over(technician, "stop")
            technician.pilot.finger.down(*centre)
            from kivy.clock import Clock

            end = Clock.time() + 1.3
            await technician.until(lambda: Clock.time() > end)
            technician.pilot.finger.up()
            await technician.pilot.settle()
            assert simulator.count("POST", "/stop") == 0
            await waits_for_the_grace(technician)
            await technician.stops()


async def test_a_device_that_fails_wakes_the_panel():
    with SimulatorProcess(devices=2, failing=1, speed=20) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (2)")
            await technician.taps("provision-all")
            await darkens(technician)
            await technician.until(lambda: technician.devices("failed"))
            await technician.until(lambda: not shade(technician).asleep)
            assert shade(technician).strength == 0
            await waits_for_the_grace(technician)
            await technician.stops()


async def test_a_scan_wakes_the_panel_and_is_understood():
    async with technician_at("http://127.0.0.1:9") as technician:
        await technician.taps("password")
        await technician.pilot.settle()
        before = len(store(technician).state.editor.text.get_secret_value())
        await darkens(technician)
        type_on_keyboard("x")
        await technician.until(lambda: not shade(technician).asleep)
        assert len(store(technician).state.editor.text.get_secret_value()) == before + 1


async def test_sounds_are_played_for_taps_and_errors_only_while_they_are_on(monkeypatch):
    played = []

    class Sound:
        def __init__(self, name):
            self.name = name

        def play(self):
            played.append(self.name)

    from kiosk.screens.widgets import sounds

    monkeypatch.setattr(sounds, "_load", lambda: {name: Sound(name) for name in ("click", "error")})
    async with technician_at("http://127.0.0.1:9") as technician:
        from kiosk.services.state.actions import CommandEnded
        from kiosk.services.state.model import Notice
        from kiosk.services.state.preferences import PreferenceChanged
        from kiosk.services.wire.problem import Kind, Problem

        wrong = CommandEnded("start", Notice("start", Problem(Kind.TIMEOUT)))
        await technician.taps("timeouts", "back")
        store(technician).dispatch(wrong)
        await technician.taps("dismiss")
        assert played == []
        store(technician).dispatch(PreferenceChanged("sound", value=True))
        await technician.taps("timeouts", "back")
        await technician.pilot.settle()
        assert played == ["click", "click"]
        await technician.pilot.drag((10, 300), 0)
        store(technician).dispatch(wrong)
        await technician.until(lambda: len(played) > 2)
        assert played == ["click", "click", "error"]


async def test_a_sound_that_cannot_be_played_stops_nothing(monkeypatch):
    from kiosk.screens.widgets import sounds

    def fail():
        raise RuntimeError("no mixer")

    monkeypatch.setattr(sounds, "_load", fail)
    async with technician_at("http://127.0.0.1:9") as technician:
        from kiosk.services.state.preferences import PreferenceChanged

        store(technician).dispatch(PreferenceChanged("sound", value=True))
        await technician.taps("timeouts", "back", "timeouts")
        await technician.comes("back")
