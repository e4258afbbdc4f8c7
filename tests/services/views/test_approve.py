"""The form for approving, and what came of each that was scanned."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.approving import ApprovalAnswered, ApprovalAsked, DraftTyped
from kiosk.services.state.known import ReadDone, Resource
from kiosk.services.state.model import Route, State
from kiosk.services.views import editor
from kiosk.services.views.approve import view_of
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import ListView
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import MAC, after, event, live, mac

BUSY = Problem(Kind.DOMAIN, "RATE_LIMITED", http_status=429)
LISTED = ReadDone(Resource.ALLOWLIST, (AllowlistEntry(mac=mac(2)),), 1.0)


def form(*actions: a.Action, state: State | None = None) -> ListView:
    return view_of(after(state or State(), a.Opened(Route.APPROVE), *actions), 2.0)


def button(view: ListView, name: str) -> ButtonView:
    return next(button for button in view.buttons if button.name == name)


def test_the_form_says_what_it_wants_and_approves_nothing_yet() -> None:
    view = form(LISTED)
    assert [row.intent for row in view.rows] == ["edit_mac", "edit_description", "edit_container"]
    assert "scan it" in view.rows[0].detail
    assert not button(view, "approve").enabled
    assert "each is approved at once" in view.facts


def test_a_complete_mac_can_be_approved_unless_it_is_already() -> None:
    new = form(LISTED, DraftTyped("mac", MAC), DraftTyped("description", "Rack 2"))
    assert (new.rows[0].title, new.rows[0].mark) == (MAC, "00:01")
    assert new.rows[1].title == "Rack 2"
    assert button(new, "approve").enabled
    known = form(LISTED, DraftTyped("mac", mac(2)))
    assert known.rows[0].detail == "Approved already."
    assert not button(known, "approve").enabled


def test_what_came_of_each_is_counted_and_the_newest_is_on_the_first_page() -> None:
    view = form(
        LISTED,
        *(ApprovalAsked(mac(n), 0.0) for n in range(1, 6)),
        ApprovalAnswered(mac(1), "approved", 1.0),
        ApprovalAnswered(mac(2), "known", 1.0),
        ApprovalAnswered(mac(3), "refused", 1.0, BUSY),
    )
    assert view.facts == "1 approved, 1 already there, 1 refused, 2 in line"
    results = [row.title for row in view.rows if row.key.startswith("result:")]
    assert view.rows[1].title == mac(5)
    assert results == [mac(5), mac(3), mac(4), mac(2), mac(1)]
    assert len({row.icon for row in view.rows if row.key.startswith("result:")}) == 4
    assert button(view, "refused").intent == "approve_refused"
    assert button(view, "clear").intent == "clear_approvals"


def test_a_refusal_is_one_tap_from_its_reason() -> None:
    view = form(ApprovalAsked(MAC, 0.0), ApprovalAnswered(MAC, "refused", 1.0, BUSY))
    row = next(row for row in view.rows if row.key == f"result:{MAC}")
    assert (row.tone, row.intent, row.arguments) == ("bad", "open", ("approval", MAC))


def test_what_the_session_found_but_nobody_approved_can_be_picked() -> None:
    session = live(
        event(mac(1), in_allowlist=False), event(mac(2)), event(mac(3), in_allowlist=True)
    )
    picks = [row for row in form(LISTED, state=session).rows if row.key.startswith("pick:")]
    assert [(row.intent, row.arguments) for row in picks] == [("pick_mac", (mac(1),))]
    over = after(session, a.SessionStopped(None, "stopped", 9.0))
    assert not [row for row in form(LISTED, state=over).rows if row.key.startswith("pick:")]


@pytest.mark.parametrize(
    ("typed", "text", "title", "error"),
    [
        ("", "", "MAC of the camera", ""),
        ("a", "A", "11 digits are missing.", ""),
        ("aa-bb:cc dd.ee0", "AA:BB:CC:DD:EE:0", "One digit is missing.", ""),
        ("AABBCC000001", MAC, "The MAC is complete.", ""),
        ("aabbcc000002", mac(2), "MAC of the camera", "This camera is approved already."),
        ("aabbccddeeff0", "AA:BB:CC:DD:EE:FF:0", "MAC of the camera", "only twelve digits"),
        ("aag", "AA:G", "MAC of the camera", "G cannot be in a MAC."),
    ],
)
def test_a_mac_is_judged_while_it_is_typed(typed: str, text: str, title: str, error: str) -> None:
    view = editor.view_of(after(State(), LISTED, a.FieldOpened("mac"), a.Typed(typed)), 2.0)
    assert (view.text, view.title) == (text, title)
    assert error in view.error
    assert bool(error) is bool(view.error)
    assert (view.keypad, view.characters) == (True, "0123456789ABCDEF")
