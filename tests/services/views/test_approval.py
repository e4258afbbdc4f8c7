"""The sheet of one MAC: approved or not, and what can be done about it."""

from __future__ import annotations

from kiosk.services.state import actions as a
from kiosk.services.state.approving import ApprovalAnswered, ApprovalAsked
from kiosk.services.state.known import ReadDone, Resource
from kiosk.services.state.model import Route, State
from kiosk.services.views.approval import view_of
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import MAC, after, live, mac

ADDED = "2026-03-01T12:00:00Z"
ENTRY = AllowlistEntry.model_validate({"mac": MAC, "description": "Left", "added_at": ADDED})
USED = AllowlistEntry(mac=MAC, used=True, used_at=None)
FULL = Problem(Kind.DOMAIN, "RATE_LIMITED", http_status=429, retryable=True)


def sheet(*actions: a.Action, state: State | None = None) -> State:
    return after(state or State(), *actions, a.Opened(Route.APPROVAL, MAC))


def listed(*entries: AllowlistEntry) -> ReadDone:
    return ReadDone(Resource.ALLOWLIST, entries, 1.0)


def test_an_approved_camera_says_all_of_itself_and_is_removed_by_holding() -> None:
    view = view_of(sheet(listed(ENTRY)), 2.0)
    facts = {fact.label: fact.value for fact in view.facts}
    assert (view.title, view.word) == (MAC, "Available")
    assert facts["Description"] == "Left"
    assert facts["Container"] == "–"
    assert facts["Added"].startswith("2026-03-01")
    assert facts["Used at"] == "not yet"
    assert "until it is approved again" in view.text
    (remove,) = view.buttons
    assert (remove.intent, remove.arguments, remove.hold) == ("disallow", (MAC,), True)
    removing = view_of(sheet(listed(ENTRY), a.CommandStarted(f"disallow:{MAC}")), 2.0)
    assert not removing.buttons[0].enabled


def test_a_used_one_says_what_removing_means_and_a_time_that_nobody_knows_is_a_dash() -> None:
    view = view_of(sheet(listed(USED)), 2.0)
    assert view.word == "Used"
    assert "goes on working" in view.text
    assert view.facts[-1].value == "–"


def test_one_that_is_not_approved_can_be() -> None:
    view = view_of(sheet(listed()), 2.0)
    assert view.word == "Not approved"
    assert (view.buttons[0].intent, view.buttons[0].arguments) == ("allow", (MAC,))
    asking = view_of(sheet(listed(), a.CommandStarted(f"allow:{MAC}")), 2.0)
    assert not asking.buttons[0].enabled


def test_while_the_allowlist_is_not_known_nothing_is_said_about_it() -> None:
    view = view_of(sheet(), 2.0)
    assert (view.word, view.tone) == ("–", "quiet")


def test_one_that_was_refused_says_why_in_whole_and_can_be_tried_again() -> None:
    refused = (ApprovalAsked(MAC, 0.0, "Left"), ApprovalAnswered(MAC, "refused", 1.0, FULL))
    view = view_of(sheet(listed(), *refused), 2.0)
    assert "Too many requests" in view.text
    assert view.buttons[0].intent == "approve_refused"
    again = view_of(sheet(listed(), *refused, ApprovalAsked(MAC, 0.0)), 2.0)
    assert not again.buttons[0].enabled


def test_one_that_the_open_session_has_not_found_says_so() -> None:
    assert "not in range" in view_of(sheet(listed(), state=live()), 2.0).text
    assert "approved but not in range" in view_of(sheet(listed(ENTRY), state=live()), 2.0).text
    elsewhere = live(a.Opened(Route.ALLOWLIST))
    assert "not in range" not in view_of(sheet(listed(ENTRY), state=elsewhere), 2.0).text
    gone = after(State(), a.Opened(Route.APPROVAL, mac(7)))
    assert view_of(gone, 2.0).title == mac(7)
