"""The stream or the service is away for a while: told at once, caught up with afterwards."""

from tests.journeys.service import states
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

EVENTS = "/api/v1/provisioning/batch/events"
HEALTH = "/api/v1/health"


async def all_found(technician, devices):
    await technician.taps("start")
    await technician.reads(f"Provision all ({devices})", "Live")


def colours_of_tiles(technician):
    """Return the colours of everything that is written on the tiles."""
    return {text.colour for tile in technician.widgets("DeviceTile") for text in tile.painted}


async def test_a_cut_stream_is_told_at_once_and_what_happened_meanwhile_is_caught_up_with():
    with SimulatorProcess(devices=8, scenario="smooth", speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 8)
            macs = sorted(technician.macs())
            simulator.fault(EVENTS, abort=True)
            assert simulator.cut_streams() == 1
            await technician.reads("Not live", "Try now (")
            # Somebody else has them set up, unseen.
            path = f"/api/v1/provisioning/batch/{technician.session_id}/provision-all"
            simulator.call("POST", path).raise_for_status()
            grey = {tuple(technician.kiosk.app.theme_cls.quiet)}
            await technician.until(lambda: colours_of_tiles(technician) == grey)
            assert technician.shown_counts()["Waiting"] == 8

            await technician.reads("Live")
            await technician.counts(Problem=0, Waiting=0, Busy=0, Ready=8)
            await technician.pilot.settle()
            assert colours_of_tiles(technician) != grey
            assert sorted(technician.macs()) == sorted(technician.tiles()) == macs


async def test_the_summary_tells_what_became_of_the_cameras_while_the_stream_was_away():
    with SimulatorProcess(devices=5, scenario="smooth", speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 5)
            session_id = technician.session_id
            simulator.fault(EVENTS, abort=True, times=500)
            simulator.cut_streams()
            await technician.reads("Not live")
            path = f"/api/v1/provisioning/batch/{session_id}/provision-all"
            simulator.call("POST", path).raise_for_status()
            await technician.until(
                lambda: set(states(simulator, session_id).values()) == {"verified"}
            )
            await technician.stops()
            await technician.reads("All cameras are ready")
            assert technician.shown_counts() == {"Ready": 5, "Failed": 0, "Not set up": 0}


async def test_a_summary_of_what_nobody_could_tell_is_grey_and_has_an_age():
    with SimulatorProcess(devices=2, scenario="smooth", speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 2)
            path = f"/api/v1/provisioning/batch/{technician.session_id}/devices"
            simulator.fault(path, method="GET", code="DATABASE_ERROR", times=500)
            simulator.fault(EVENTS, abort=True, times=500)
            simulator.cut_streams()
            await technician.reads("Not live")
            await technician.stops()
            await technician.reads("Last update", "2 cameras are not ready:")
            grey = {tuple(technician.kiosk.app.theme_cls.quiet)}
            await technician.until(lambda: colours_of_tiles(technician) == grey)


async def test_streams_cut_again_and_again_lose_and_double_nothing():
    with SimulatorProcess(devices=20, failing=0, speed=5) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            for number in (3, 12):
                await technician.until(lambda least=number: len(technician.devices()) >= least)
                simulator.cut_streams()
                await technician.reads("Not live")
                await technician.reads("Live")
            await technician.reads("Provision all (20)")

            assert set(technician.macs()) == set(states(simulator, technician.session_id))


async def test_try_now_connects_the_stream_without_waiting():
    with SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 3)
            simulator.fault(EVENTS, code="RATE_LIMITED")
            simulator.cut_streams()
            # The service asks for half a minute, which is longer than anybody waits here.
            await technician.reads("Too many requests.", "Try now (2")
            retry_at = technician.batch.connection.retry_at
            await technician.taps("retry-now")
            await technician.reads("Live")

            assert technician.kiosk.app._now() < retry_at
            assert technician.shown_counts()["Waiting"] == 3


async def test_a_service_that_is_absent_at_the_start_is_waited_for():
    simulator = SimulatorProcess(devices=3, scenario="smooth", speed=30)
    with simulator:
        simulator.kill()
        async with technician_at(simulator.url) as technician:
            await technician.reads("No service", "PiOrchestrator does not answer.", "Try now (")
            assert not technician.can_tap("start")
            assert technician.sees("Machine-Room")

            simulator.start()
            await technician.reads("Service ready")
            assert not technician.sees("PiOrchestrator does not answer.")
            await technician.taps("start")
            await technician.reads("Provision all (3)")


async def test_try_now_skips_the_wait_for_an_absent_service():
    with SimulatorProcess(devices=0) as simulator:
        simulator.fault(HEALTH, code="RATE_LIMITED")
        async with technician_at(simulator.url) as technician:
            await technician.reads("No service", "Too many requests.", "Try now (2")
            retry_at = technician.kiosk.store.state.service.retry_at
            await technician.taps("retry-now")
            await technician.reads("Service ready")

            assert technician.kiosk.app._now() < retry_at
            assert simulator.count("GET", "/health") == 2
            assert technician.can_tap("start")


async def test_a_start_that_nobody_answered_is_tried_again_by_a_tap_and_done_once():
    with SimulatorProcess(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready")
            simulator.kill()
            await technician.taps("start")
            await technician.reads("PiOrchestrator does not answer.", "Machine-Room")

            simulator.start()
            await technician.taps("again")
            await technician.reads("No camera yet.", "Live")
            assert simulator.count("POST", "/batch/start") == 1
