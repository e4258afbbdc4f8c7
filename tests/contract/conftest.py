from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.contract.bench import DIALECTS, Bench
from tests.support.canary import KEY
from tests.support.simulator import SimulatorProcess


@pytest.fixture(scope="session")
def benches() -> Iterator[Callable[[str], Bench]]:
    """Return a simulator for each dialect, started when it is first asked for."""
    options = {"seed": 7, "speed": 30, "scenario": "smooth", "failing": 2, "api_key": KEY}
    with ExitStack() as stack:

        @cache
        def bench_of(dialect: str) -> Bench:
            simulator = SimulatorProcess(devices=2, dialect=dialect, **options)
            return stack.enter_context(Bench(stack.enter_context(simulator), dialect))

        yield bench_of


@pytest.fixture(params=DIALECTS)
def bench(request: pytest.FixtureRequest, benches: Callable[[str], Bench]) -> Bench:
    return benches(request.param)
