"""What tests of the client share: a scripted server, a clock that needs no waiting, a client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kiosk.services.client.api import PiOrchestrator
from tests.support.canary import KEY
from tests.support.clock import FakeClock
from tests.support.server import ScriptedServer


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(auto=True)


@pytest.fixture
async def api(server: ScriptedServer, clock: FakeClock) -> AsyncIterator[PiOrchestrator]:
    # The newline is what a key file ends with.
    async with PiOrchestrator(server.base_url, api_key=lambda: KEY + "\n", clock=clock) as client:
        yield client
