"""The target network is picked from the scan, or its name is typed."""

import pytest

from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at

SCAN = "/api/v1/wifi/scan"


async def test_a_network_is_picked_and_another_networks_password_is_dropped():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("••••••••")
            await technician.taps("network")
            await technician.reads("Which Wi-Fi will the cameras use?", "Machine-Room", "WPA2 · -4")
            await technician.taps("network:Café São João")
            await technician.reads("Café São João", "Enter password")
            assert not technician.sees("•")

            await technician.taps("start")
            await technician.reads("Enter the password first.")
            assert simulator.count("POST", "/batch/start") == 0


async def test_picking_the_same_network_again_keeps_its_password():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("network", "network:Machine-Room")

            await technician.reads("Machine-Room", "••••••••")


async def test_the_next_scan_is_counted_down_to():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("network")
            await technician.comes("network:Machine-Room")
            await technician.reads("Scan (9)")
            await technician.touches_disabled("rescan")

            assert simulator.count("GET", SCAN) == 1


async def test_a_scan_that_comes_too_early_for_the_service_is_told_with_its_own_countdown():
    with prompt_service(devices=0) as simulator:
        simulator.fault(SCAN, code="RATE_LIMITED")
        async with technician_at(simulator.url) as technician:
            await technician.taps("network")
            await technician.reads("No list of networks. Type the name instead.", "Scan (2")
            await technician.touches_disabled("rescan")

            assert simulator.count("GET", SCAN) == 1


async def test_a_failed_scan_is_no_empty_list_and_can_be_asked_for_again():
    with prompt_service(devices=0) as simulator:
        simulator.fault(SCAN, code="NETWORK_ERROR")
        async with technician_at(simulator.url) as technician:
            await technician.taps("network")
            await technician.reads("No list of networks. Type the name instead.")
            assert not technician.sees("No network in reach")

            await technician.taps("rescan")
            await technician.reads("Machine-Room")
            assert not technician.sees("No list of networks.")
            assert simulator.count("GET", SCAN) == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NETWORK_ERROR", "The setup network on the Pi has a problem."),
        ("RATE_LIMITED", "Too many requests. Wait a moment."),
    ],
)
async def test_a_failed_scan_is_told_in_the_technicians_words(code, words):
    with prompt_service(devices=0) as simulator:
        simulator.fault(SCAN, code=code)
        async with technician_at(simulator.url) as technician:
            await technician.taps("network")
            await technician.reads("No list of networks.")

            assert technician.sees(words)


async def test_a_name_that_looks_like_markup_is_shown_as_it_is_and_can_be_picked():
    name = "[b]markup[/b]"
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url, password=None) as technician:
            await technician.taps("network")
            await technician.comes("network:Machine-Room")
            await technician.pilot.page_to(f"network:{name}")
            await technician.taps(f"network:{name}")
            await technician.reads(name, "Enter password")

            shown = [w for w in technician.widgets("Words") if w.text == name]
            assert shown
            assert not any(words.markup for words in shown)
            assert technician.kiosk.store.state.form.ssid == name


async def test_an_open_network_cannot_be_picked_and_a_hidden_one_is_not_listed():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("network")
            await technician.comes("network:Machine-Room")
            await technician.reads("Lobby Guests", "open: cannot be used")
            await technician.touches_disabled("network:Lobby Guests")
            hidden = "network:"
            assert hidden not in [target.name for target in technician.pilot.targets()]

            await technician.taps("back")
            await technician.reads("Machine-Room")


async def test_a_name_is_typed_on_the_panels_keyboard():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url, target=None, password=None) as technician:
            await technician.taps("network", "by-name")
            await technician.pilot.type_keys("São 5")
            await technician.reads("São 5|", "6/32")
            await technician.taps("accept")
            await technician.reads("São 5", "Enter password")
            await technician.taps("password")
            await technician.pilot.type_keys("machines")
            await technician.taps("accept", "start")
            await technician.reads("Live")

            session = simulator.session(technician.session_id)["session"]
            assert session["target_ssid"] == "São 5"
