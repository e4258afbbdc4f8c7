# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""What a gloved hand does, or a hand with a real keyboard: no tap lost, none taken twice."""

import asyncio
import time

import pytest

from tests.journeys.service import changes_asked, prompt_service
from tests.journeys.technician import technician_at, type_on_keyboard
from tests.support.simulator import SimulatorProcess

PROVISION_ALL = "/provision-all"


def millimetres(number):
    from kivy.metrics import mm

    return mm(number)


async def all_found(technician, devices):
    await technician.taps("start")
    await technician.reads(f"Provision all ({devices})", "Live")
    await technician.pilot.settle()


async def twice(technician, name):
    """Tap a target two times as fast as a finger can."""
    await technician.comes(name)
    x, y = technician.pilot.target(name).visible.centre
    finger = technician.pilot.finger
    for _ in range(2):
        finger.down(x, y)
        await technician.pilot.frame()
        finger.up()
        await technician.pilot.frame()


async def test_stop_acts_only_when_it_is_held():
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 3)
            await technician.taps("stop")
            await technician.pilot.hold("stop", 0.8)
            await technician.pilot.settle()
            assert simulator.count("POST", "/stop") == 0
            assert technician.can_tap("provision-all")

            await technician.stops()
            assert simulator.count("POST", "/stop") == 1


async def test_a_finger_that_slides_off_stop_stops_nothing():
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 3)
            x, y = technician.pilot.target("stop").visible.centre
            technician.pilot.finger.down(x, y)
            await technician.pilot.frame()
            technician.pilot.finger.move(x, y + millimetres(40))
            technician.pilot.finger.up()
            await technician.pilot.settle()
            await technician.pilot.hold("stop", 0.5)

            assert simulator.count("POST", "/stop") == 0


@pytest.mark.parametrize("delay_seconds", [0.0, 0.5])
async def test_a_double_tap_on_provision_all_asks_once(delay_seconds):
    with prompt_service(devices=5, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 5)
            simulator.fault("/api/v1/provisioning/", method="POST", delay_seconds=delay_seconds)
            await twice(technician, "provision-all")
            await technician.counts(Ready=5)

            assert simulator.count("POST", PROVISION_ALL) == 1


async def test_a_double_tap_on_start_starts_one_session():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await twice(technician, "start")
            await technician.reads("Live")

            assert changes_asked(simulator) == {"start": 1}


async def test_a_double_tap_on_retry_failed_spends_one_retry():
    with prompt_service(devices=4, failing=2, speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 4)
            await technician.taps("provision-all")
            await technician.counts(Problem=2, Busy=0, Waiting=0)
            await twice(technician, "retry-failed")
            await technician.counts(Ready=4)

            assert simulator.count("POST", "/retry") == 2


async def test_tiles_page_by_the_buttons_and_by_a_long_drag():
    with prompt_service(devices=50, seed=7, speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 50)
            first = technician.tiles()
            await technician.taps("page-down")
            await technician.pilot.settle()
            second = technician.tiles()
            assert not set(first) & set(second)
            await technician.taps("page-up")
            await technician.pilot.settle()
            assert technician.tiles() == first

            seen = set(first)
            while technician.can_tap("page-down"):
                await technician.taps("page-down")
                await technician.pilot.settle()
                seen |= set(technician.tiles())
            assert seen == set(technician.macs())
            assert len(seen) == 50


async def test_tiles_scroll_by_a_long_drag_and_open_nothing():
    with prompt_service(devices=50, seed=7, speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 50)
            first = technician.tiles()
            await technician.pilot.drag(f"device:{first[-1]}", millimetres(36))
            await technician.pilot.settle()

            assert set(technician.tiles()) - set(first)
            assert "device" not in technician.opened
            assert technician.can_tap("page-up")


@pytest.mark.parametrize("up", [True, False])
async def test_a_touch_that_moves_more_than_six_millimetres_opens_nothing(up):
    with prompt_service(devices=50, seed=7, speed=60) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 50)
            tile = technician.tiles()[0]
            await technician.pilot.drag(f"device:{tile}", millimetres(7) * (1 if up else -1))
            await technician.pilot.settle()
            assert "device" not in technician.opened

            await technician.pilot.drag(f"device:{technician.tiles()[3]}", millimetres(5))
            assert technician.opened[-1] == "device"


async def test_a_finger_that_leaves_a_tile_sideways_opens_nothing():
    with prompt_service(devices=5, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 5)
            tile = technician.tiles()[0]
            await technician.pilot.drag(f"device:{tile}", 0, dx=millimetres(50))
            await technician.pilot.settle()

            assert "device" not in technician.opened


async def test_no_tap_on_a_tile_is_lost_while_news_come():
    with SimulatorProcess(devices=5, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 5)
            for mac in technician.macs():
                x, y = technician.pilot.target(f"device:{mac}").visible.centre
                before = {d.mac: d.rssi for d in technician.devices()}
                technician.pilot.finger.down(x, y)
                await technician.pilot.frame()
                await asyncio.to_thread(simulator.burst, 5)
                await technician.until(
                    lambda old=before: all(d.rssi != old[d.mac] for d in technician.devices())
                )
                await technician.pilot.settle()
                technician.pilot.finger.up()
                await technician.comes("back")
                await technician.reads(mac)
                await technician.taps("back")
                await technician.comes("stop")
                await technician.pilot.settle()


async def test_a_real_keyboard_types_into_the_editor():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url, target=None, password=None) as technician:
            await technician.taps("network", "by-name")
            type_on_keyboard("Café Nº 5x\b")
            await technician.reads("Café Nº 5|")
            type_on_keyboard("\n")
            await technician.reads("Café Nº 5", "Enter password")

            await technician.taps("password")
            type_on_keyboard("short\n")
            await technician.reads("A Wi-Fi password has 8 to 63 characters.", "•••••|")
            type_on_keyboard("er than long\n")
            await technician.taps("start")
            await technician.reads("Live")

            session = simulator.session(technician.session_id)["session"]
            assert session["target_ssid"] == "Café Nº 5"


async def test_escape_leaves_a_sheet_but_never_the_kiosk():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("timeouts")
            type_on_keyboard("\x1b")
            await technician.comes("start")
            type_on_keyboard("\x1b\x1b")
            await technician.taps("start")
            await technician.reads("Live")
            type_on_keyboard("\x1b")
            await technician.pilot.settle()

            assert technician.can_tap("stop")


async def test_keys_typed_outside_the_editor_do_nothing():
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready")
            type_on_keyboard("abc\n\b 1")
            await all_found(technician, 3)
            type_on_keyboard("abc\n\b 1")
            await technician.pilot.settle()

            assert technician.opened == ["start", "provision"]
            assert changes_asked(simulator) == {"start": 1}


async def test_a_kiosk_that_is_left_right_after_a_tap_leaves_without_an_error():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.comes("network")
            await technician.pilot.settle()
            x, y = technician.pilot.target("network").visible.centre
            technician.pilot.finger.down(x, y)
            await technician.pilot.frame()
            technician.pilot.finger.up()
            await technician.pilot.frame()
            # The machine is busy until the release is due: it falls into the very last frame.
            time.sleep(0.15)  # noqa: ASYNC251
