"""A tap that was meant for the screen before changes nothing on the one that has just come."""

import asyncio

import pytest

from tests.journeys.service import changes_asked, prompt_service
from tests.journeys.technician import technician_at
from tests.journeys.test_touch import all_found

NOBODY = "http://127.0.0.1:9"
# From the second tap to when it has been asked for whatever there is to be asked for.
ASKED_SECONDS = 0.5


async def place_of(technician, name):
    """Return where in a target a finger comes down: somewhat below its middle."""
    await technician.comes(name)
    await technician.pilot.settle()
    box = technician.pilot.target(name).visible
    x, y = box.centre
    return x, y - box.height / 8


async def taps_at(technician, place):
    technician.pilot.finger.down(*place)
    await technician.pilot.frame()
    technician.pilot.finger.up()
    await technician.pilot.frame()


async def taps_twice(technician, name, gap):
    place = await place_of(technician, name)
    await taps_at(technician, place)
    await asyncio.sleep(gap)
    await taps_at(technician, place)
    await asyncio.sleep(ASKED_SECONDS)


@pytest.mark.parametrize("gap", [0.1, 0.2, 0.35])
async def test_a_double_tap_on_done_starts_no_session(gap):
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Live")
            await technician.stops()
            await taps_twice(technician, "done", gap)
            assert technician.route == "start"
            assert changes_asked(simulator) == {"start": 1, "stop": 1}
            await technician.taps("start")
            await technician.reads("Live")


@pytest.mark.parametrize("gap", [0.1, 0.35])
async def test_a_double_tap_on_continue_provisions_nothing(gap):
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 3)
            session = technician.session_id
        simulator.restart()
        async with technician_at(simulator.url) as technician:
            await technician.goes_to("sessions")
            await technician.taps(f"row:{session}")
            await taps_twice(technician, "resume", gap)
            assert technician.route == "provision"
            # The simulator counts from its restart.
            assert changes_asked(simulator) == {"resume": 1}
            await technician.taps("provision-all")
            await technician.counts(Ready=3)


async def test_a_tap_on_its_way_when_the_session_ends_by_itself_leaves_the_summary():
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 3)
            place = await place_of(technician, "provision-all")
            path = f"/api/v1/provisioning/batch/{technician.session_id}/stop"
            await asyncio.to_thread(simulator.call, "POST", path)
            await technician.until(lambda: technician.route == "summary")
            await technician.pilot.frame()
            assert technician.pilot.target("done").visible.holds(*place)
            await taps_at(technician, place)
            await technician.pilot.settle()
            assert technician.route == "summary"
            await technician.taps("done")
            await technician.until(lambda: technician.route == "start")


@pytest.mark.parametrize("name", ["display", "rotation"])
async def test_a_double_tap_on_a_setting_chooses_nothing(name):
    async with technician_at(NOBODY) as technician:
        before = technician.kiosk.store.state.preferences
        await technician.goes_to("settings")
        await technician.pilot.page_to(f"row:{name}")
        await taps_twice(technician, f"row:{name}", 0.1)
        assert technician.route == "choice"
        assert technician.kiosk.store.state.preferences == before


async def test_what_leads_elsewhere_is_there_at_once():
    async with technician_at(NOBODY) as technician:
        for _ in range(2):
            await technician.comes("menu")
            start = await place_of(technician, "menu")
            await taps_at(technician, start)
            row = technician.pilot.target("row:settings").visible.centre
            await taps_at(technician, row)
            assert technician.route == "settings"
            await taps_at(technician, technician.pilot.target("menu").visible.centre)
            assert technician.route == "menu"
            await taps_at(technician, technician.pilot.target("row:start").visible.centre)
            assert technician.route == "start"


async def test_a_hold_may_begin_as_soon_as_its_screen_is_there():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.until(lambda: technician.route == "provision")
            await technician.pilot.hold("stop")
            await technician.comes("done")
            assert changes_asked(simulator) == {"start": 1, "stop": 1}
