"""The sheet of a session that is not open."""

from __future__ import annotations

from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views.past import view_of
from kiosk.services.views.rows import SheetView
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import T0, after, live
from tests.services.views.test_sessions import OVER, UNFINISHED, history, reached

ABSENT = Problem(Kind.ENDPOINT_ABSENT, http_status=404, is_page=True)
ACTIVE = Problem(Kind.DOMAIN, "SESSION_ALREADY_ACTIVE", http_status=409)


def sheet(session_id: str, *actions: a.Action, state: State | None = None) -> State:
    known = after(state or State(), reached(UNFINISHED), history(OVER), a.Opened(Route.SESSIONS))
    return after(known, a.Opened(Route.PAST, session_id), *actions)


def buttons(view: SheetView) -> dict[str, Any]:
    return {button.name: button for button in view.buttons}


def facts(view: SheetView) -> dict[str, str]:
    return {fact.label: fact.value for fact in view.facts}


def test_an_unfinished_session_can_be_continued_or_given_up_and_says_what_is_lost() -> None:
    view = view_of(sheet("s1"), 7200.0)
    assert (view.title, view.word) == ("Hall", "Not finished")
    assert "2 cameras then have to be set up in a new one." in view.text
    resume, discard = buttons(view)["resume"], buttons(view)["discard"]
    assert (resume.intent, resume.arguments, resume.role) == ("resume", ("s1",), "primary")
    assert (discard.intent, discard.arguments, discard.hold) == ("discard", ("s1",), True)
    assert list(buttons(view)) == ["discard", "resume"]


def test_the_facts_are_all_there_and_unknown_ones_are_dashes() -> None:
    view = view_of(sheet("s1"), 7200.0)
    assert facts(view) == {
        "Cameras": "14",
        "Started": "2 h ago",
        "Ready": "12",
        "Date": f"{T0.astimezone():%Y-%m-%d %H:%M}",
        "Failed": "1",
        "Last change": "–",
        "Session": "s1",
    }


def test_a_session_that_is_over_is_facts_and_the_way_to_clear_old_ones() -> None:
    view = view_of(sheet("s2"), 7200.0)
    assert (view.word, view.text) == ("Ended", "")
    assert [(b.name, b.intent, b.hold) for b in view.buttons] == [("clear", "clear_history", True)]


def test_while_another_session_is_open_none_can_be_continued() -> None:
    view = view_of(sheet("s1", state=live()), 60.0)
    assert not buttons(view)["resume"].enabled
    assert "Another session is open here." in view.text
    ended = view_of(sheet("s1", state=live(a.SessionStopped(None, "stopped", 55.0))), 60.0)
    assert buttons(ended)["resume"].enabled


def test_a_button_that_was_tapped_waits_for_its_answer() -> None:
    opening = buttons(view_of(sheet("s1", a.CommandStarted("resume")), 60.0))
    assert (opening["resume"].text, opening["resume"].enabled) == ("Opening …", False)
    assert not opening["discard"].enabled
    ending = buttons(view_of(sheet("s1", a.CommandStarted("discard:s1")), 60.0))
    assert (ending["discard"].text, ending["resume"].enabled) == ("Asking …", False)


def test_what_the_service_cannot_do_is_not_offered_again() -> None:
    state = sheet("s1", a.CommandEnded("discard:s1", Notice("discard:s1", ABSENT)))
    assert list(buttons(view_of(state, 60.0))) == ["resume"]
    state = sheet("s2", a.CommandEnded("clear_history", Notice("clear_history", ABSENT)))
    assert view_of(state, 60.0).buttons == ()


def test_another_session_that_runs_is_offered_instead() -> None:
    notice = Notice("resume", ACTIVE, arguments=("other",))
    banner = view_of(sheet("s1", a.CommandEnded("resume", notice)), 60.0).banner
    offered = next(button for button in banner.buttons if button.name == "open-running")
    assert (offered.intent, offered.arguments) == ("resume", ("other",))


def test_a_session_that_has_gone_from_the_list_says_so_and_offers_nothing() -> None:
    view = view_of(sheet("gone"), 60.0)
    assert "no longer in the list" in view.text
    assert view.buttons == ()
    assert view.nav.menu.intent == "back"
