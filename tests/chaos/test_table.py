"""The table itself: it must not hide what failed or was never tried."""

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
