# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""A tap means what the finger came down on, whatever stands there when it lifts."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from kiosk.services.state.actions import CapitalsToggled, ScanLoaded
from kiosk.services.wire.wifi import WifiNetwork
from tests.journeys.service import changes_asked, prompt_service, states
from tests.journeys.technician import technician_at
from tests.journeys.test_touch import all_found

HALL = WifiNetwork(ssid="Hall", signal=-50, security="wpa2")
OFFICE = WifiNetwork(ssid="Office", signal=-40, security="wpa2")
FAR_OFFICE = OFFICE.model_copy(update={"signal": -60})
GUEST = WifiNetwork(ssid="Guest", signal=-30, security="open")


@asynccontextmanager
async def finger_on(technician, name):
    """Keep a finger on a target for as long as the block takes, then lift it."""
    await technician.comes(name)
    await technician.pilot.settle()
    technician.pilot.finger.down(*technician.pilot.target(name).visible.centre)
    await technician.pilot.frame()
    yield
    # What has happened meanwhile is on the panel before the finger lifts.
    await technician.pilot.settle()
    technician.pilot.finger.up()
    await technician.pilot.settle()


@asynccontextmanager
async def at_the_networks():
    """Stand before the list of networks, none of which is chosen."""
    async with technician_at("http://127.0.0.1:9", target=None) as technician:
        await technician.taps("network")
        found(technician, HALL, FAR_OFFICE)
        yield technician


@asynccontextmanager
async def at_a_sheet():
    """Stand before the sheet of one of three devices; another one is near."""
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 3)
            one, other = technician.tiles()[:2]
            await technician.taps(f"device:{one}")
            yield simulator, technician, one, other


def found(technician, *networks):
    technician.kiosk.store.dispatch(ScanLoaded(networks, 0.0))


def chosen(technician):
    return technician.kiosk.store.state.form.ssid


@pytest.mark.parametrize("order", [(OFFICE, HALL), (GUEST, HALL), (GUEST, OFFICE, HALL)])
async def test_a_network_that_moves_under_the_finger_is_the_one_that_is_chosen(order):
    async with at_the_networks() as technician:
        async with finger_on(technician, "network:Hall"):
            found(technician, *order)
        assert chosen(technician) == "Hall"
        assert technician.route == "start"


@pytest.mark.parametrize(
    "rest", [(OFFICE,), (GUEST,), (), (HALL.model_copy(update={"security": "open"}),)]
)
async def test_a_network_that_has_gone_or_is_open_by_now_is_not_chosen(rest):
    async with at_the_networks() as technician:
        async with finger_on(technician, "network:Hall"):
            found(technician, *rest)
        assert not chosen(technician)
        assert technician.route == "networks"


async def test_what_somebody_else_has_provisioned_meanwhile_is_not_provisioned():
    async with at_a_sheet() as (simulator, technician, mac, _):
        async with finger_on(technician, "provision"):
            path = f"/api/v1/provisioning/batch/{technician.session_id}/provision-all"
            provisioned = await asyncio.to_thread(simulator.call, "POST", path)
            provisioned.raise_for_status()
            await technician.until(lambda: mac not in technician.macs("discovered"))
        assert technician.route == "device"
        assert changes_asked(simulator) == {"start": 1, "provision-all": 1}


async def test_the_sheet_of_another_device_takes_no_tap_that_was_meant_for_the_one_before():
    async with at_a_sheet() as (simulator, technician, one, other):
        async with finger_on(technician, "provision"):
            await technician.pilot.scan(other)
            await technician.reads(other)
        assert set(states(simulator, technician.session_id).values()) == {"discovered"}
        async with finger_on(technician, "back"):
            await technician.pilot.scan(one)
            await technician.reads(one)
        assert technician.route == "provision"


async def test_a_hold_ends_when_another_device_takes_the_place_of_the_held_one():
    async with at_a_sheet() as (simulator, technician, _, other):
        async with finger_on(technician, "skip"):
            button = technician.widgets("HoldButton")[0]
            await technician.until(lambda: button.fill > 0.3)
            await technician.pilot.scan(other)
            await technician.until(lambda: button.fill == 0)
            # As long as a whole hold takes.
            await asyncio.sleep(1.1)
            assert button.fill == 0
        assert set(states(simulator, technician.session_id).values()) == {"discovered"}
        await technician.pilot.hold("skip")
        await technician.until(lambda: states(simulator, technician.session_id)[other] == "skipped")


async def test_a_session_that_ends_under_the_finger_is_not_provisioned():
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 3)
            async with finger_on(technician, "provision-all"):
                path = f"/api/v1/provisioning/batch/{technician.session_id}/stop"
                await asyncio.to_thread(simulator.call, "POST", path)
                await technician.until(lambda: technician.route == "summary")
            assert technician.route == "summary"
            assert changes_asked(simulator) == {"start": 1, "stop": 1}


async def test_a_button_that_moves_to_make_room_keeps_its_finger():
    from kiosk.services.state.actions import CommandEnded
    from kiosk.services.state.model import Notice
    from kiosk.services.wire.problem import Kind, Problem

    async with technician_at("http://127.0.0.1:9") as technician:

        def fails(problem):
            technician.kiosk.store.dispatch(CommandEnded("start", Notice("start", problem)))

        fails(Problem(Kind.TIMEOUT))
        async with finger_on(technician, "details"):
            fails(Problem(Kind.UNAUTHORIZED))
            await technician.comes("key")
        await technician.reads("unauthorized")


async def test_a_second_finger_on_a_host_that_is_pinged_by_now_does_nothing():
    from kiosk.tour.finger import Finger

    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.goes_to("checks")
            await technician.reads("100.84.12.7")
            row = "row:ping:100.84.12.3"
            await technician.pilot.page_to(row)
            simulator.fault("/api/v1/network/ping", method="POST", delay_seconds=1)
            other = Finger()
            other.plug_in()
            async with finger_on(technician, row):
                x, y = technician.pilot.target(row).visible.centre
                other.down(x + 6, y)
                await technician.pilot.frame()
                other.up()
                await technician.pilot.settle()
                assert not technician.can_tap(row)
            await technician.comes(row)
            assert simulator.count("POST", "/ping") == 1


async def test_a_letter_is_the_one_that_was_seen_when_the_key_was_touched():
    async with technician_at("http://127.0.0.1:9") as technician:
        await technician.taps("password", "key:shift")
        async with finger_on(technician, "key:A"):
            technician.kiosk.store.dispatch(CapitalsToggled())
        assert technician.kiosk.store.state.editor.text.get_secret_value().endswith("A")
