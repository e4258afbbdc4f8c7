"""The table itself: it must not hide what failed or was never tried."""

from importlib import import_module
from pathlib import Path

from tests.chaos.catalogue import FAULTS, NOT_HERE
from tests.chaos.table import Table, Told


def row_of(table, fault):
    return next(line for line in table.markdown().splitlines() if line.startswith(f"| {fault} |"))


def told(seen):
    words = Told()
    words.screen(seen)
    return words


def test_a_row_holds_only_when_all_of_its_tests_have_passed():
    table = Table()
    table.add("403", "answered", told("refused"), "passed")
    assert row_of(table, "403") == "| 403 | answered | refused | – | – | holds |"
    table.add("403", "answered", told("refused"), "failed")
    assert row_of(table, "403").endswith("| FAILED |")
    table.add("404", "answered", told("gone"), "skipped")
    assert row_of(table, "404").endswith("| SKIPPED |")


def test_a_fault_that_nobody_tried_is_told_as_such():
    table = Table()
    assert row_of(table, "403").endswith("| NO TEST |")
    assert set(table.missing()) == set(FAULTS) - set(NOT_HERE)
    table.add("403", "answered", told("refused"), "passed")
    assert "403" not in table.missing()


def test_what_cannot_be_tried_here_has_a_reason_and_is_in_the_catalogue():
    assert set(NOT_HERE) <= set(FAULTS)
    assert all(NOT_HERE.values())


def test_the_catalogue_names_each_fault_once():
    assert len(set(FAULTS)) == len(FAULTS)


def marks_of(module):
    """Yield all marks of a module's tests, those of single parameters too."""
    for test in vars(module).values():
        for mark in getattr(test, "pytestmark", ()):
            yield mark
            if mark.name == "parametrize":
                for values in mark.args[1]:
                    yield from getattr(values, "marks", ())


def test_every_fault_has_a_test_or_a_reason():
    modules = [
        import_module(f"tests.chaos.{path.stem}")
        for path in Path(__file__).parent.glob("test_*.py")
    ]
    tried = {m.args[0] for module in modules for m in marks_of(module) if m.name == "fault"}
    assert [fault for fault in FAULTS if fault not in tried | set(NOT_HERE)] == []
