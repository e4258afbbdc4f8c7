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

import pytest

from tests.support import app


@pytest.fixture(scope="session", autouse=True)
def window():
    """Open the one window before the first journey's own time begins to count."""
    app.open_window()


@pytest.fixture
def running_kiosk():
    """Return the context manager that runs a kiosk and gives ``(kiosk, pilot)``."""
    return app.running_kiosk
