"""The key goes to PiOrchestrator only, and is asked for by nobody else's word."""

import asyncio

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError
from tests.chaos.scripted import EVENTS, START, service
from tests.chaos.test_http import KEY_REFUSED, NO_KEY, NOT_API, back, live
from tests.chaos.watcher import SSID, Watcher
from tests.support.canary import KEY, OTHER_KEY
from tests.support.clock import FakeClock
from tests.support.server import ScriptedServer, answer


@pytest.mark.fault("redirect to another origin", how="look-out, stream, start and socket")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirect_takes_the_key_elsewhere(status, told):
    async with ScriptedServer() as elsewhere, service() as server:
        away = answer(status, headers={"Location": f"{elsewhere.base_url}/steal"})
        async with Watcher(server.base_url, clock=FakeClock()) as kiosk:
            await live(server, kiosk)
            server.spoil(away)
            server.stream.end()
            await kiosk.reads("Not live", "Try now (")
            kiosk.session.retry_now()
            await kiosk.reads("Not live", NOT_API)
            told.screen(f"Not live: {NOT_API}")
        async with Watcher(server.base_url, clock=FakeClock()) as kiosk:
            await kiosk.reads("No service", NOT_API)
            await kiosk.starts()
            assert kiosk.sees(SSID)
        async with PiOrchestrator(server.base_url, api_key=lambda: KEY) as api:
            with pytest.raises(ApiError):
                async with api.monitor.connect():
                    pass
        assert elsewhere.requests == []
        told.sent("nothing to the other origin")
        told.kept("the key, the form")


@pytest.mark.fault("401 on connect", how="the stream only")
@pytest.mark.fault("401 on reconnect", how="all, after the stream was cut")
async def test_a_key_that_is_refused_later_is_told_and_a_new_one_goes_on(told):
    clock = FakeClock()
    async with service() as server, Watcher(server.base_url, clock=clock) as kiosk:
        await kiosk.reads("Service ready")
        server.spoil(NO_KEY, "GET", EVENTS)
        kiosk.opens("s1")
        await kiosk.reads("Not live", KEY_REFUSED)
        server.mend()
        await back(server, kiosk)
        await kiosk.reads("Live", "Provision all (2)")

        server.spoil(NO_KEY)
        server.stream.end()
        await kiosk.reads("Not live", "Try now (")
        kiosk.session.retry_now()
        await kiosk.reads("Not live", KEY_REFUSED)
        assert len(kiosk.batch.devices) == 2
        told.screen(f"Not live: {KEY_REFUSED}")
        refused = len(server.requests)
        for _ in range(29):
            await clock.advance(1.0)
        await asyncio.sleep(0.05)
        assert len(server.requests) == refused
        told.sent("nothing for 30 s")

        kiosk.key = OTHER_KEY
        server.mend()
        await back(server, kiosk)
        await kiosk.reads("Live", "Provision all (2)")
        assert server.requests[-1].headers["x-api-key"] == OTHER_KEY
        told.kept("the session; live again with the new key")


@pytest.mark.fault("401 on POST", how="start")
async def test_a_start_that_is_refused_for_its_key_keeps_what_was_typed(told):
    async with service() as server, Watcher(server.base_url, clock=FakeClock()) as kiosk:
        await kiosk.reads("Service ready")
        server.spoil(NO_KEY, "POST", START)
        await kiosk.starts()
        await kiosk.reads(KEY_REFUSED, SSID, "••••••••")
        told.screen(KEY_REFUSED)
        assert len(server.sent("POST", START)) == 1
        told.sent("start once")
        server.mend()
        await kiosk.starts()
        await kiosk.reads("Reading the session …")
        told.kept("network and password in the form")
