"""The way to the server: not there, gone, silent, slow or cut; with the real panel before it."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from tests.chaos.heartbeat import Heartbeat
from tests.chaos.proxy import BLACK_HOLE, HANG_UP, PASS, REFUSE, Proxy, rate, slices
from tests.journeys.service import changes_asked, states
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

pytestmark = pytest.mark.usefixtures("window")


def quick_service(devices=5):
    return SimulatorProcess(devices=devices, scenario="smooth", speed=60)


@asynccontextmanager
async def bad_line(simulator, way):
    """Put a panel at the other end of a proxy, and listen to its pulse."""
    async with (
        Proxy(simulator.port, way) as proxy,
        technician_at(proxy.url) as technician,
        Heartbeat() as heart,
    ):
        yield proxy, technician, heart


async def all_found(technician, devices):
    await technician.taps("start")
    await technician.reads(f"Provision all ({devices})", "Live")


@pytest.mark.fault("server absent at start", how="connections refused")
async def test_an_absent_service_is_told_and_waited_for(told):
    with quick_service() as simulator:
        async with bad_line(simulator, REFUSE) as (proxy, technician, heart):
            await technician.reads("No service", "PiOrchestrator does not answer.", "Try now (")
            assert not technician.can_tap("start")
            told.screen("No service and a countdown, no Start session")
            await technician.until(lambda: technician.kiosk.store.state.service.retry_at)
            await proxy.take(PASS)
            began = time.monotonic()
            await technician.reads("Service ready", "Machine-Room")
            told.screen(f"Service ready {time.monotonic() - began:.1f} s after it came; {heart}")
            told.sent(f"{proxy.connections} connections, {len(proxy.requests)} requests")
            await all_found(technician, 5)
            told.kept("the form")
        assert simulator.count("POST", "/batch/start") == 1


@pytest.mark.fault("killed mid-stream", how="SIGKILL while 8 cameras are set up, then restarted")
async def test_a_service_killed_while_it_works_is_asked_for_nothing_twice(told):
    with SimulatorProcess(devices=8, scenario="smooth", speed=8) as simulator:
        async with technician_at(simulator.url) as technician, Heartbeat() as heart:
            await all_found(technician, 8)
            await technician.taps("provision-all")
            await technician.until(lambda: technician.devices("provisioning", "verifying"))
            asked = changes_asked(simulator)
            await asyncio.to_thread(simulator.kill)
            await technician.reads("Not live", "Last update", "Try now (")
            told.screen(f"Not live, the age of what is shown and a countdown; {heart}")
            session = technician.session_id

            await asyncio.to_thread(simulator.start)
            began = time.monotonic()
            await technician.reads("Continue")
            told.screen(f"the session offered again after {time.monotonic() - began:.1f} s")
            await technician.taps("resume")
            # What the service was at when it was killed has failed, by its own word.
            await technician.reads("Retry failed (8)", "Live")
            told.screen("the 8 under way as failed, which they are")
            await technician.taps("retry-failed")
            await technician.counts(Ready=8)
            assert asked == {"start": 1, "provision-all": 1}
            assert changes_asked(simulator) == {"resume": 1, "retry": 8}
            told.sent("1 start, 1 provision-all, 1 resume, 8 retries: a tap for each")
            assert set(states(simulator, session).values()) == {"verified"}
            told.kept("8 of 8 cameras ready in the same session")


@pytest.mark.fault("restarted without the session", how="SIGKILL, restarted with empty storage")
async def test_a_session_that_the_service_has_forgotten_is_told_as_lost(told, tmp_path):
    with quick_service() as simulator:
        async with technician_at(simulator.url) as technician:
            await all_found(technician, 5)
            await asyncio.to_thread(simulator.kill)
            await technician.reads("Not live")
            simulator.state = tmp_path / "another"
            await asyncio.to_thread(simulator.start)
            await technician.reads("PiOrchestrator no longer has the session.", "Service ready")
            told.screen("PiOrchestrator no longer has the session; back at the start")
            assert changes_asked(simulator) == {}
            told.sent("no change")
            await all_found(technician, 5)
            told.kept("the form: one tap starts anew")


@pytest.mark.slow
@pytest.mark.fault("half open", how="SIGSTOP to the simulator")
async def test_a_half_open_connection_is_not_shown_as_live_for_long(told):
    # A session that outlives the silence.
    with SimulatorProcess(devices=5, scenario="smooth", speed=10) as simulator:
        async with technician_at(simulator.url) as technician, Heartbeat() as heart:
            await all_found(technician, 5)
            simulator.pause()
            began = time.monotonic()
            await technician.pilot.wait_for_text("Not live", 60)
            took = time.monotonic() - began
            assert took < 45
            await technician.reads("PiOrchestrator did not answer in time.")
            told.screen(f"Not live after {took:.0f} s; did not answer in time; {heart}")
            simulator.go_on()
            await technician.pilot.wait_for_text("Live", 45)
            assert changes_asked(simulator) == {"start": 1}
            told.sent("1 start")
            assert sorted(technician.macs()) == sorted(states(simulator, technician.session_id))
            told.kept("5 cameras, live again")


@pytest.mark.fault("accept then close", how="accepted and closed by the proxy, for 4 s")
async def test_a_server_that_closes_what_it_accepts_is_not_stormed(told):
    with quick_service() as simulator:
        async with Proxy(simulator.port) as proxy, technician_at(proxy.url) as technician:
            await all_found(technician, 5)
            await technician.goes_to("health")
            await technician.reads("Live")
            await proxy.take(HANG_UP)
            await proxy.cut()
            before = proxy.connections
            await technician.reads("Not live")
            told.screen("Not live on the session's and on the Health screen")
            await asyncio.sleep(4)
            # Stream, socket, figures and the look-out each have growing pauses of their own.
            tries = proxy.connections - before
            assert tries <= 12
            told.sent(f"{tries} connections in 4 s")
            await proxy.take(PASS)
            await technician.taps("session")
            await technician.pilot.wait_for_text("Provision all (5)", 30)
            await technician.pilot.wait_for_text("Live", 30)
            told.kept("5 cameras, live again")


@pytest.mark.slow
@pytest.mark.fault("black hole", how="the proxy swallows every byte")
async def test_a_black_hole_is_told_and_left_again(told):
    with quick_service() as simulator:
        async with bad_line(simulator, BLACK_HOLE) as (proxy, technician, heart):
            await technician.reads("No service", "PiOrchestrator did not answer in time.")
            told.screen(f"No service: did not answer in time; {heart}")
            assert proxy.connections <= 2
            told.sent(f"{proxy.connections} connections in 10 s")
            await proxy.take(PASS)
            await technician.reads("Service ready", "Machine-Room")
            told.kept("the form")


SLOW_WAYS = (
    ("1-byte slices", slices(1)),
    ("0.3 s latency", slices(1 << 16, 0.3)),
    ("2 kB/s", rate(2000), pytest.mark.slow),
)


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=[pytest.mark.fault(name, how="the proxy"), *more], id=name)
        for name, way, *more in SLOW_WAYS
    ],
)
async def test_over_a_bad_line_a_batch_is_set_up_all_the_same(way, told):
    with quick_service(3) as simulator:
        async with bad_line(simulator, way) as (proxy, technician, heart):
            await all_found(technician, 3)
            await technician.taps("provision-all")
            await technician.counts(Problem=0, Waiting=0, Busy=0, Ready=3)
            assert not technician.sees("Not live")
            told.screen(f"Live throughout; 3 ready; {heart}")
            told.sent(f"1 start, 1 provision-all; {len(proxy.requests)} requests")
            told.kept("3 of 3 cameras ready")
        assert changes_asked(simulator) == {"start": 1, "provision-all": 1}


@pytest.mark.slow
@pytest.mark.fault("flapping 2 s up, 2 s down", how="the proxy, five times")
async def test_a_line_that_flaps_loses_and_doubles_nothing(told):
    with SimulatorProcess(devices=12, scenario="smooth", speed=4) as simulator:
        async with Proxy(simulator.port) as proxy, technician_at(proxy.url) as technician:
            await all_found(technician, 12)
            await technician.taps("provision-all")
            await technician.until(lambda: technician.devices("provisioning", "verifying"))
            for _ in range(5):
                await proxy.take(REFUSE)
                await technician.reads("Not live")
                await asyncio.sleep(2)
                await proxy.take(PASS)
                await asyncio.sleep(2)
            told.screen("Not live while it was, and then the truth again")
            began = time.monotonic()
            await technician.counts(Ready=12)
            await technician.reads("Live")
            told.screen(f"12 ready {time.monotonic() - began:.0f} s later")
            assert changes_asked(simulator) == {"start": 1, "provision-all": 1}
            told.sent(f"1 start, 1 provision-all; {proxy.connections} connections")
            assert set(states(simulator, technician.session_id).values()) == {"verified"}
            told.kept("12 of 12 cameras ready")
