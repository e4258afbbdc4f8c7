"""A USB scanner types like a keyboard; what it reads is understood on whichever screen it is."""

from __future__ import annotations

import asyncio

from kiosk.services.runtime.scanner import QUICK_SECONDS
from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at, type_on_keyboard
from tests.support.canary import KEY

ALLOWLIST = "/provisioning/allowlist"
NEW, OTHER = "0A:1B:2C:3D:4E:5F", "0A:1B:2C:3D:4E:60"


async def test_cameras_are_approved_one_scan_after_another():
    with prompt_service(devices=2) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("menu", "row:allowlist")
            await technician.reads("2 available, 0 used")
            known = technician.kiosk.store.state.allowlist.entries.value[0].mac

            for code in ("0a1b2c3d4e5f", f"MAC:{OTHER}", known.lower().replace(":", "-")):
                await technician.pilot.scan(code)
            await technician.reads("2 approved, 1 already there, 0 refused")
            assert simulator.count("POST", ALLOWLIST) == 2
            await technician.taps("back")
            await technician.reads("4 available, 0 used")


async def test_a_scan_on_the_start_screen_fills_in_the_network_or_the_form():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url, target=None, password=None) as technician:
            await technician.comes("start")
            await technician.pilot.scan("WIFI:T:WPA;S:Café São João;P:machines\\;1;H:true;;")
            await technician.reads("Wi-Fi Café São João and its password are filled in.", "•••")
            await technician.taps("dismiss")
            await technician.pilot.scan("correct horse battery")
            await technician.reads("co•••• was scanned")
            await technician.taps("dismiss")

            await technician.pilot.scan(NEW)
            await technician.reads("Approve cameras", NEW, "Ready to approve.")
            await technician.taps("approve")
            await technician.reads("1 approved")
            await technician.taps("back", "start")
            await technician.reads("Live")
            session = simulator.session(technician.session_id)["session"]
            assert session["target_ssid"] == "Café São João"


async def test_a_wifi_scanned_for_the_pi_is_joined_by_the_pi_and_not_by_the_cameras():
    with prompt_service(devices=0, speed=10) as simulator:
        async with technician_at(simulator.url) as technician:
            target = technician.kiosk.store.state.form
            await technician.goes_to("wifi")
            await technician.taps("rescan", "row:network:Lobby Guests", "password")
            await technician.pilot.scan("WIFI:T:WPA;S:Café São João;P:machines;;")
            await technician.reads("Café São João", "Password", "••••••••")
            await technician.comes("join")
            await technician.pilot.hold("join")
            await technician.comes("leave")
            assert technician.kiosk.store.state.form == target


async def test_during_a_session_a_scan_opens_its_device_or_offers_to_approve():
    with prompt_service(devices=3, speed=20) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.until(lambda: technician.macs("discovered"))
            found = technician.macs("discovered")[0]
            await technician.pilot.scan(found)
            await technician.reads("Waiting", found)
            await technician.pilot.scan(NEW)
            await technician.reads(NEW, "The camera is not in range yet.")
            assert simulator.count("POST", ALLOWLIST) == 0
            await technician.taps("approve")
            await technician.reads("The camera is approved but not in range yet")
            await technician.pilot.scan("WIFI:T:WPA;S:Hall;P:machines;;")
            await technician.reads("kept for the next session")


async def test_a_key_is_scanned_into_its_field_and_a_hand_still_types():
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("menu", "row:allowlist", "key")
            type_on_keyboard("wrong")
            await technician.reads("•••••|")
            # Nobody reaches for the scanner as quickly as the kiosk shows what was typed.
            await asyncio.sleep(2 * QUICK_SECONDS)
            await technician.pilot.scan(f"KEY:{KEY}")
            await technician.reads("No camera is approved yet.")
            assert simulator.count("GET", ALLOWLIST) >= 2
