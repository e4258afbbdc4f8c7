"""One problem's sheet, and the code that support reads from a photograph."""

from __future__ import annotations

import segno

from kiosk.services.state import actions as a
from kiosk.services.state.model import Route, State
from kiosk.services.state.support import About, AboutKnown, ProblemNoted
from kiosk.services.views import problem
from kiosk.services.views.problem import qr_text
from kiosk.services.views.qr import QUIET_ZONE, modules_of
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after

WHEN = 1_767_225_600.0  # 2026-01-01T00:00:00Z
BUSY = Problem(
    Kind.DOMAIN,
    "DEVICE_BUSY",
    message="device is busy, api_key=abc123",
    http_status=409,
    correlation_id="50d568bc-369c-43de-800d-b383f96506be",
)


def opened(noted: Problem, when: float = WHEN, subject: str = "1") -> State:
    return after(
        State(),
        AboutKnown(About(kiosk="1.2")),
        ProblemNoted("retry:AA", noted, 5.0, when),
        a.Opened(Route.HELP),
        a.Opened(Route.PROBLEM, subject),
    )


def text_of(state: State) -> str:
    return qr_text(state.support.problems[0], state.support.about.kiosk)


def test_the_sheet_says_what_happened_what_to_do_and_what_support_asks_for() -> None:
    view = problem.view_of(opened(BUSY), 9.0)
    assert view.title
    assert view.text
    lines = view.technical.splitlines()
    assert lines[0] == "DEVICE_BUSY · HTTP 409 · retry:AA"
    assert "50d568bc-369c-43de-800d-b383f96506be" in lines[1]
    assert lines[2] == "2026-01-01 00:00:00 UTC"
    assert "device is busy" in lines[3]
    assert "abc123" not in view.technical
    assert view.nav.menu.intent == "back"


def test_the_code_holds_code_correlation_id_time_and_version() -> None:
    assert text_of(opened(BUSY)) == (
        "DEVICE_BUSY | 50d568bc-369c-43de-800d-b383f96506be | 2026-01-01T00:00:00Z | kiosk 1.2"
    )
    assert text_of(opened(Problem(Kind.TRANSPORT))).startswith("transport | - | 2026")


def test_whatever_the_service_sends_makes_a_code() -> None:
    odd = Problem(Kind.DOMAIN, "É\ud800" * 500, correlation_id="x" * 5000, http_status=500)
    state = opened(odd, when=1e300)
    assert text_of(state).isascii()
    assert len(text_of(state)) < 200
    assert problem.view_of(state, 0.0).modules


def test_the_modules_are_those_of_the_standard_with_their_quiet_zone() -> None:
    modules = modules_of("DEVICE_BUSY | abc")
    side = len(modules)
    assert {len(row) for row in modules} == {side}
    assert not any(any(row) for row in (*modules[:QUIET_ZONE], *modules[-QUIET_ZONE:]))
    inner = [bytes(row[QUIET_ZONE:-QUIET_ZONE]) for row in modules[QUIET_ZONE:-QUIET_ZONE]]
    code = segno.make_qr("DEVICE_BUSY | abc", error="m", boost_error=False)
    assert inner == [bytes(row) for row in code.matrix]
    assert inner[0][:7] == b"\1" * 7


def test_a_problem_that_was_pushed_out_says_so() -> None:
    view = problem.view_of(opened(BUSY, subject="77"), 9.0)
    assert view.title == "This error is no longer kept."
    assert view.modules == ()


def test_repeats_are_told() -> None:
    again = ProblemNoted("retry:AA", BUSY, 6.0, WHEN)
    assert "2 times" in problem.view_of(after(opened(BUSY), again), 9.0).technical
