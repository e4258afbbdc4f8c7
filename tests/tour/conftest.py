import pytest

from tests.support import app


@pytest.fixture
def running_kiosk():
    """Return the context manager that runs a kiosk and gives ``(kiosk, pilot)``."""
    return app.running_kiosk
