"""One device's sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views.device import DeviceView, view_of
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import MAC, after, event, live, mac, snapshot

SPENT = Problem(
    Kind.DOMAIN, "MAX_RETRIES_EXCEEDED", http_status=409, correlation_id="c-9", surely_not_done=True
)


def sheet(*happened: a.Action) -> State:
    return live(event(mac(2), "verified"), *happened, a.Opened(Route.DEVICE, MAC))


def tones(view: DeviceView) -> list[str]:
    return [step.tone for step in view.steps]


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        ("discovered", ["good", "quiet", "quiet", "quiet", "quiet"]),
        ("provisioning", ["good", "moving", "quiet", "quiet", "quiet"]),
        ("provisioned", ["good", "good", "moving", "quiet", "quiet"]),
        ("verifying", ["good", "good", "good", "moving", "quiet"]),
        ("verified", ["good", "good", "good", "good", "good"]),
        ("melting", ["quiet"] * 5),
    ],
)
def test_the_way_so_far_is_marked(state: str, marks: list[str]) -> None:
    assert tones(view_of(sheet(event(state=state)), 60.0)) == marks


def test_the_step_that_failed_is_marked() -> None:
    coming = view_of(sheet(event(state="failed", error="VERIFICATION_TIMEOUT: no MQTT")), 60.0)
    assert tones(coming) == ["good", "good", "good", "bad", "quiet"]
    sending = view_of(sheet(event(state="failed", error="DEVICE_TIMEOUT")), 60.0)
    assert tones(sending) == ["good", "bad", "quiet", "quiet", "quiet"]


def test_a_refused_retry_does_not_change_which_step_had_failed() -> None:
    failed = sheet(event(state="failed", error="VERIFICATION_TIMEOUT: no MQTT"))
    view = view_of(after(failed, a.DeviceRefused(MAC, SPENT)), 60.0)
    assert tones(view) == ["good", "good", "good", "bad", "quiet"]
    assert "Too many attempts" in view.problem


def test_nobody_guesses_a_step_that_was_not_told() -> None:
    view = view_of(sheet(event(state="failed", error="odd")), 60.0)
    assert "bad" not in tones(view)


def test_a_failed_device_says_why_what_to_do_and_can_be_retried() -> None:
    view = view_of(sheet(event(state="failed", error="DEVICE_UNREACHABLE: x")), 60.0)
    assert view.problem == "Cannot reach the device."
    assert view.advice == "Check power and distance."
    action = view.action
    assert (action.intent, action.arguments, action.enabled) == ("retry", (MAC,), True)


def test_a_failure_without_a_known_code_still_has_a_next_step() -> None:
    view = view_of(sheet(event(state="failed", error="lens fell off")), 60.0)
    assert view.problem == "lens fell off"
    assert "power-cycle" in view.advice


def test_a_waiting_device_can_be_set_up() -> None:
    action = view_of(sheet(event(state="discovered")), 60.0).action
    assert (action.intent, action.arguments, action.enabled) == ("provision", (MAC,), True)


@pytest.mark.parametrize(
    "blocked",
    [
        [event(state="discovered", in_allowlist=False)],
        [
            event(state="discovered"),
            a.DeviceRefused(MAC, Problem(Kind.DOMAIN, "DEVICE_NOT_IN_ALLOWLIST", http_status=403)),
        ],
    ],
    ids=["not listed", "refused"],
)
def test_a_blocked_device_can_be_approved_and_then_set_up(blocked: list[a.Action]) -> None:
    state = sheet(*blocked)
    view = view_of(state, 60.0)
    assert view.word == "Blocked"
    assert (view.action.intent, view.action.arguments) == ("allow", (MAC,))
    assert "allowlist" in view.advice
    asking = view_of(after(state, a.CommandStarted(f"allow:{MAC}")), 60.0)
    assert not asking.action.enabled
    approved = view_of(after(state, a.DeviceApproved(MAC)), 60.0)
    assert (approved.action.intent, approved.action.enabled) == ("provision", True)


def test_where_approving_is_switched_off_a_blocked_device_stays_blocked() -> None:
    state = replace(sheet(event(in_allowlist=False)), off=frozenset({Feature.ALLOWLIST}))
    view = view_of(state, 60.0)
    assert (view.action.intent, view.action.enabled) == ("provision", False)


@pytest.mark.parametrize("state", ["provisioning", "provisioned", "verifying", "verified", "odd"])
def test_a_device_that_needs_nobody_offers_nothing(state: str) -> None:
    assert view_of(sheet(event(state=state)), 60.0).action.intent == ""


@pytest.mark.parametrize(
    ("state", "commands"),
    [
        ("failed", [f"retry:{MAC}", "retry_failed"]),
        ("discovered", [f"provision:{MAC}", "provision_all"]),
    ],
)
def test_what_is_being_asked_for_is_not_offered_again(state: str, commands: list[str]) -> None:
    for command in commands:
        action = view_of(sheet(event(state=state), a.CommandStarted(command)), 60.0).action
        assert (action.text, action.enabled) == ("Asking …", False)


@pytest.mark.parametrize("state", ["failed", "discovered"])
def test_a_device_in_line_shows_no_old_error_and_is_not_asked_for_twice(state: str) -> None:
    asked = [event(state=state, error="DEVICE_TIMEOUT"), a.DevicesAsked(59.0, (MAC,))]
    view = view_of(sheet(*asked), 60.0)
    assert view.word == "In line"
    assert (view.problem, view.advice) == ("", "")
    assert not view.action.enabled


def test_the_technical_part_is_shown_when_it_was_opened_and_only_then() -> None:
    state = sheet(
        event(
            state="failed", error="DEVICE_TIMEOUT: i/o", ip="192.168.4.7", firmware_version="2.1"
        ),
        a.DeviceRefused(MAC, SPENT),
    )
    closed = view_of(state, 60.0)
    assert closed.details == ""
    opened_up = view_of(after(state, a.DetailsToggled()), 60.0)
    for part in (MAC, "192.168.4.7", "2.1", "failed", "MAX_RETRIES_EXCEEDED", "c-9", "i/o"):
        assert part in opened_up.details
    assert opened_up.problem == ""


def test_what_is_not_known_is_a_dash() -> None:
    state = sheet(event(state="discovered"))
    assert view_of(state, 60.0).facts == "Signal –"
    details = view_of(after(state, a.DetailsToggled()), 60.0).details
    assert "IP –" in details
    assert "firmware –" in details


def test_how_often_it_was_tried_is_told() -> None:
    once = view_of(sheet(event(state="failed", retry_count=1)), 60.0).facts
    often = view_of(sheet(event(state="failed", retry_count=3)), 60.0).facts
    assert "tried again once" in once
    assert "tried again 3 times" in often


def test_a_device_that_a_snapshot_took_away_leaves_a_sheet_that_claims_nothing() -> None:
    view = view_of(after(sheet(event(state="failed")), snapshot({"mac": mac(2)})), 60.0)
    assert view.word == "?"
    assert view.action.intent == ""
    assert tones(view) == ["quiet"] * 5


def test_a_call_that_failed_is_told_on_the_sheet_it_was_made_from() -> None:
    notice = Notice(f"retry:{MAC}", Problem(Kind.TIMEOUT))
    view = view_of(sheet(event(state="failed"), a.CommandEnded("retry", notice)), 60.0)
    assert "did not answer in time" in view.banner.text


@pytest.mark.parametrize(
    ("state", "offered"),
    [("discovered", True), ("failed", True), ("provisioning", False), ("verified", False)],
)
def test_only_a_device_that_nothing_is_done_with_can_be_left_out(
    state: str, *, offered: bool
) -> None:
    skip = view_of(sheet(event(state=state)), 60.0).skip
    assert (bool(skip.name), skip.hold) == (offered, offered)


def test_a_device_is_not_left_out_while_it_is_asked_for() -> None:
    asked = view_of(sheet(event(state="failed"), a.CommandStarted(f"retry:{MAC}")), 60.0).skip
    assert (asked.name, asked.enabled) == ("skip", False)
    queued = view_of(sheet(event(state="discovered"), a.DevicesAsked(59.0, (MAC,))), 60.0).skip
    assert not queued.name


def test_leaving_out_is_not_offered_where_the_service_cannot_or_the_session_is_over() -> None:
    absent = Problem(Kind.ENDPOINT_ABSENT, http_status=404, is_page=True)
    notice = Notice(f"skip:{MAC}", absent)
    lacking = sheet(event(state="failed"), a.CommandEnded(f"skip:{MAC}", notice))
    assert not view_of(lacking, 60.0).skip.name
    over = sheet(event(state="failed"), a.SessionStopped(None, "stopped", 59.0))
    assert not view_of(over, 60.0).skip.name


def test_a_device_of_a_paused_session_says_that_the_session_comes_first() -> None:
    listed = {"mac": MAC, "state": "discovered"}
    view = view_of(sheet(snapshot(listed, session={"state": "paused"})), 60.0)
    assert view.advice == "The session is paused: continue it first."
    assert not view.action.enabled


def test_a_device_that_was_left_out_says_so() -> None:
    view = view_of(sheet(event(state="skipped")), 60.0)
    assert (view.word, view.action.name, view.skip.name) == ("Skipped", "", "")


def test_what_may_be_otherwise_by_now_is_grey_and_the_end_of_a_session_is_not() -> None:
    known = sheet(event(state="verified"))
    assert (view_of(known, 60.0).tone, tones(view_of(known, 60.0))) == ("good", ["good"] * 5)
    lost = view_of(after(known, ConnectionChanged("reconnecting")), 60.0)
    assert (lost.word, lost.tone, tones(lost)) == ("Ready", "quiet", ["quiet"] * 5)
    stopped = a.SessionStopped(None, "stopped", 59.0), ConnectionChanged("stopped")
    assert view_of(sheet(event(state="verified"), *stopped), 60.0).tone == "good"
