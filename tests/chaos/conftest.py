"""Chaos: each fault of the catalogue is done to the kiosk, which must neither lose nor lie.

@pytest.mark.fault("half open", how="SIGSTOP to the simulator")
async def test_…(told):
    …
    await technician.reads("Not live")
    told.screen("Not live, with the age of what is shown")

``--chaos-table`` runs what is slow, too, and writes the table to build/chaos.md.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.chaos.catalogue import FAULTS
from tests.chaos.table import Table, Told
from tests.support import app

_HERE = Path(__file__).parent
_TABLE = _HERE.parents[1] / "build" / "chaos.md"
_WHOLE = pytest.StashKey[bool]()
_TOLD = pytest.StashKey[Told]()
_OUTCOMES = pytest.StashKey[set[str]]()
_ROWS = pytest.StashKey[Table]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos-table", action="store_true", help="all faults, as a table at the end")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(name, how): the fault of the catalogue, injected how")
    config.addinivalue_line("markers", "slow: left out unless --chaos-table is given")
    config.stash[_ROWS] = Table()
    # Only a run that was started on this folder knows its options.
    config.stash[_WHOLE] = config.getoption("chaos_table", default=False)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse faults that are not in the catalogue, and leave out what is slow."""
    ours = [item for item in items if _HERE in item.path.parents]
    for item in ours:
        for mark in item.iter_markers("fault"):
            if mark.args[0] not in FAULTS or not mark.kwargs.get("how"):
                raise pytest.UsageError(f"{item.nodeid}: no fault of the catalogue, or no how")
    if not config.stash[_WHOLE]:
        slow = {item for item in ours if item.get_closest_marker("slow")}
        items[:] = [item for item in items if item not in slow]
        config.hook.pytest_deselected(items=slow)


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Told:
    """Return where a test tells what was seen, sent and kept."""
    return request.node.stash.setdefault(_TOLD, Told())


@pytest.fixture(scope="session")
def window() -> None:
    """Open the one window before a test's own time begins to count."""
    app.open_window()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, object]:
    """Put a test into the table when its last part is over."""
    report = yield
    outcomes = item.stash.setdefault(_OUTCOMES, set())
    outcomes.add(report.outcome)
    if report.when == "teardown":
        ended = next(how for how in ("failed", "skipped", "passed") if how in outcomes)
        for mark in item.iter_markers("fault"):
            told = item.stash.get(_TOLD, Told())
            item.config.stash[_ROWS].add(mark.args[0], mark.kwargs["how"], told, ended)
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the table."""
    if config.stash[_WHOLE]:
        text = config.stash[_ROWS].markdown()
        _TABLE.parent.mkdir(exist_ok=True)
        _TABLE.write_text(text, encoding="utf-8")
        terminalreporter.section("faults")
        terminalreporter.write(text)
