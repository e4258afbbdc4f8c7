"""Every operation of ``kiosk api`` against the simulator, in each dialect that it speaks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.areas import OPERATIONS
from tests.cli.bench import CODE, DEVICES, Bench
from tests.cli.words import WORDS
from tests.support.canary import KEY
from tests.support.simulator import SimulatorProcess


@pytest.fixture(scope="module", params=["handoff", "datamodel", "compat"])
def simulator(request: pytest.FixtureRequest) -> Iterator[SimulatorProcess]:
    world = {"devices": DEVICES, "seed": 7, "speed": 50, "failing": 1, "api_key": KEY}
    with SimulatorProcess(dialect=request.param, **world) as running:
        yield running


@pytest.fixture
def bench(simulator: SimulatorProcess, tmp_path: Path) -> Bench:
    return Bench(simulator, tmp_path)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_works(
    simulator: SimulatorProcess, bench: Bench, kiosk: Any, name: str
) -> None:
    words = [word.format_map(bench) for word in WORDS[name]]
    common = ("--base-url", simulator.url, "--api-key-file", bench["key"], "--json")
    status, answer = kiosk("api", name, *words, *common)
    assert (status, answer["ok"]) == (0, True), answer
    assert OPERATIONS[name].member in {None, *(answer["data"] or {})}
    assert CODE not in json.dumps(answer)
