"""`docs/contract-coverage.md` names every item, and only tests and examples that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.contract.catalogue import AREAS, read

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (ROOT / "docs" / "contract-coverage.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| (H\d|AC\d|\d)", line)
]
CRITERIA = {1: 6, 2: 4, 3: 3, 4: 3, 5: 3, 6: 4}


def test_every_item_criterion_and_contradiction_has_one_row() -> None:
    items = [f"H{number:02}" for number in range(1, 29)]
    criteria = [f"AC{story}.{n + 1}" for story, many in CRITERIA.items() for n in range(many)]
    contradictions = [str(number) for number in range(1, 63)]
    assert [row[0] for row in ROWS] == [*items, *criteria, *contradictions]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_what_shows_it_and_that_is_there(row: list[str]) -> None:
    names = re.findall(r"`([^`]+)`", row[-1])
    assert names
    assert not [name for name in names if not _is_there(name)]


@pytest.mark.parametrize("row", [row for row in ROWS if len(row[0]) > 2], ids=lambda row: row[0])
def test_an_item_names_the_modules_that_do_it(row: list[str]) -> None:
    modules = re.findall(r"`([^`]+)`", row[2])
    assert modules
    for name in modules:
        assert (ROOT / "kiosk" / name).is_file() or (ROOT / "kiosk/services" / name).is_file()


def _is_there(name: str) -> bool:
    if "::" in name:
        path, function = name.split("::")
        return function in _functions(path)
    return name in _examples()


@cache
def _functions(path: str) -> set[str]:
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8") if file.is_file() else "")
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in tree.body if isinstance(node, kinds)}


@cache
def _examples() -> set[str]:
    calls = {f"{area}: {case['name']}" for area in (*AREAS, "monitoring") for case in read(area)}
    events = {f"events: {case.get('dialect', 'any')}: {case['name']}" for case in read("events")}
    return calls | events
