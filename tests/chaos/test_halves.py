"""Half a connection, half an answer: what comes is taken, what does not is asked for again."""

import asyncio

import pytest

from tests.chaos.proxy import HOLD_BACK, PASS, Proxy, cut_after, end_after
from tests.chaos.watcher import Watcher
from tests.journeys.service import changes_asked, states
from tests.support.simulator import SimulatorProcess


@pytest.fixture
def simulator():
    with SimulatorProcess(devices=3, scenario="smooth", speed=60) as running:
        yield running


async def opened(kiosk):
    await kiosk.reads("Service ready")
    await kiosk.starts()
    await kiosk.reads("Live", "Provision all (3)")


async def provisions_all(kiosk):
    """Tap Provision all, and wait until that is over."""
    batch = kiosk.batch
    await kiosk.commands.provision_all(batch.session.id, tuple(batch.devices))


@pytest.mark.fault("half open", how="the server ends its half and keeps the other")
async def test_a_stream_of_which_the_server_has_ended_its_half_is_over(simulator, told):
    async with Proxy(simulator.port) as proxy, Watcher(proxy.url, key=None) as kiosk:
        await opened(kiosk)
        await proxy.take(end_after(0))
        await kiosk.reads("Not live")
        told.screen("Not live at once")
        await proxy.take(PASS)
        await kiosk.reads("Live", "Provision all (3)")
        assert proxy.asked("POST", "/batch/start") == 1
        told.sent("1 start")
        told.kept("3 cameras, live again")


@pytest.mark.fault("answer after 30 s", how="held back by the proxy for a while: all of them")
async def test_answers_that_are_held_back_count_when_they_come(simulator, told):
    async with Proxy(simulator.port) as proxy, Watcher(proxy.url, key=None) as kiosk:
        await opened(kiosk)
        await proxy.take(HOLD_BACK)
        asking = asyncio.create_task(provisions_all(kiosk))
        session = kiosk.batch.session.id
        await kiosk.until(lambda: set(states(simulator, session).values()) == {"verified"})
        assert kiosk.sees("Provision all (3)")
        assert not asking.done()
        told.screen("what was known before; nothing is made up")
        await proxy.take(PASS)
        await asking
        await kiosk.reads("Live", "3/3")
        assert changes_asked(simulator) == {"start": 1, "provision-all": 1}
        told.sent("provision-all once")
        told.kept("3 of 3 cameras")


@pytest.mark.fault("killed mid-stream", how="each connection cut after 300 and then 700 bytes")
async def test_halves_of_answers_are_no_answers(simulator, told):
    async with Proxy(simulator.port) as proxy, Watcher(proxy.url, key=None) as kiosk:
        await opened(kiosk)
        for number in (300, 700):
            await proxy.take(cut_after(number))
            await proxy.cut()
            await kiosk.reads("Not live")
            assert len(kiosk.batch.devices) == 3
            kiosk.session.retry_now()
            await kiosk.until(lambda: kiosk.batch.connection.state == "reconnecting")
        told.screen("Not live; 3 cameras as they were")
        await proxy.take(PASS)
        kiosk.session.retry_now()
        await kiosk.reads("Live", "Provision all (3)")
        await provisions_all(kiosk)
        await kiosk.reads("3/3")
        assert changes_asked(simulator) == {"start": 1, "provision-all": 1}
        told.sent("1 start, 1 provision-all")
        told.kept("3 of 3 cameras")
