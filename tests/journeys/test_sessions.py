"""The session's own sheet, and golden flow 2 from the menu: what can be continued, what is over."""

from tests.journeys.service import changes_asked, states
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

STEP = "/api/v1/provisioning"


async def started(technician, devices):
    """Start a session and wait until all its devices are there."""
    await technician.taps("start")
    await technician.until(lambda: len(technician.macs("discovered")) == devices)


async def opens(technician, session_id):
    """Go to the list of sessions by the menu and open one of them."""
    await technician.taps("menu", "row:sessions", f"row:{session_id}")


async def test_a_session_is_held_and_goes_on_by_touch_and_says_so_meanwhile():
    with SimulatorProcess(devices=4, scenario="smooth", speed=20) as simulator:
        async with technician_at(simulator.url) as technician:
            await started(technician, 4)
            await technician.taps("overview", "pause")
            await technician.reads("Paused")
            await technician.taps("back")
            await technician.reads("Paused: no camera is set up until you continue. 4 wait.")
            assert not technician.can_tap("provision-all")
            assert simulator.session(technician.session_id)["session"]["state"] == "paused"

            await technician.taps("unpause")
            await technician.comes("provision-all")
            assert not technician.sees("Paused")
            await technician.taps("overview", "pause", "unpause")
            await technician.reads("Running")
            await technician.taps("about")
            await technician.reads(f"session {technician.session_id}", "correlation id ")
            await technician.taps("about", "back")
        assert changes_asked(simulator) == {"start": 1, "pause": 2, "resume": 2}


async def test_only_the_cameras_that_are_chosen_are_in_sight_and_one_tap_brings_all_back():
    with SimulatorProcess(devices=5, failing=1, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await started(technician, 5)
            await technician.taps("provision-all")
            await technician.counts(Problem=1, Ready=4, Busy=0)
            await technician.taps("overview", "row:ready")
            await technician.until(lambda: technician.tile_words() == {"Ready": 4})
            assert technician.shown_counts()["Problem"] == 1

            await technician.taps("overview", "row:problems")
            await technician.until(lambda: technician.tiles() == technician.macs("failed"))
            await technician.taps("show-all")
            await technician.until(lambda: len(technician.tiles()) == 5)
            assert not technician.can_tap("show-all")


async def test_a_camera_is_left_out_by_holding_and_in_every_dialect_it_is_called_skipped():
    for dialect in ("handoff", "compat"):
        with SimulatorProcess(devices=2, scenario="smooth", speed=30, dialect=dialect) as simulator:
            async with technician_at(simulator.url) as technician:
                await started(technician, 2)
                first, second = technician.macs()
                await technician.taps(f"device:{first}", "skip")
                assert technician.macs("skipped") == []
                await technician.pilot.hold("skip")
                await technician.reads("Skipped")
                await technician.taps("back", "provision-all")
                await technician.reads("1/1", "All ready: stop")
                assert technician.tile_words() == {"Ready": 1, "Skipped": 1}
                now = states(simulator, technician.session_id)
                assert now == {first: "skipped", second: "verified"}


async def test_a_service_that_cannot_skip_is_not_asked_a_second_time():
    with SimulatorProcess(devices=2, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await started(technician, 2)
            first, second = technician.macs()
            path = f"{STEP}/batch/{technician.session_id}/devices/"
            simulator.fault(path, method="POST", status=404, content_type="text/plain", body="404")
            await technician.taps(f"device:{first}")
            await technician.pilot.hold("skip")
            await technician.reads("This PiOrchestrator does not offer that.")
            assert not technician.can_tap("skip")
            await technician.taps("dismiss", "back", f"device:{second}")
            await technician.comes("provision")
            assert not technician.can_tap("skip")


async def test_a_killed_service_s_session_is_continued_from_the_menu():
    with SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await started(technician, 3)
            first = technician.macs()[0]
            await technician.taps(f"device:{first}", "provision", "back")
            await technician.until(lambda: first in technician.macs("verified"))
            session_id = technician.session_id
            simulator.restart()
            await technician.reads("unfinished.")

            await technician.taps("menu", "row:sessions")
            await technician.reads("1 can be continued.", "Not finished · 1/3 ready")
            await technician.taps("dismiss", f"row:{session_id}")
            await technician.reads("2 cameras then have to be set up in a new one.")
            await technician.taps("resume")
            await technician.counts(Ready=1, Waiting=2)
            assert technician.session_id == session_id

            await technician.taps("menu", "row:sessions")
            await technician.reads("Nothing to continue.", "Open here", "1/3 ready")
            await technician.taps("row:open")
            await technician.comes("stop")


async def test_a_session_is_given_up_by_holding_and_is_then_history():
    with SimulatorProcess(devices=2, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await started(technician, 2)
            session_id = technician.session_id
            simulator.restart()
            await technician.reads("unfinished.")
            await opens(technician, session_id)
            await technician.taps("discard")
            assert changes_asked(simulator) == {}
            await technician.pilot.hold("discard")
            await technician.reads("Nothing to continue.", "Ended · 0/2 ready")

            await technician.taps("dismiss", f"row:{session_id}")
            await technician.reads(session_id, "just now")
            assert not technician.can_tap("resume")
            await technician.pilot.hold("clear")
            await technician.reads("Old sessions cleared: 0.")
            assert changes_asked(simulator) == {session_id: 1, "history": 1}


async def test_what_another_client_has_done_meanwhile_is_told_without_alarm():
    with SimulatorProcess(devices=2, scenario="smooth", speed=30) as simulator:
        session_id = simulator.start_session()
        simulator.restart()
        async with technician_at(simulator.url) as technician:
            await technician.comes("resume")
            await opens(technician, session_id)
            await technician.comes("resume")
            simulator.call("DELETE", f"{STEP}/sessions/{session_id}").raise_for_status()
            other = simulator.start_session()
            await technician.taps("resume")
            await technician.reads("That session can no longer be continued: it has ended.")
            await technician.taps("dismiss", "back", f"row:{other}")
            await technician.pilot.hold("discard")
            await technician.taps("open-running")
            await technician.comes("stop")
            assert technician.session_id == other


async def test_that_there_is_nothing_to_continue_is_said_in_words():
    with SimulatorProcess(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready")
            await technician.taps("menu", "row:sessions")
            await technician.reads("Nothing to continue. Start a session on the first screen.")
