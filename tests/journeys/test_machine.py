"""Around the machine, by touch: its Wi-Fi, cameras, door, links and the service's settings."""

from tests.journeys.service import prompt_service
from tests.journeys.technician import SSID, Technician, technician_at, type_on_keyboard
from tests.support.canary import KEY, PASSWORD

CAMERA = "espcam-000a01"
NEW = "24:0A:C4:00:0B:01"
CODE = "246810"


async def goes_to(technician: Technician, place: str) -> None:
    """Open a place of the menu."""
    await technician.taps("menu")
    await technician.comes("back")
    await technician.pilot.page_to(f"row:{place}")
    await technician.taps(f"row:{place}")
    await technician.until(lambda: technician.route == place)


async def goes_back(technician: Technician, place: str) -> None:
    """Leave a sheet for the place under it."""
    await technician.taps("back")
    await technician.until(lambda: technician.route == place)


async def holds(technician: Technician, name: str) -> None:
    """Hold a button until it acts."""
    await technician.comes(name)
    await technician.pilot.hold(name)


async def test_the_pi_leaves_its_network_and_joins_another_by_holding():
    with prompt_service(devices=0, speed=10) as simulator:
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "wifi")
            await technician.taps("row:link")
            await technician.reads("Connected", "192.168.1.20")
            await technician.taps("leave")
            assert simulator.count("POST", "/wifi/disconnect") == 0
            await holds(technician, "leave")
            await technician.reads("Not connected")

            await technician.taps("back", "rescan")
            await technician.taps(f"row:network:{SSID}", "password")
            await technician.pilot.type_keys("machines")
            await technician.taps("accept")
            await technician.reads("••••••••")
            await holds(technician, "join")
            await technician.comes("leave")
            assert simulator.count("POST", "/wifi/connect") == 1
            assert technician.kiosk.store.state.machine.joining is None

            await technician.taps("back", "by-name")
            await technician.pilot.type_keys("moon")
            await technician.taps("accept")
            await holds(technician, "join")
            # What became of it is read back, and nothing tries again by itself.
            await technician.reads(f"{SSID}", "This Wi-Fi is not in reach.")
            assert not technician.can_tap("again")
            assert simulator.count("POST", "/wifi/connect") == 2


async def test_a_camera_takes_a_picture_restarts_and_gets_another_place():
    with prompt_service(devices=0, speed=10) as simulator:
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "cameras")
            await technician.reads("Lobby upper shelf", "2 of 4 online", "never seen")
            await technician.taps(f"row:{CAMERA}", "capture")
            await technician.until(lambda: technician.widgets("Picture")[0].texture)

            await holds(technician, "reboot")
            await technician.until(lambda: simulator.count("POST", "/reboot") == 1)

            await technician.taps("place")
            await technician.reads("Here now", "Taken: Lobby lower shelf")
            await holds(technician, "take-out")
            await technician.taps("row:lobby-fridge-001:4")
            await technician.reads("Lobby fridge · 4")

            await technician.taps("back", "row:espcam-000a03", "capture")
            await technician.reads("The camera is offline.", "Retry (30)")
            await technician.touches_disabled("again")


async def test_a_new_camera_is_found_and_paired_by_its_code():
    with prompt_service(devices=0, speed=20) as simulator:
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "cameras")
            await technician.taps("scan-cameras")
            await technician.reads("2 new")
            await technician.pilot.page_to(f"row:found:{NEW}")
            await technician.taps(f"row:found:{NEW}", "code")
            await technician.pilot.type_keys("000000")
            await technician.taps("accept")
            await technician.reads("The device rejected the code.", "Not paired")
            await technician.taps("dismiss", "code")
            await technician.pilot.type_keys(CODE)
            await technician.taps("accept")
            await technician.reads("Paired", "belongs to this machine")
            assert simulator.count("POST", "/espcam/pair") == 2


async def test_the_door_opens_by_holding_only_and_never_twice():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "door")
            await technician.reads("Closed", "Locked")
            await technician.taps("open-door")
            assert simulator.count("POST", "/door/open") == 0
            await holds(technician, "open-door")
            await technician.reads("Unlocked", "Opened")
            await technician.taps("close-door")
            await technician.reads("Locked")

            simulator.fault("/api/v1/door/open", then_execute=True, abort=True)
            await holds(technician, "open-door")
            # It was done, though nobody said so; the state that is read back tells.
            await technician.comes("dismiss")
            await technician.reads("Unlocked")
            assert not technician.can_tap("again")
            assert simulator.count("POST", "/door/open") == 2


async def test_a_machine_without_a_door_has_none_on_the_menu():
    with prompt_service(devices=0) as simulator:
        simulator.fault("/api/v1/door/available", status=503, body="no hardware", times=9)
        async with technician_at(simulator.url) as technician:
            await technician.taps("menu")
            await technician.comes("row:cameras")
            await technician.until(lambda: not technician.can_tap("row:door"))


async def test_links_are_told_and_hosts_are_pinged():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "checks")
            await technician.reads("VPN (Tailscale)", "100.84.12.7")
            await technician.pilot.page_to("row:ping:100.84.12.3")
            await technician.taps("row:ping:100.84.12.3")
            await technician.reads("No answer, 100 % lost")
            await technician.taps("ping-other")
            await technician.pilot.type_keys("8.8.8.8")
            await technician.taps("accept")
            await technician.comes("page-up")
            await technician.pilot.page_to("row:ping:8.8.8.8")
            await technician.reads("ms, 0 % lost")


async def test_settings_of_the_service_are_changed_with_the_key_and_put_back():
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "config")
            await technician.reads("device_name")
            await technician.pilot.page_to("row:log_level")
            assert not technician.can_tap("row:hardware_model")
            await technician.taps("row:log_level", "row:choice:debug", "key")
            await technician.comes("accept")
            type_on_keyboard(f"{KEY}\n")
            await technician.taps("row:choice:debug")
            await holds(technician, "reset")
            await technician.until(lambda: not technician.can_tap("reset"))

            await goes_back(technician, "config")
            while technician.can_tap("page-up"):
                await technician.taps("page-up")
            await technician.taps("row:device_name", "change")
            await technician.pilot.type_keys("x")
            await technician.taps("accept")
            await technician.reads("vending-pix")

            await goes_back(technician, "config")
            await technician.pilot.page_to("row:capture_interval")
            await technician.taps("row:capture_interval", "change", "erase")
            await technician.taps("erase")
            await technician.pilot.type_keys("4")
            await technician.taps("accept")
            await technician.reads("The number is outside of its limits.")
            await technician.pilot.type_keys("5")
            await technician.taps("accept")
            await technician.reads("45", "Limits")

            await goes_back(technician, "config")
            await technician.pilot.page_to("row:bridge_token")
            await technician.taps("row:bridge_token", "change")
            await technician.pilot.type_keys("new")
            assert not technician.sees("new")
            await technician.taps("accept")
            await technician.reads("********")
            stored = simulator.call("GET", "/api/v1/config/capture_interval").json()["data"]
            assert stored["value"] == "45"
            assert not technician.sees(PASSWORD)
