"""Journeys: the real app over the real simulator, headless, driven by real touches.

async def test_a_journey(running_kiosk):
    with SimulatorProcess(devices=5, speed=20) as simulator:
        async with running_kiosk(base_url=simulator.url, target_ssid="…", password="…") as (
            kiosk,
            pilot,
        ):
            await pilot.tap("start")
            await pilot.wait_for_text("Ready")
"""

import functools
import inspect
from collections.abc import Iterator

import pytest

from kiosk.services.runtime.intents import Intents
from tests.support import app


@pytest.fixture(scope="session", autouse=True)
def window():
    """Open the one window before the first journey's own time begins to count."""
    app.open_window()


@pytest.fixture
def running_kiosk():
    """Return the context manager that runs a kiosk and gives ``(kiosk, pilot)``."""
    return app.running_kiosk


@pytest.fixture(scope="session", autouse=True)
def reached() -> Iterator[set[str]]:
    """Collect the names of the intents that the journeys' touches have called."""
    called: set[str] = set()

    def noted(name, intent):
        @functools.wraps(intent)
        def call(*arguments, **keywords):
            called.add(name)
            return intent(*arguments, **keywords)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name, intent in inspect.getmembers(Intents, inspect.isfunction):
            if not name.startswith("_"):
                patch.setattr(Intents, name, noted(name, intent))
        yield called
