"""One device's sheet: what went wrong with it, what to do, and the technical part."""

from tests.journeys.service import asked_by_device, states
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

REASONS = {
    "DEVICE_UNREACHABLE": "Cannot reach the device. Check power and distance.",
    "DEVICE_REJECTED": "The device refused the settings. Check the Wi-Fi name and password",
    "VERIFICATION_TIMEOUT": "The device did not come online. Check the Wi-Fi password.",
}


async def one_failed(technician, devices):
    """Provision all; returns the one device that failed."""
    await technician.taps("start")
    await technician.reads(f"Provision all ({devices})")
    await technician.taps("provision-all")
    await technician.counts(Problem=1, Waiting=0, Busy=0)
    return technician.macs("failed")[0]


async def test_a_failed_device_is_two_taps_from_its_retry():
    with SimulatorProcess(devices=5, failing=1, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            mac = await one_failed(technician, 5)
            before = technician.touches
            await technician.taps(f"device:{mac}", "retry")
            assert technician.touches == before + 2

            await technician.until(lambda: mac in technician.macs("verified"))
            await technician.reads("Ready", "tried again once")
            assert not technician.can_tap("retry")
            await technician.taps("back")
            await technician.counts(Problem=0, Ready=5)
            assert asked_by_device(simulator, "retry") == {mac: 1}
            assert states(simulator, technician.session_id)[mac] == "verified"


async def test_a_failed_device_says_what_happened_what_to_do_and_what_support_asks_for():
    with SimulatorProcess(devices=5, failing=1, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            mac = await one_failed(technician, 5)
            listed = simulator.session(technician.session_id)["devices"]
            device = next(d for d in listed if d["mac"] == mac)
            code = device["error_message"].split(":")[0]
            happened, todo = REASONS[code].split(". ", 1)

            await technician.taps(f"device:{mac}")
            await technician.reads("Failed", mac, happened, todo)
            assert not technician.sees(code)

            await technician.taps("details")
            await technician.reads(
                f"MAC {mac}",
                f"IP {device['ip']}",
                f"firmware {device['firmware_version']}",
                f"code {code}",
                device["error_message"],
            )
            await technician.taps("details")
            await technician.reads(happened)
            assert not technician.sees(code)

            await technician.taps("back")
            await technician.comes("stop")


async def test_a_refused_retry_is_told_at_the_device_with_code_and_correlation_id():
    with SimulatorProcess(devices=5, failing=1, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            mac = await one_failed(technician, 5)
            simulator.fault(
                "/api/v1/provisioning/batch/", method="POST", code="MAX_RETRIES_EXCEEDED"
            )
            await technician.taps(f"device:{mac}", "retry")
            await technician.reads("Too many attempts on this device.", "Power-cycle the device.")
            refused = next(r for r in simulator.requests() if r["status"] == 409)

            await technician.taps("details")
            await technician.reads(
                "code MAX_RETRIES_EXCEEDED", f"correlation id {refused['correlation_id']}"
            )


async def test_a_device_that_is_not_approved_says_so_and_cannot_be_provisioned():
    with SimulatorProcess(devices=12, scenario="field", failing=0, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.until(lambda: len(technician.devices()) == 12)
            listed = simulator.session(technician.session_id)["devices"]
            blocked = [d["mac"] for d in listed if not d["in_allowlist"]]
            assert blocked
            await technician.counts(Problem=len(blocked), Waiting=12 - len(blocked))
            assert technician.tile_words()["Blocked"] == len(blocked)
            assert technician.tiles()[: len(blocked)] == blocked

            await technician.taps(f"device:{blocked[0]}")
            await technician.reads("Blocked", "The device is not approved.")
            await technician.reads("Add it to the allowlist.")
            await technician.comes("approve")
            assert not technician.can_tap("provision")
            await technician.taps("back", "provision-all")
            await technician.counts(Problem=len(blocked), Waiting=0, Busy=0)

            assert not asked_by_device(simulator, "provision")
            now = states(simulator, technician.session_id)
            assert {mac for mac, state in now.items() if state == "discovered"} == set(blocked)


async def test_devices_that_stay_blocked_are_named_by_the_summary():
    with SimulatorProcess(devices=12, scenario="field", failing=0, speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (10)")
            await technician.taps("provision-all")
            await technician.reads("Cameras being set up: 10. Skipped, not approved or busy: 2.")
            await technician.counts(Ready=10)
            await technician.stops()

            await technician.reads("Session ended", "2 cameras are not ready:")
            assert technician.shown_counts() == {"Ready": 10, "Failed": 0, "Not set up": 2}
            assert technician.tile_words() == {"Blocked": 2}


async def test_all_failing_for_the_password_is_said_early():
    options = {"devices": 4, "scenario": "wrong-password", "speed": 60}
    with SimulatorProcess(**options) as simulator:
        async with technician_at(simulator.url, theme="dark") as technician:
            await technician.taps("start")
            await technician.reads("Provision all (4)")
            await technician.taps("provision-all")
            await technician.reads("None came online. The password of Machine-Room may be wrong")
