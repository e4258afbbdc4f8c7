"""The start screen: what is missing, what can be gone on with, one tap to start."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.services.state import actions as a
from kiosk.services.state.form import STEP_SECONDS, TIMEOUT_RANGE
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views import editor, start, timeouts
from kiosk.services.views.parts import NO_BANNER
from kiosk.services.views.start import view_of
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session
from tests.services.state.build import after, stamp
from tests.support.canary import PASSWORD

READY = a.ServiceReached((), None, 1.0)
KNOWN = a.TargetKnown("Hall", SecretStr(PASSWORD))
ABSENT = Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True, correlation_id="c-2")
OLD = Session(id="old", created_at=stamp(0), target_ssid="Hall", device_count=3, verified_count=2)


def names(state: State, now: float = 5.0) -> list[str]:
    return [button.name for button in view_of(state, now).banner.buttons]


def texts_of(view: object) -> list[str]:
    """Return every text of a view, however deep."""
    if isinstance(view, str):
        return [view]
    if isinstance(view, tuple):
        return [text for part in view for text in texts_of(part)]
    if is_dataclass(view):
        return [text for f in fields(view) for text in texts_of(getattr(view, f.name))]
    return []


def test_before_the_service_answers_nothing_can_be_started() -> None:
    view = view_of(after(State(), KNOWN), 0.0)
    assert not view.can_start
    assert "as soon as PiOrchestrator answers" in view.hint
    assert view.banner == NO_BANNER


@pytest.mark.parametrize(
    ("known", "hint"),
    [
        ([], "Choose the Wi-Fi"),
        ([a.TargetKnown("Hall", None)], "Enter the password"),
        ([KNOWN], "Power up the cameras"),
    ],
)
def test_the_hint_says_what_is_missing(known: list[a.Action], hint: str) -> None:
    assert hint in view_of(after(State(), READY, *known), 0.0).hint


def test_a_start_under_way_cannot_be_tapped_again() -> None:
    view = view_of(after(State(), READY, KNOWN, a.CommandStarted("start")), 0.0)
    assert (view.start, view.can_start) == ("Starting …", False)


def test_while_a_session_is_resumed_none_is_started() -> None:
    state = after(State(), a.ServiceReached((OLD,), None, 1.0), KNOWN, a.CommandStarted("resume"))
    view = view_of(state, 0.0)
    assert not view.can_start
    assert (view.resume.buttons[0].text, view.resume.buttons[0].enabled) == ("Opening …", False)


def test_what_is_wrong_is_said_at_its_field() -> None:
    refused = a.FormRefused((("ssid", "no name"), ("password", "too short")))
    view = view_of(after(State(), READY, refused), 0.0)
    assert (view.network.error, view.password.error) == ("no name", "too short")


@given(st.text(alphabet="QWXZ", min_size=4, max_size=30))
def test_a_password_is_dots_of_one_length_and_nowhere_else(password: str) -> None:
    state = after(State(), READY, a.TargetKnown("Hall", SecretStr(password)))
    state = after(state, a.FieldOpened("password"))
    views = [start.view_of(state, 0.0), timeouts.view_of(state, 0.0), editor.view_of(state, 0.0)]
    assert not any(password in text for view in views for text in texts_of(view))
    assert start.view_of(state, 0.0).password.value == "•" * 8


def test_the_editor_shows_a_secret_only_to_who_taps_the_eye() -> None:
    state = after(State(), a.FieldOpened("password"), a.Typed(PASSWORD))
    assert editor.view_of(state, 0.0).text == "•" * len(PASSWORD)
    assert editor.view_of(after(state, a.TextShown()), 0.0).text == PASSWORD


def test_a_password_that_was_given_is_never_shown_and_stays_until_another_is_typed() -> None:
    state = after(State(), KNOWN, a.FieldOpened("password"), a.TextShown())
    view = editor.view_of(state, 0.0)
    assert (view.title, view.text) == ("A password is set. Type to replace it.", "")
    left = after(state, a.FieldAccepted())
    assert left.form.password.get_secret_value() == PASSWORD
    typed = after(state, a.Typed("another1"), a.FieldAccepted(), a.FieldOpened("password"))
    assert typed.form.password.get_secret_value() == "another1"
    assert typed.editor.text.get_secret_value() == "another1"


# What can be gone on with


def test_an_unfinished_session_is_resumed_by_one_tap() -> None:
    view = view_of(after(State(), a.ServiceReached((OLD,), None, 1.0)), 0.0)
    assert view.resume.text == "A session for Hall is unfinished. 2 of 3 cameras ready."
    [button] = view.resume.buttons
    assert (button.intent, button.arguments, button.enabled) == ("resume", ("old",), True)


def test_counts_that_the_service_does_not_tell_are_not_made_up() -> None:
    state = after(State(), a.ServiceReached((Session(id="old"),), None, 1.0))
    assert view_of(state, 0.0).resume.text == "A session is unfinished."


def test_of_several_the_newest_is_offered_and_the_others_are_told() -> None:
    newer = Session(id="newer", created_at=stamp(90))
    state = after(State(), a.ServiceReached((OLD, newer), None, 1.0))
    view = view_of(state, 0.0)
    assert view.resume.buttons[0].arguments == ("newer",)
    assert "1 older one waits" in view.resume.text


def test_what_was_known_before_the_service_went_is_not_offered() -> None:
    state = after(State(), a.ServiceReached((OLD,), None, 1.0), a.ServiceFailed(ABSENT, 9.0))
    view = view_of(state, 5.0)
    assert view.resume == NO_BANNER
    assert not view.can_start


def test_a_failure_is_more_urgent_than_a_session_that_waits_and_news_are_not() -> None:
    waits = after(State(), a.ServiceReached((OLD,), None, 1.0))
    news = after(waits, a.CommandEnded("session", Notice("session", text="lost")))
    assert view_of(news, 0.0).resume.buttons
    assert view_of(news, 0.0).banner == NO_BANNER
    failed = after(waits, a.CommandEnded("start", Notice("start", ABSENT)))
    assert view_of(failed, 0.0).resume == NO_BANNER
    assert "does not answer" in view_of(failed, 0.0).banner.text


# When the service is away


def test_a_service_that_is_away_is_named_with_a_countdown_to_the_next_try() -> None:
    state = after(State(), a.ServiceFailed(ABSENT, 9.5))
    banner = view_of(state, 5.0).banner
    assert "does not answer" in banner.text
    again = next(button for button in banner.buttons if button.name == "retry-now")
    assert (again.text, again.intent, again.enabled) == ("Try now (5)", "retry_now", True)


def test_the_reason_stays_in_sight_while_it_is_asked_again() -> None:
    state = after(State(), a.ServiceFailed(ABSENT, 9.5), a.ServiceTried())
    assert "does not answer" in view_of(state, 5.0).banner.text


def test_something_else_at_the_address_is_called_that() -> None:
    state = after(State(), a.ServiceFailed(Problem(Kind.NOT_API, http_status=200), 9.5))
    assert "not PiOrchestrator" in view_of(state, 5.0).banner.text


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401),
        Problem(Kind.VALIDATION, "KEY_FORM", surely_not_done=True),
    ],
)
def test_where_only_another_key_helps_one_can_be_entered(problem: Problem) -> None:
    assert names(after(State(), a.ServiceFailed(problem, 35.0))) == ["details", "key"]


def test_the_technical_part_is_shown_when_it_was_opened_and_only_then() -> None:
    state = after(State(), a.ServiceFailed(ABSENT, 9.5))
    assert view_of(state, 5.0).banner.details == ""
    assert "c-2" in view_of(after(state, a.DetailsToggled()), 5.0).banner.details


def test_a_complaint_goes_when_the_service_answers() -> None:
    assert view_of(after(State(), a.ServiceFailed(ABSENT, 9.5), READY), 5.0).banner == NO_BANNER


# The time-outs


def test_time_outs_are_shown_in_seconds_and_stop_at_their_ends() -> None:
    state = after(State(), a.Opened(Route.TIMEOUTS))
    assert [step.value for step in timeouts.view_of(state, 0.0).steps] == ["60 s", "120 s", "90 s"]
    down = after(state, *[a.TimeoutStepped("discovery", -STEP_SECONDS)] * 10)
    up = after(state, *[a.TimeoutStepped("discovery", STEP_SECONDS)] * 100)
    lowest, highest = timeouts.view_of(down, 0.0).steps[0], timeouts.view_of(up, 0.0).steps[0]
    low, high = TIMEOUT_RANGE
    assert (lowest.value, lowest.can_less, lowest.can_more) == (f"{low} s", False, True)
    assert (highest.value, highest.can_less, highest.can_more) == (f"{high} s", True, False)
