"""What a person enters: nothing typed is lost, nothing secret is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.services.state import actions as a
from kiosk.services.state.form import STEP_SECONDS, TIMEOUT_RANGE
from kiosk.services.state.model import Editor, Field, Navigation, Notice, Route, State, Step
from kiosk.services.wire.provisioning import Session
from tests.services.state.build import after, opened
from tests.support.canary import PASSWORD

KNOWN = a.TargetKnown("Hall", SecretStr(PASSWORD))
fields = st.sampled_from(["ssid", "password", "api_key"])


def typed_text(state: State) -> str:
    return state.editor.text.get_secret_value()


def test_the_settings_fill_the_form() -> None:
    form = after(State(), KNOWN).form
    assert form.ssid == "Hall"
    assert form.password.get_secret_value() == PASSWORD


def test_another_network_of_the_scan_drops_the_password_and_the_complaints() -> None:
    state = after(State(), KNOWN, a.FormRefused((("ssid", "bad"), ("password", "bad"))))
    state = after(state, a.Opened(Route.NETWORKS), a.NetworkChosen("Yard"))
    assert state.form.ssid == "Yard"
    assert state.form.password.get_secret_value() == ""
    assert state.form.errors == {}
    assert state.navigation == Navigation(Route.START)


def test_the_same_network_keeps_its_password() -> None:
    state = after(State(), KNOWN, a.Opened(Route.NETWORKS), a.NetworkChosen("Hall"))
    assert state.form.password.get_secret_value() == PASSWORD


def test_a_tap_on_a_network_whose_list_has_gone_leaves_the_session_on_screen() -> None:
    state = opened()
    assert after(state, a.NetworkChosen("Yard")) is state


def test_another_name_that_was_typed_drops_the_password() -> None:
    state = after(State(), KNOWN, a.FieldOpened("ssid"), a.Typed("2"), a.FieldAccepted())
    assert state.form.ssid == "Hall2"
    assert state.form.password.get_secret_value() == ""


def test_the_same_name_accepted_again_keeps_the_password() -> None:
    state = after(State(), KNOWN, a.FieldOpened("ssid"), a.FieldAccepted())
    assert state.form.password.get_secret_value() == PASSWORD


def test_the_editor_opens_on_what_the_field_holds() -> None:
    assert typed_text(after(State(), KNOWN, a.FieldOpened("ssid"))) == "Hall"
    typed = (a.FieldOpened("password"), a.Typed(PASSWORD), a.FieldAccepted())
    assert typed_text(after(State(), *typed, a.FieldOpened("password"))) == PASSWORD
    assert typed_text(after(State(), KNOWN, a.FieldOpened("password"))) == ""
    assert typed_text(after(State(), KNOWN, a.FieldOpened("api_key"))) == ""


def test_secrets_are_hidden_until_the_eye_is_tapped() -> None:
    assert after(State(), a.FieldOpened("ssid")).editor.shown
    hidden = after(State(), a.FieldOpened("password"))
    assert not hidden.editor.shown
    assert after(hidden, a.TextShown()).editor.shown


def test_the_editor_says_what_the_form_was_refused_for() -> None:
    state = after(State(), a.FormRefused((("password", "too short"),)), a.FieldOpened("password"))
    assert state.editor.error == "too short"
    assert after(state, a.Typed("x")).editor.error == ""


def test_what_was_typed_outlives_a_refusal() -> None:
    state = after(State(), a.FieldOpened("password"), a.Typed("short"))
    state = after(state, a.FieldRefused("password", "too short"))
    assert typed_text(state) == "short"
    assert state.editor.error == "too short"
    assert state.navigation.route is Route.EDITOR


def test_a_refusal_of_another_field_is_not_shown_at_this_one() -> None:
    state = after(State(), a.FieldOpened("password"))
    assert after(state, a.FieldRefused("ssid", "empty")) is state


def test_an_accepted_field_loses_its_complaint_and_only_its_own() -> None:
    refused = a.FormRefused((("ssid", "empty"), ("password", "too short")))
    state = after(State(), refused, a.FieldOpened("ssid"), a.Typed("Hall"), a.FieldAccepted())
    assert state.form.errors == {"password": "too short"}


def test_accepting_twice_is_accepting_once() -> None:
    state = after(State(), a.FieldOpened("ssid"), a.Typed("Hall"), a.FieldAccepted())
    assert after(state, a.FieldAccepted()) is state


def test_leaving_the_editor_drops_what_was_typed() -> None:
    state = after(State(), KNOWN, a.FieldOpened("password"), a.Typed("!"), a.WentBack())
    assert state.form.password.get_secret_value() == PASSWORD
    assert state.editor == Editor()


@given(st.text(max_size=40))
def test_only_printable_characters_are_text(text: str) -> None:
    state = after(State(), a.FieldOpened("ssid"), a.Typed(text))
    assert typed_text(state) == "".join(c for c in text if c.isprintable())


@given(st.lists(st.text(alphabet="abc é\n\t\x00", max_size=100), max_size=10))
def test_no_text_grows_without_end(texts: list[str]) -> None:
    state = after(State(), a.FieldOpened("ssid"), *map(a.Typed, texts))
    assert len(typed_text(state)) <= 256


def test_the_last_character_goes_first_and_an_empty_text_stays_empty() -> None:
    state = after(State(), a.FieldOpened("ssid"), a.Typed("ab"), a.Erased())
    assert typed_text(state) == "a"
    assert typed_text(after(state, a.Erased(), a.Erased())) == ""


def test_shift_is_for_one_letter() -> None:
    state = after(State(), a.FieldOpened("ssid"), a.CapitalsToggled())
    assert state.editor.capitals
    assert not after(state, a.Typed("A")).editor.capitals


def test_only_a_key_can_be_kept_and_only_when_that_is_chosen() -> None:
    state = after(State(), a.FieldOpened("api_key"))
    assert not state.editor.keep
    assert after(state, a.KeepToggled()).editor.keep
    assert not after(state, a.KeepToggled(), a.KeepToggled()).editor.keep
    assert not after(State(), a.FieldOpened("password"), a.KeepToggled()).editor.keep


def test_the_choice_stands_as_the_disk_says_and_is_dropped_with_the_editor() -> None:
    kept = after(State(), a.KeyKept(kept=True))
    assert after(kept, a.FieldOpened("api_key")).editor.keep
    assert not after(kept, a.FieldOpened("password")).editor.keep
    left = after(kept, a.FieldOpened("api_key"), a.KeepToggled(), a.WentBack())
    assert after(left, a.FieldOpened("api_key")).editor.keep


def test_pages_are_turned_one_after_another() -> None:
    assert after(State(), a.FieldOpened("ssid"), a.PageTurned(), a.PageTurned()).editor.page == 2


@pytest.mark.parametrize("step", ["discovery", "provisioning", "verification"])
@pytest.mark.parametrize("direction", [-1, 1])
def test_a_time_out_stays_within_its_range(step: Step, direction: int) -> None:
    steps = [a.TimeoutStepped(step, direction * STEP_SECONDS)] * 100
    state = after(State(), *steps)
    assert getattr(state.form, step) == TIMEOUT_RANGE[0 if direction < 0 else 1]
    assert after(state, steps[0]) is state


def test_a_new_key_takes_the_complaint_about_the_old_one_away() -> None:
    state = after(State(), a.CommandEnded("start", Notice("start", text="refused")))
    state = after(state, a.KeyChanged(known=True))
    assert state.key_known
    assert state.notice is None


@given(fields, st.text(alphabet="wxyz0123456789", min_size=8, max_size=40))
def test_no_secret_is_in_what_the_state_says_of_itself(field: Field, secret: str) -> None:
    state = after(State(), a.TargetKnown("Hall", SecretStr(secret)), a.FieldOpened(field))
    state = after(state, a.Typed(secret), a.FieldAccepted() if field != "ssid" else a.TextShown())
    state = after(state, a.FieldOpened("password"), a.SessionOpened(Session(id="s"), 0.0))
    assert secret not in repr(state)
    assert secret not in str(state)
