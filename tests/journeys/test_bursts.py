# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""However many events and devices: one render for a burst, and nothing built to show it."""

import asyncio

import pytest

from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

EVENTS = 1000
MOST_RENDERS = 60


@pytest.fixture
def built(monkeypatch):
    """Count the widgets that are built from now on; a list, so that it can be read later."""
    from kivy.uix.widget import Widget

    widgets = []
    build = Widget.__init__

    def counting(self, **kwargs):
        widgets.append(type(self).__name__)
        build(self, **kwargs)

    monkeypatch.setattr(Widget, "__init__", counting)
    return widgets


def signals_of(simulator, session_id):
    return {d["mac"]: d["rssi"] for d in simulator.session(session_id)["devices"]}


async def all_ready(technician, devices):
    """Set all up: the signals of devices that are ready do not drift by themselves."""
    await technician.taps("start")
    await technician.reads(f"Provision all ({devices})")
    await technician.taps("provision-all")
    await technician.counts(Ready=devices)
    await technician.pilot.settle()


async def test_a_thousand_events_are_a_few_renders_and_the_last_word_is_on_the_screen(built):
    with SimulatorProcess(devices=5, scenario="smooth", speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_ready(technician, 5)
            renders, widgets = technician.kiosk.app.renders, len(built)
            before = signals_of(simulator, technician.session_id)

            # An odd number for each device leaves every signal another one than before.
            assert await asyncio.to_thread(simulator.burst, 5 * 201) == 1005
            after = signals_of(simulator, technician.session_id)
            assert all(after[mac] != before[mac] for mac in before)
            await technician.until(lambda: {d.mac: d.rssi for d in technician.devices()} == after)
            await technician.reads(*(f"{rssi} dBm" for rssi in after.values()))

            assert technician.kiosk.app.renders - renders <= MOST_RENDERS
            assert built[widgets:] == []


async def test_a_burst_while_fifty_devices_move_builds_no_widget(built):
    with SimulatorProcess(devices=50, scenario="smooth", speed=15) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (50)")
            await technician.pilot.settle()
            widgets = len(built)
            tiles = {id(tile) for tile in technician.widgets("DeviceTile")}
            await technician.taps("provision-all")
            for _ in range(3):
                await asyncio.to_thread(simulator.burst, EVENTS)
            await technician.counts(Ready=50)

            assert [name for name in built[widgets:] if name == "DeviceTile"] == []
            assert {id(tile) for tile in technician.widgets("DeviceTile")} == tiles
            listed = simulator.session(technician.session_id)["devices"]
            assert {d.mac: d.state for d in technician.devices()} == {
                d["mac"]: d["state"] for d in listed
            }


async def test_a_thousand_devices_need_no_more_tiles_than_are_visible(built):
    with SimulatorProcess(devices=1000, scenario="smooth", speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (1000)")
            await technician.pilot.settle()
            visible = len(technician.tiles())
            assert built.count("DeviceTile") <= 3 * visible
            before = built.count("DeviceTile")

            await technician.taps("page-down", "page-down")
            await technician.pilot.settle()
            renders = technician.kiosk.app.renders
            await asyncio.to_thread(simulator.burst, EVENTS)
            await technician.pilot.settle()

            assert len(technician.widgets("DeviceTile")) <= 2 * visible
            assert built.count("DeviceTile") - before <= 2 * visible
            assert technician.kiosk.app.renders - renders <= MOST_RENDERS
            await technician.taps("page-down")


async def test_a_screen_that_is_not_shown_costs_nothing_and_is_right_when_it_comes_back():
    with SimulatorProcess(devices=5, scenario="smooth", speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_ready(technician, 5)
            grid = technician.widgets("DeviceGrid")[0]
            await technician.taps(f"device:{technician.tiles()[0]}")
            await technician.comes("back")
            unseen = list(grid.data)
            await asyncio.to_thread(simulator.burst, 5 * 201)
            after = signals_of(simulator, technician.session_id)
            await technician.until(lambda: {d.mac: d.rssi for d in technician.devices()} == after)
            await technician.pilot.settle()
            assert grid.data == unseen

            await technician.taps("back")
            await technician.reads(*(f"{rssi} dBm" for rssi in after.values()))


async def test_scrolling_leaves_nothing_bound_to_the_grid():
    with SimulatorProcess(devices=50, scenario="smooth", speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (50)")
            (grid,) = technician.widgets("DeviceGrid")
            for _ in range(10):
                await technician.taps("page-down", "page-up")
            assert len(grid.get_property_observers("bar_color")) <= 1
