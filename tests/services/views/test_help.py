"""Help: what this kiosk is, the last errors, what saving is at."""

from __future__ import annotations

from kiosk.services.state import actions as a
from kiosk.services.state.findings import Finding
from kiosk.services.state.known import ReadDone, Resource
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.state.support import (
    About,
    AboutKnown,
    BundleSaved,
    BundleStep,
    Examined,
    ProblemNoted,
)
from kiosk.services.views import help as help_
from kiosk.services.views.rows import RowView
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.system import Health
from tests.services.state.build import after

ABOUT = About("1.2", "3.11.2", "2.3.1", "pi-7", "http://127.0.0.1:8081", "td1", "800×480")
BUSY = Problem(Kind.DOMAIN, "DEVICE_BUSY", http_status=409)


def row(state: State, key: str, now: float = 100.0) -> RowView:
    return next(row for row in help_.view_of(state, now).rows if row.key == key)


def test_versions_address_and_display_are_told() -> None:
    service = ReadDone(Resource.HEALTH, Health(version="2.1"), 1.0)
    state = after(State(), AboutKnown(ABOUT), service)
    assert (row(state, "versions").title, row(state, "versions").detail) == (
        "Kiosk 1.2",
        "PiOrchestrator 2.1",
    )
    assert row(state, "address").detail == "http://127.0.0.1:8081"
    assert row(state, "display").detail == "td1 · 800×480"
    assert row(state, "runtime").title == "Python 3.11.2"
    assert row(after(State(), AboutKnown(ABOUT)), "versions").detail == "PiOrchestrator –"


def test_of_the_key_only_is_told_whether_there_is_one() -> None:
    assert row(State(), "key").detail == "not set"
    known = after(State(), a.KeyChanged(known=True))
    assert row(known, "key").detail == "Known"
    assert row(after(known, a.KeyKept(kept=True)), "key").detail == "Known and kept on this Pi"


def test_without_errors_it_says_so() -> None:
    assert row(State(), "none").tone == "good"
    assert not row(State(), "none").intent


GOOD = Finding("clock", "good", "The clock is right.")
FULL = Finding("disk", "bad", "The disk is almost full.", "Delete what is not needed.", "7 MB")
UNTOLD = Finding("touch", "unknown", "No touch panel is connected.")


def test_what_is_wrong_with_the_machine_stands_before_the_other_facts() -> None:
    state = after(State(), Examined((GOOD, UNTOLD, FULL)))
    told = row(state, "finding-disk")
    assert (told.title, told.detail, told.more, told.tone) == (
        "Disk",
        "The disk is almost full.",
        "Delete what is not needed.",
        "bad",
    )
    keys = [row.key for row in help_.view_of(state, 0.0).rows]
    assert keys[:3] == ["none", "finding-disk", "versions"]
    assert not [key for key in keys if key in {"finding-clock", "finding-touch", "machine"}]


def test_a_machine_without_faults_is_one_row_and_one_not_looked_at_is_none() -> None:
    state = after(State(), Examined((GOOD, UNTOLD)))
    assert row(state, "machine").title == "Everything needed is there"
    assert row(state, "machine").tone == "good"
    keys = [row.key for row in help_.view_of(State(), 0.0).rows]
    assert not [key for key in keys if key.startswith(("finding", "machine"))]


def test_each_error_opens_its_sheet() -> None:
    state = after(State(), ProblemNoted("start", BUSY, 60.0, 0.0))
    entry = row(state, "problem-1")
    assert (entry.title, entry.detail) == ("Request refused", "40 s ago · DEVICE_BUSY")
    assert (entry.intent, entry.arguments) == ("open", ("problem", "1"))
    assert not [row for row in help_.view_of(state, 100.0).rows if row.key == "none"]


def test_repeated_errors_are_counted_and_those_without_a_code_are_named_by_kind() -> None:
    away = ProblemNoted("presence", Problem(Kind.TRANSPORT), 60.0, 0.0)
    entry = row(after(State(), away, away, away), "problem-1")
    assert (entry.title, entry.detail) == ("No connection", "40 s ago · 3 × transport")


def test_saving_shows_its_step_and_takes_no_second_tap() -> None:
    idle = help_.view_of(State(), 0.0)
    assert (idle.buttons[0].intent, idle.buttons[0].enabled) == ("save_bundle", True)
    busy = after(State(), a.CommandStarted("save_bundle"), BundleStep("Writing …"))
    view = help_.view_of(busy, 0.0)
    assert (view.facts, view.buttons[0].enabled) == ("Writing …", False)
    saved = after(busy, BundleSaved("kiosk-diagnostics.zip"), BundleStep(""))
    assert help_.view_of(saved, 0.0).facts == "Saved: kiosk-diagnostics.zip"


def test_a_missing_stick_says_what_to_do_and_offers_to_try_again() -> None:
    problem = Problem(Kind.VALIDATION, "NO_STICK", retryable=True, surely_not_done=True)
    state = after(State(), a.CommandEnded("save_bundle", Notice("save_bundle", problem)))
    banner = help_.view_of(state, 0.0).banner
    assert banner.text == "There is no USB stick. Plug one in, wait a few seconds, then try again."
    assert "again" in [button.name for button in banner.buttons]


def test_help_is_left_by_its_menu_and_a_sheet_by_back() -> None:
    state = after(State(), a.Opened(Route.HELP))
    assert help_.view_of(state, 0.0).nav.menu.name == "menu"
