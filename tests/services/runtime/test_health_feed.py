"""The monitor is fed while Health is in sight, and asks anew when the key changes."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.services.runtime import visible
from kiosk.services.runtime.visible import FED, READ
from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.model import Route
from tests.services.runtime.fakes import Kit
from tests.support.canary import OTHER_KEY


class FakeMonitor:
    def __init__(self) -> None:
        self.retries = 0

    async def run(self) -> None:
        await asyncio.Event().wait()

    def retry_now(self) -> None:
        self.retries += 1


async def test_a_changed_key_is_tried_at_once_by_the_monitor_in_sight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visible, "READ", {})
    kit, monitor = Kit(), FakeMonitor()
    kit.visible._feeds = {"monitor": lambda: monitor}
    kit.tell(a.Opened(Route.HEALTH), a.FieldOpened("api_key"))
    await asyncio.sleep(0)
    kit.intents.type_text(OTHER_KEY)
    kit.intents.accept()
    assert monitor.retries == 1
    kit.intents.key_replaced()
    assert monitor.retries == 2
    await kit.visible.close()


def test_only_health_is_fed_by_the_monitor() -> None:
    assert [route for route, feeds in FED.items() if "monitor" in feeds] == [Route.HEALTH]
    assert Resource.HEALTH in READ[Route.HEALTH] & READ[Route.HELP]
