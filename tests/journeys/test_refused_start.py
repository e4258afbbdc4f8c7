"""A session cannot be started, or the key is refused: told apart, and nothing entered is lost."""

from tests.journeys.service import changes_asked, prompt_service
from tests.journeys.technician import technician_at, type_on_keyboard
from tests.support.canary import KEY, OTHER_KEY, PASSWORD

BATCH = "/api/v1/provisioning/"
EVENTS = "/api/v1/provisioning/batch/events"
NEEDED = "An access key is needed."
REFUSED = "The access key was refused."


async def enter_key(technician, key):
    """Begin to type the key on the panel's own keyboard, and go on with a real one."""
    await technician.taps("key")
    await technician.reads("Access key of PiOrchestrator")
    await technician.pilot.type_keys(key[:2])
    type_on_keyboard(key[2:])
    assert not technician.sees(key)
    await technician.taps("accept")


async def test_a_session_of_another_client_is_offered_and_opened():
    with prompt_service(devices=3, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready")
            session_id = simulator.start_session("Warehouse-5G")

            await technician.taps("start")
            await technician.reads("A session is already running. Open it or stop it first.")
            assert technician.sees("Machine-Room")
            await technician.taps("open-running")
            await technician.reads("Live", "Provision all (3)")

            assert technician.touches == 2
            assert technician.session_id == session_id
            assert changes_asked(simulator) == {"start": 2, "resume": 1}
            assert [r["status"] for r in simulator.requests() if r["path"].endswith("/start")] == [
                201,
                409,
            ]


async def test_a_running_session_that_was_left_open_can_be_stopped_and_a_new_one_started():
    with prompt_service(devices=3, speed=30) as simulator:
        session_id = simulator.start_session()
        async with technician_at(simulator.url) as technician:
            await technician.taps("resume")
            await technician.stops()
            await technician.reads("3 cameras are not ready:")
            await technician.taps("done", "start")
            await technician.reads("Live")

            assert technician.session_id != session_id


async def test_without_a_key_it_is_asked_for_and_what_was_entered_stays():
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url, target=None, password=None) as technician:
            await technician.reads(NEEDED, "Enter the key that PiOrchestrator was set up with.")
            assert not technician.sees(REFUSED)
            await technician.taps("network", "network:Café São João", "password")
            await technician.pilot.type_keys("machines")
            await technician.taps("accept")
            assert not technician.can_tap("start")

            await enter_key(technician, KEY)
            await technician.reads("Service ready", "Café São João", "••••••••")
            assert not technician.sees(NEEDED)
            await technician.taps("start")
            await technician.reads("Live", "No camera yet.")

            session = simulator.session(technician.session_id)["session"]
            assert session["target_ssid"] == "Café São João"
            assert simulator.count("POST", "/batch/start") == 1


async def test_a_wrong_key_is_told_apart_from_a_missing_one():
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url, api_key=OTHER_KEY) as technician:
            await technician.reads(REFUSED)
            assert not technician.sees(NEEDED)
            asked = len(simulator.requests())
            await enter_key(technician, "left-2")
            await technician.until(lambda: len(simulator.requests()) > asked)
            await technician.reads(REFUSED)

            await enter_key(technician, KEY)
            await technician.reads("Service ready", "Machine-Room")
            assert not technician.sees(REFUSED)


async def test_a_refused_key_is_not_asked_about_in_a_loop():
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url, api_key=OTHER_KEY) as technician:
            await technician.reads(REFUSED)
            asked = len(simulator.requests())
            for _ in range(300):
                await technician.pilot.frame()

            assert len(simulator.requests()) == asked
            assert not technician.sees("Try now")


async def test_a_key_that_is_refused_in_the_middle_is_told_and_a_new_one_makes_it_live_again():
    with prompt_service(devices=3, speed=30, api_key=KEY) as simulator:
        async with technician_at(simulator.url, api_key=KEY) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)", "Live")
            session_id = technician.session_id

            simulator.fault(BATCH, code="UNAUTHORIZED", times=1000)
            simulator.cut_streams()
            await technician.reads("Not live", REFUSED)
            assert technician.shown_counts()["Waiting"] == 3
            assert not technician.sees("Try now")

            simulator.clear_faults()
            await enter_key(technician, KEY)
            await technician.reads("Live", "Provision all (3)")
            assert not technician.sees(REFUSED)
            assert technician.session_id == session_id
            await technician.stops()


async def test_a_tap_that_is_refused_for_its_key_is_done_by_the_next_tap_only():
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)", "Live")
            flat = {"error": "API key required"}
            simulator.fault(BATCH, method="POST", status=401, body=flat)
            await technician.taps("provision-all")
            await technician.reads(NEEDED)

            await enter_key(technician, KEY)
            await technician.comes("provision-all")
            assert technician.shown_counts()["Waiting"] == 3
            assert simulator.count("POST", "/provision-all") == 1
            await technician.taps("provision-all")
            await technician.counts(Ready=3)


async def test_a_start_that_the_service_fails_is_told_and_sent_again_by_nobody():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            simulator.fault("/api/v1/provisioning/batch/start", code="INTERNAL_ERROR")
            await technician.taps("start")
            await technician.reads("Something failed inside the Pi.")
            await technician.taps("details")
            await technician.reads("INTERNAL_ERROR · HTTP 500 · correlation id ")
            assert simulator.count("POST", "/batch/start") == 1

            await technician.taps("details", "dismiss")
            assert technician.sees("Machine-Room")
            await technician.taps("start")
            await technician.reads("Live")


async def test_a_start_whose_answer_was_lost_opens_the_session_that_it_began():
    with prompt_service(devices=3, speed=30) as simulator:
        async with technician_at(simulator.url, password=PASSWORD) as technician:
            simulator.fault("/api/v1/provisioning/batch/start", abort=True, then_execute=True)
            await technician.taps("start")
            await technician.reads("Live", "Provision all (3)")

            assert simulator.count("POST", "/batch/start") == 1
