"""A WebSocket that is accepted and closed for ever: polled figures, and no storm."""

import asyncio
import random

import pytest
from websockets.asyncio.server import serve

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.runtime.monitor_feed import MonitorFeed
from kiosk.services.state.model import State
from kiosk.services.state.store import Store
from kiosk.services.views import health
from tests.chaos.scripted import service
from tests.chaos.watcher import words_of
from tests.support.canary import KEY
from tests.support.clock import FakeClock
from tests.support.server import success

INFO = {"uptime": 120, "cpu": {"usage_percent": 41.0}, "memory": {"used_percent": 37.0}}
MINUTES = 3


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(1008, marks=pytest.mark.fault("accept then 1008", how="WebSocket"), id="1008"),
        pytest.param(None, marks=pytest.mark.fault("accept then close", how="WebSocket"), id="cut"),
    ],
)
async def test_a_socket_that_is_closed_for_ever_is_tried_ever_less(code, told):
    tries = 0

    async def closes(socket):
        nonlocal tries
        tries += 1
        if code is None:
            socket.transport.abort()
        else:
            await socket.close(code)

    clock, store = FakeClock(), Store(State())
    async with service() as server, serve(closes, "127.0.0.1", 0) as listening:
        server.on("GET", "/api/v1/system/info", success(INFO))
        port = listening.sockets[0].getsockname()[1]
        async with PiOrchestrator(
            server.base_url, api_key=lambda: KEY, monitor_url=f"http://127.0.0.1:{port}"
        ) as api:
            feed = MonitorFeed(
                api, store.dispatch, clock=clock, rng=random.Random(7), use_socket=True
            )
            running = asyncio.create_task(feed.run())
            try:
                for _ in range(MINUTES * 60):
                    await clock.advance(1.0)
                    await asyncio.sleep(0.005)
                texts = " | ".join(words_of(health.view_of(store.state, clock.monotonic())))
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    assert "41 %" in texts
    assert "Live by WebSocket" not in texts
    told.screen("live figures by polling")
    # 1, 2, 4, 8, 16 and then every 30 s.
    assert tries <= 12
    polls = len(server.sent("GET", "/api/v1/system/info"))
    assert polls <= MINUTES * 60 / 5 + 1
    told.sent(f"in {MINUTES} minutes {tries} sockets and {polls} polls")
    told.kept("every figure")
