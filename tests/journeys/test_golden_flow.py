"""Golden flow 1: from the start screen to all cameras ready, in a handful of taps."""

import pytest

from tests.journeys.service import asked_by_device, changes_asked, states
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

MOST_TAPS = 4


async def set_up_all(technician, devices, failing):
    """Take a session from the start screen to the summary, as few taps as it takes."""
    await technician.taps("start")
    await technician.reads(f"Provision all ({devices})")
    await technician.taps("provision-all")
    await technician.counts(Problem=failing, Waiting=0, Busy=0, Ready=devices - failing)
    await technician.reads(f"Retry failed ({failing})")
    await technician.taps("retry-failed")
    await technician.counts(Problem=0, Waiting=0, Busy=0, Ready=devices)
    await technician.reads(f"{devices}/{devices}", "All ready: stop")
    await technician.stops()


async def test_five_cameras_one_of_them_retried_take_four_taps_and_no_typing():
    with SimulatorProcess(devices=5, failing=1, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready", "Machine-Room")
            await set_up_all(technician, 5, failing=1)

            assert technician.touches == MOST_TAPS
            assert technician.opened == ["start", "provision", "summary"]
            await technician.reads("All cameras are ready", "Network Machine-Room")
            assert technician.shown_counts() == {"Ready": 5, "Failed": 0, "Not set up": 0}
            session_id = technician.session_id
            await technician.taps("done")
            await technician.reads("Set up cameras", "Service ready")
            assert technician.can_tap("start")

        snapshot = simulator.session(session_id)
        assert snapshot["session"]["state"] == "closed"
        assert set(states(simulator, session_id).values()) == {"verified"}
        assert changes_asked(simulator) == {
            "start": 1,
            "provision-all": 1,
            "retry": 1,
            "stop": 1,
        }


async def test_cameras_appear_one_by_one_while_nobody_touches_the_panel():
    with SimulatorProcess(devices=5, scenario="smooth", speed=1) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.comes("stop")
            seen = set()
            while len(technician.tiles()) < 5:
                seen.add(len(technician.tiles()))
                await technician.pilot.frame()

            assert len(seen) > 2
            assert technician.tile_words() == {"Waiting": 5}
            for device in technician.devices():
                assert technician.sees(device.mac[-5:])


async def test_fifty_cameras_seven_of_them_retried_by_one_tap_take_four_taps_and_no_typing():
    with SimulatorProcess(devices=50, seed=7, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (50)")
            await technician.taps("provision-all")
            await technician.counts(Problem=7, Waiting=0, Busy=0, Ready=43)
            troubled = technician.macs("failed")
            assert set(technician.tiles()[:7]) == set(troubled)
            await technician.taps("retry-failed")
            await technician.counts(Problem=0, Waiting=0, Busy=0, Ready=50)
            await technician.stops()

            assert technician.touches == MOST_TAPS
            assert technician.opened == ["start", "provision", "summary"]
            await technician.reads("All cameras are ready")
            assert technician.shown_counts()["Ready"] == 50
            session_id = technician.session_id

        assert set(states(simulator, session_id).values()) == {"verified"}
        assert len(states(simulator, session_id)) == 50
        assert asked_by_device(simulator, "retry") == dict.fromkeys(troubled, 1)
        assert changes_asked(simulator) == {"start": 1, "provision-all": 1, "retry": 7, "stop": 1}


@pytest.mark.parametrize("dialect", ["datamodel", "compat"])
async def test_the_other_dialects_of_the_service_show_the_same_words(dialect):
    with SimulatorProcess(devices=50, failing=7, speed=30, dialect=dialect) as simulator:
        async with technician_at(simulator.url) as technician:
            await set_up_all(technician, 50, failing=7)

            assert technician.touches == MOST_TAPS
            await technician.reads("All cameras are ready", "took 0:")
            assert technician.shown_counts() == {"Ready": 50, "Failed": 0, "Not set up": 0}
            session_id = technician.session_id

        assert set(states(simulator, session_id).values()) == {"verified"}
        assert changes_asked(simulator) == {"start": 1, "provision-all": 1, "retry": 7, "stop": 1}


@pytest.mark.parametrize(
    "dialect",
    [
        "handoff",
        "datamodel",
        "compat",
    ],
)
async def test_the_summary_names_the_network_that_was_asked_for(dialect):
    with SimulatorProcess(devices=0, dialect=dialect) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("No camera yet. Power them up; they join DelicasaOnboard")
            await technician.stops()

            await technician.reads("Session ended")
            assert technician.sees("Network Machine-Room")
