"""The last of the journeys: whether all of them together have reached everything there is."""

import inspect
import re
from pathlib import Path

import pytest

from kiosk.services.runtime.intents import Intents

HERE = Path(__file__).parent
# Nobody taps these: the program calls them itself.
OWN = {"finish", "key_replaced"}


def test_every_intent_is_reached_by_a_touch(
    request: pytest.FixtureRequest, reached: set[str]
) -> None:
    run = {item.path.name for item in request.session.items}
    is_whole = run >= {path.name for path in HERE.glob("test_*.py")}
    if not is_whole or request.config.option.keyword or request.config.option.lf:
        pytest.skip("only a part of the journeys is run")
    intents = {name for name, _ in inspect.getmembers(Intents, inspect.isfunction)}
    public = {name for name in intents if not name.startswith("_")} - OWN
    assert public - reached == set()


def test_no_journey_calls_an_intent_itself() -> None:
    calls = re.compile(r"\bintents\.\w+\(")
    found = [
        f"{path.name}: {call}"
        for path in HERE.glob("*.py")
        if path.name != Path(__file__).name
        for call in calls.findall(path.read_text())
    ]
    assert found == []
    assert calls.findall("kiosk.intents.stop()")
