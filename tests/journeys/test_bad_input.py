"""What cannot be used is told at its place; nothing is sent, nothing typed is lost."""

import pytest

from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at, type_on_keyboard
from tests.support.server import ScriptedServer, answer

PAGE = "<!DOCTYPE html><html><body>Welcome to the web interface</body></html>"
SSID_ERROR = "A network name has 1 to 32 bytes."
PASSWORD_ERROR = "A Wi-Fi password has 8 to 63 characters."


@pytest.fixture
def simulator():
    with prompt_service(devices=0) as simulator:
        yield simulator


async def test_an_empty_form_says_at_each_field_what_is_missing(simulator):
    async with technician_at(simulator.url, target=None, password=None) as technician:
        await technician.taps("start")
        await technician.reads("Choose a network first.", "Enter the password first.")

        assert simulator.count("POST", "/batch/start") == 0
        assert technician.can_tap("start")


async def test_an_empty_network_name_is_not_accepted(simulator):
    async with technician_at(simulator.url, target="ab") as technician:
        await technician.taps("network", "by-name", "erase", "erase", "accept")
        await technician.reads("Choose a network first.", "0/32")
        await technician.taps("cancel", "start")
        await technician.reads("Live")

        assert simulator.session(technician.session_id)["session"]["target_ssid"] == "ab"


async def test_a_network_name_over_32_bytes_is_refused_at_the_field_and_stays(simulator):
    async with technician_at(simulator.url, target="Câmeras do corredor, térreo") as technician:
        await technician.taps("network", "by-name")
        await technician.reads("29/32")
        await technician.pilot.type_keys("ção")
        await technician.reads("34/32")
        await technician.taps("accept")
        await technician.reads(SSID_ERROR)
        assert technician.sees("térreoção|")

        await technician.taps("erase")
        await technician.reads("33/32")
        assert not technician.sees(SSID_ERROR)
        await technician.taps("erase", "accept")
        await technician.reads("Câmeras do corredor, térreoç")
        assert simulator.count("POST", "/batch/start") == 0


async def test_a_password_of_seven_characters_is_refused_at_the_field_and_stays(simulator):
    async with technician_at(simulator.url, password=None) as technician:
        await technician.taps("password")
        await technician.pilot.type_keys("seven-7")
        await technician.taps("accept")
        await technician.reads(PASSWORD_ERROR)
        await technician.taps("eye")
        await technician.reads("seven-7|")

        await technician.pilot.type_keys("8")
        await technician.taps("accept", "start")
        await technician.reads("Live")
        assert simulator.count("POST", "/batch/start") == 1


async def test_a_password_of_64_characters_is_refused_at_the_field_and_stays(simulator):
    async with technician_at(simulator.url) as technician:
        await technician.taps("password")
        type_on_keyboard("p" * 62)
        await technician.pilot.type_keys("pp")
        await technician.reads("64")
        await technician.taps("accept")
        await technician.reads(PASSWORD_ERROR, "•" * 10)

        await technician.taps("erase", "accept", "start")
        await technician.reads("Live")
        assert simulator.count("POST", "/batch/start") == 1


async def test_a_password_from_the_settings_that_no_network_has_is_told_at_the_field(simulator):
    async with technician_at(simulator.url, password="p" * 64) as technician:
        await technician.taps("start")
        await technician.reads(PASSWORD_ERROR)

        assert technician.sees("Machine-Room")
        assert simulator.count("POST", "/batch/start") == 0


async def test_an_address_that_answers_with_a_web_page_is_told_and_nothing_is_sent():
    async with ScriptedServer() as server:
        for path in ("health", "provisioning/sessions/recoverable", "wifi/scan"):
            server.on("GET", f"/api/v1/{path}", answer(200, PAGE, content_type="text/html"))
        async with technician_at(server.base_url) as technician:
            await technician.reads("The address answers, but it is not PiOrchestrator.")
            await technician.reads("Check the port.", "No service", "Machine-Room")
            assert not technician.can_tap("start")
            await technician.touches_disabled("start")

            await technician.taps("network")
            await technician.reads("The address answers, but it is not PiOrchestrator.")
            await technician.reads("No list of networks. Type the name instead.")
            await technician.taps("by-name")
            await technician.pilot.type_keys("-7")
            await technician.taps("accept")
            await technician.reads("Machine-Room-7")
            assert all(request.method == "GET" for request in server.requests)
