"""A session's time-outs, and the end that the service sets to it."""

import pytest

from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

# 30 world minutes in six seconds.
FAST = 300


async def test_timeouts_changed_by_taps_reach_the_service():
    with SimulatorProcess(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("timeouts")
            await technician.reads("How long each step may take", "60 s", "120 s", "90 s")
            await technician.taps("more:discovery", "more:discovery")
            await technician.taps("more:provisioning", "less:verification")
            await technician.reads("90 s", "135 s", "75 s")
            await technician.taps("back", "start")
            await technician.reads("Live")

            session = simulator.session(technician.session_id)["session"]
            assert session["config"] == {
                "discovery_timeout_seconds": 90,
                "provisioning_timeout_seconds": 135,
                "verification_timeout_seconds": 75,
            }


async def test_a_timeout_cannot_be_made_shorter_than_its_shortest():
    with SimulatorProcess(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("timeouts", *["less:discovery"] * 3)
            await technician.reads("15 s")
            await technician.touches_disabled("less:discovery")

            await technician.reads("15 s")


async def test_timeouts_stay_for_the_next_session():
    with SimulatorProcess(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("timeouts", "more:discovery", "back", "start")
            await technician.stops()
            await technician.taps("done", "timeouts")

            await technician.reads("75 s")


@pytest.mark.parametrize("dialect", ["handoff", "compat"])
async def test_a_session_that_runs_out_of_time_says_so(dialect):
    with SimulatorProcess(devices=3, scenario="smooth", speed=FAST, dialect=dialect) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)", "Live", "0:0")
            await technician.reads("left")
            await technician.reads("The session ran out of time", "3 cameras are not ready:")
            assert simulator.count("POST", "/stop") == 0
            await technician.taps("done")
            await technician.reads("Set up cameras")
            assert not technician.can_tap("resume")


async def test_a_session_that_ran_out_while_the_stream_was_away_says_so():
    with SimulatorProcess(devices=3, scenario="smooth", speed=FAST) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)", "Live")
            simulator.fault("/api/v1/provisioning/batch/", abort=True, times=2)
            simulator.cut_streams()
            await technician.reads("Not live")

            await technician.reads("The session ran out of time")


async def test_a_session_that_somebody_else_stopped_ends_on_the_summary():
    with SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)", "Live")
            path = f"/api/v1/provisioning/batch/{technician.session_id}/stop"
            simulator.call("POST", path).raise_for_status()

            await technician.reads("Session ended", "3 cameras are not ready:")
            assert not technician.sees("ran out of time")
