from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator.pi import Pi
from tests.support.canary import KEY
from tests.support.simulator import SimulatorProcess


@pytest.fixture
def simulator() -> Iterator[SimulatorProcess]:
    """Five cameras that never fail, twenty times as fast."""
    with SimulatorProcess(devices=5, scenario="smooth", speed=20) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def shared() -> Iterator[SimulatorProcess]:
    """One for tests that leave no trace that others of their module see."""
    with SimulatorProcess(devices=3) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def locked() -> Iterator[SimulatorProcess]:
    """One that asks for a key."""
    with SimulatorProcess(devices=1, api_key=KEY) as simulator:
        yield simulator


@pytest.fixture
def pi(tmp_path: Path) -> Iterator[Pi]:
    """Run a Pi in this process, ten times as fast."""
    pi = Pi(tmp_path, speed=10)
    yield pi
    pi.close()
