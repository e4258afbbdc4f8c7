"""The menu, and what lists and sheets say of their data."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.known import Known
from kiosk.services.state.model import Navigation, Notice, Route, State
from kiosk.services.views import menu
from kiosk.services.views.menu import Place
from kiosk.services.views.rows import NavView, banner_of, empty_text, nav
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after, live

AWAY = Problem(Kind.TRANSPORT, retryable=True)
NO_KEY = Problem(Kind.UNAUTHORIZED)


def test_the_first_place_is_the_session_as_it_stands() -> None:
    places = [menu.view_of(state, 0.0).rows[0].arguments for state in (State(), live())]
    assert places == [("start",), ("provision",)]
    ended = live(a.SessionStopped(None, "stopped", 9.0))
    assert menu.view_of(ended, 0.0).rows[0].arguments == ("summary",)


def test_without_sessions_the_menu_is_home_and_leads_nowhere_else() -> None:
    state = State(off=frozenset({Feature.BATCH}), navigation=Navigation(Route.MENU))
    view = menu.view_of(state, 0.0)
    assert view.nav == NavView(None)
    shown = {row.arguments[0] for row in view.rows}
    assert not shown & {"start", "provision", "sessions"}
    assert "settings" in shown


def test_what_is_absent_is_not_on_the_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Place(Route.SUMMARY, "door", "Here")
    gone = Place(Route.EDITOR, "door", "Gone", lambda _state: True)
    monkeypatch.setattr(menu, "PLACES", (here, gone))
    assert [row.title for row in menu.view_of(State(), 0.0).rows][1:] == ["Here"]


def test_a_session_is_one_tap_away_from_everywhere_but_its_sheets() -> None:
    assert nav(State()).session is None
    elsewhere = nav(live()).session
    assert elsewhere is not None
    assert (elsewhere.intent, elsewhere.arguments) == ("open", ("provision",))
    sheet = nav(live(a.Opened(Route.TIMEOUTS)))
    assert (sheet.menu.intent, sheet.session) == ("back", None)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (Known(), "Loading …"),
        (Known((), 1.0), "Nothing."),
        (Known(("x",), 1.0), ""),
        (Known(problem=AWAY), "Not known."),
        (Known((), 1.0, problem=AWAY), "Not known."),
        (Known(problem=Problem(Kind.ENDPOINT_ABSENT)), "This PiOrchestrator does not offer that."),
    ],
)
def test_an_error_never_looks_like_an_empty_list(known: Known[object], text: str) -> None:
    assert empty_text(known, "Nothing.") == text


def test_a_failed_reading_says_why_how_old_and_when_it_is_tried_again() -> None:
    banner = banner_of(State(), 100.0, Known(("x",), 60.0, problem=AWAY, retry_at=104.5))
    assert "PiOrchestrator does not answer" in banner.text or "broke off" in banner.text
    assert "40 s ago" in banner.text
    assert banner.buttons[-1].text == "Try now (5)"
    assert banner.buttons[-1].intent == "refresh"


def test_a_missing_key_asks_for_one() -> None:
    banner = banner_of(State(), 0.0, Known(problem=NO_KEY))
    assert banner.buttons[-1].intent == "edit_api_key"


def test_what_a_person_asked_for_comes_first_and_what_is_absent_raises_no_alarm() -> None:
    state = after(State(), a.CommandEnded("scan", Notice("scan", AWAY)))
    assert banner_of(state, 0.0, Known(problem=NO_KEY)).buttons[-1].name == "dismiss"
    assert not banner_of(State(), 0.0, Known(problem=Problem(Kind.ENDPOINT_ABSENT))).text
    assert not banner_of(State(), 0.0, Known((), 1.0)).text
