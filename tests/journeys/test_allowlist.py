"""Cameras are approved: by keypad, from what was found, from a refusal; and withdrawn."""

from __future__ import annotations

from kiosk.services.views.devices import is_blocked
from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at

ALLOWLIST = "/provisioning/allowlist"
NEW = "0A:1B:2C:3D:4E:5F"


async def test_a_camera_is_approved_by_keypad_found_in_the_list_and_removed():
    with prompt_service(devices=3) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("menu", "row:allowlist")
            await technician.reads("3 available, 0 used")
            await technician.taps("filter:used")
            await technician.reads("None of them.")
            await technician.taps("filter:available", "filter:all", "add")
            await technician.reads("Approve cameras")
            await technician.touches_disabled("approve")

            await technician.taps("row:mac")
            await technician.pilot.type_keys("0A1B2C3D4E5")
            await technician.reads("0A:1B:2C:3D:4E:5|", "One digit is missing.")
            await technician.taps("accept")
            await technician.reads("That is not a MAC address.", "0A:1B:2C:3D:4E:5|")
            await technician.taps("key:F", "accept", "row:description")
            await technician.pilot.type_keys("rack")
            await technician.taps("accept", "row:container")
            await technician.pilot.type_keys("c7")
            await technician.taps("accept", "approve")
            await technician.reads("1 approved, 0 already there, 0 refused")

            await technician.taps(f"row:result:{NEW}")
            await technician.reads(NEW, "Available", "rack", "c7", "not yet")
            await technician.pilot.hold("remove")
            await technician.reads("Not approved")
            await technician.taps("approve")
            await technician.comes("remove")
            await technician.taps("back", "back")
            await technician.reads("4 available, 0 used")


async def test_a_refused_approval_is_read_and_tried_again():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("menu", "row:allowlist", "add", "row:mac")
            await technician.pilot.type_keys("0A1B2C3D4E5F")
            simulator.fault(f"/api/v1{ALLOWLIST}", method="POST", code="VALIDATION_FAILED", times=3)
            await technician.taps("accept", "approve")
            await technician.reads("Refused: see why", NEW)
            await technician.taps("refused")
            await technician.until(lambda: simulator.count("POST", ALLOWLIST) == 2)
            await technician.taps(f"row:result:{NEW}")
            await technician.reads("Not approved", "The entered values")
            await technician.taps("approve")
            await technician.until(lambda: simulator.count("POST", ALLOWLIST) == 3)
            await technician.taps("back", "clear")
            await technician.reads("Scan one after another", NEW)
            await technician.taps("approve")
            await technician.reads("1 approved, 0 already there, 0 refused")


async def test_a_refused_device_is_approved_from_its_sheet_and_then_set_up():
    with prompt_service(devices=4, scenario="field", speed=40) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.until(lambda: any(map(is_blocked, technician.devices())))
            blocked = next(device.mac for device in technician.devices() if is_blocked(device))
            await technician.taps(f"device:{blocked}")
            await technician.reads("Blocked", "The device is not approved.")
            await technician.taps("approve", "provision")
            await technician.until(lambda: blocked in technician.macs("verified"))
            assert simulator.count("POST", ALLOWLIST) == 1
            await technician.taps("back", "menu", "row:allowlist")
            await technician.reads("used")


async def test_what_the_session_found_is_picked_for_the_form():
    with prompt_service(devices=4, scenario="field", speed=40) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.until(lambda: any(map(is_blocked, technician.devices())))
            blocked = next(device.mac for device in technician.devices() if is_blocked(device))
            await technician.taps("menu", "row:allowlist", "add", f"row:pick:{blocked}")
            await technician.reads("Ready to approve.")
            await technician.taps("approve")
            await technician.reads("1 approved")
            await technician.until(lambda: not any(map(is_blocked, technician.devices())))
