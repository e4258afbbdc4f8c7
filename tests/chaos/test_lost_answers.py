"""Executed, but the answer is lost: what may not be done twice is asked for once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError
from kiosk.services.views.parts import words
from tests.journeys.service import asked_by_device, changes_asked, states
from tests.journeys.technician import technician_at
from tests.support.canary import KEY, PASSWORD
from tests.support.clock import FakeClock
from tests.support.simulator import SimulatorProcess

BATCH = "/api/v1/provisioning/batch"
LOST = "The connection to PiOrchestrator broke off."
FAULT = "POST executed, answer lost"
CAMERA = "espcam-000a01"
NEW = "24:0A:C4:99:99:99"
TOTP = SecretStr("246810")


@pytest.fixture(scope="module")
def machine():
    """Return a machine that has everything; each test moves another part of it."""
    with SimulatorProcess(devices=1, speed=60, api_key=KEY) as running:
        yield running


@pytest.mark.fault(FAULT, how="start, provision-all, retry and stop, one after another, by touch")
async def test_a_session_whose_every_answer_is_lost_is_done_once(told, window):
    with SimulatorProcess(devices=4, failing=1, speed=20) as simulator:
        async with technician_at(simulator.url) as technician:
            simulator.fault(f"{BATCH}/start", then_execute=True)
            await technician.taps("start")
            await technician.reads("Provision all (4)", "Live")
            session = f"{BATCH}/{technician.session_id}"

            simulator.fault(f"{session}/provision-all", then_execute=True)
            await technician.taps("provision-all")
            await technician.counts(Ready=3, Problem=1)
            failed = technician.macs("failed")[0]

            simulator.fault(f"{session}/devices/{failed}/retry", then_execute=True)
            await technician.taps("retry-failed")
            await technician.counts(Ready=4, Problem=0)
            assert not technician.sees(LOST)
            assert set(states(simulator, technician.session_id).values()) == {"verified"}

            simulator.fault(f"{session}/stop", then_execute=True)
            await technician.stops()
            assert technician.sees("Ready")
        told.screen("no alarm: the session, the cameras and the summary as they are")
        assert changes_asked(simulator) == {"start": 1, "provision-all": 1, "retry": 1, "stop": 2}
        assert asked_by_device(simulator, "retry") == {failed: 1}
        told.sent("start 1, provision-all 1, retry 1; stop 2, and the second found it done")
        told.kept("one session, 4 of 4 cameras, one retry spent")


@pytest.mark.fault(FAULT, how="start: sent again only where a look shows that it was not done")
async def test_a_start_that_was_lost_on_its_way_is_done_by_the_second_one(told, window):
    with SimulatorProcess(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            simulator.fault(f"{BATCH}/start", abort=True)
            await technician.taps("start")
            await technician.reads("No camera yet.", "Live")
            assert simulator.count("POST", "/batch/start") == 2
            listed = simulator.call("GET", "/api/v1/provisioning/sessions/recoverable").json()
            assert len(listed["data"]["sessions"]) <= 1
            told.screen("the session, as if nothing had been")
            told.sent("start 2, of which the service got one")


@dataclass(frozen=True)
class Call:
    """A change: its name, where it goes, how often it may be sent, and whether it then succeeds."""

    name: str
    path: str
    call: Callable[[PiOrchestrator], Awaitable[Any]]
    sent: int = 1
    method: str = "POST"
    is_settled: bool = False


CALLS = (
    Call("door", "/api/v1/door/open", lambda api: api.door.open()),
    Call("capture", f"/api/v1/cameras/{CAMERA}/capture", lambda api: api.cameras.capture(CAMERA)),
    Call("reboot", f"/api/v1/cameras/{CAMERA}/reboot", lambda api: api.cameras.reboot(CAMERA)),
    Call(
        "Wi-Fi connect",
        "/api/v1/wifi/connect",
        lambda api: api.wifi.connect("Machine-Room", SecretStr(PASSWORD)),
    ),
    Call("pairing", "/api/v1/espcam/pair", lambda api: api.espcam.pair(NEW, TOTP)),
    Call(
        "PUT config",
        "/api/v1/config/device_name",
        lambda api: api.config.put("device_name", SecretStr("pi-2")),
        sent=2,
        method="PUT",
        is_settled=True,
    ),
    Call(
        "POST allowlist",
        "/api/v1/provisioning/allowlist",
        lambda api: api.allowlist.add(NEW),
        sent=2,
        is_settled=True,
    ),
    Call(
        "DELETE allowlist",
        "/api/v1/provisioning/allowlist/",
        lambda api: api.allowlist.remove(NEW),
        sent=2,
        method="DELETE",
        is_settled=True,
    ),
)


@pytest.mark.parametrize(
    "call",
    [pytest.param(c, marks=pytest.mark.fault(FAULT, how=c.name), id=c.name) for c in CALLS],
)
async def test_a_change_is_sent_as_often_as_it_may_be(call, machine, told):
    machine.clear_faults()
    before = len(sent(machine, call))
    async with PiOrchestrator(machine.url, api_key=lambda: KEY, clock=FakeClock(auto=True)) as api:
        machine.fault(call.path, method=call.method, then_execute=True)
        if call.is_settled:
            await call.call(api)
            told.screen("done")
            told.kept("what was asked for is so")
        else:
            with pytest.raises(ApiError) as lost:
                await call.call(api)
            assert words(lost.value.problem).startswith(LOST)
            told.screen(LOST)
            told.kept("the state is read back, and a person decides")
    assert len(sent(machine, call)) - before == call.sent
    told.sent("once" if call.sent == 1 else "twice, the second time as a question")


def sent(machine, call):
    """Return the requests of that kind."""
    return [
        asked
        for asked in machine.requests()
        if asked["method"] == call.method and asked["path"].startswith(call.path)
    ]


@pytest.mark.fault(FAULT, how="resume")
async def test_a_resume_whose_answer_is_lost_is_found_done(told):
    with SimulatorProcess(devices=1) as simulator:
        session = simulator.start_session()
        simulator.restart()
        async with PiOrchestrator(
            simulator.url, api_key=lambda: None, clock=FakeClock(auto=True)
        ) as api:
            simulator.fault("/api/v1/provisioning/sessions/", method="POST", then_execute=True)
            assert (await api.recovery.resume(session)).data.id == session
        assert changes_asked(simulator) == {"resume": 1}
        told.screen("the session")
        told.sent("once")


@pytest.mark.slow
@pytest.mark.fault("answer after 30 s", how="start: executed at once, answered after 32 s")
async def test_a_start_that_is_answered_too_late_is_adopted(told, window):
    with SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready")
            simulator.fault(f"{BATCH}/start", then_execute=True, delay_seconds=32)
            await technician.taps("start")
            await technician.reads("Starting …")
            told.screen("Starting …, and after 30 s the session that it began")
            await technician.pilot.wait_for_text("Provision all (3)", 45)
            # What is still under way is not in the list yet.
            await technician.until(lambda: changes_asked(simulator) == {"start": 1})
            told.sent("once")
            told.kept("one session")


@pytest.mark.slow
@pytest.mark.fault("answer after 30 s", how="every read after 32 s")
async def test_reads_that_are_answered_too_late_are_told_and_tried_again(told, window):
    with SimulatorProcess(devices=0) as simulator:
        simulator.fault("/api/v1/health", delay_seconds=32)
        async with technician_at(simulator.url) as technician:
            await technician.reads("No service", "PiOrchestrator did not answer in time.")
            told.screen("No service: did not answer in time")
            await technician.reads("Service ready")
            told.kept("the form")
