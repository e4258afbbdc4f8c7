"""The one-field editor: every character within reach, on any panel."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.state import actions as a
from kiosk.services.state.model import Field, State
from kiosk.services.views.editor import page_of, view_of
from tests.services.state.build import after

CHARACTERS = view_of(State(), 0.0).characters


@given(st.integers(1, 120))
def test_every_character_is_on_some_page_once(capacity: int) -> None:
    seen, page = "", 0
    while len(seen) < len(CHARACTERS):
        shown, _following = page_of(CHARACTERS, page, capacity)
        assert 1 <= len(shown) <= capacity
        seen += shown
        page += 1
    assert seen == CHARACTERS


@given(st.integers(1, 120), st.integers(0, 1000))
def test_the_key_for_the_next_page_names_what_is_on_it(capacity: int, page: int) -> None:
    _shown, label = page_of(CHARACTERS, page, capacity)
    following, _label = page_of(CHARACTERS, page + 1, capacity)
    assert label == f"{following[0]}–{following[-1]}"


def test_every_printable_ascii_character_can_be_typed() -> None:
    with_shift_and_space = set(CHARACTERS) | set(CHARACTERS.upper()) | {" "}
    assert set(string.printable[:95]) <= with_shift_and_space


def test_no_character_stands_twice() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS)


@pytest.mark.parametrize(
    ("field", "secret"), [("ssid", False), ("password", True), ("api_key", True)]
)
def test_each_field_has_its_title_and_keeps_its_secret(field: Field, secret: bool) -> None:
    view = view_of(after(State(), a.FieldOpened(field), a.Typed("abc")), 0.0)
    assert view.title
    assert view.secret is secret
    assert view.text == ("•••" if secret else "abc")


def test_a_key_can_be_kept_on_this_pi_and_nothing_else() -> None:
    opened = after(State(), a.FieldOpened("api_key"))
    assert view_of(opened, 0.0).keep == "Keep on this Pi"
    assert not view_of(opened, 0.0).kept
    assert view_of(after(opened, a.KeepToggled()), 0.0).kept
    assert view_of(after(State(), a.FieldOpened("password")), 0.0).keep == ""


def test_a_name_is_counted_in_bytes_and_a_password_in_characters() -> None:
    name = after(State(), a.FieldOpened("ssid"), a.Typed("Café"))
    assert view_of(name, 0.0).count == "5/32"
    password = after(State(), a.FieldOpened("password"), a.Typed("Café"))
    assert view_of(password, 0.0).count == "4"
    assert view_of(after(State(), a.FieldOpened("password")), 0.0).count == ""


def test_what_is_wrong_is_said_and_goes_with_the_next_key() -> None:
    state = after(State(), a.FieldOpened("ssid"), a.FieldRefused("ssid", "no name"))
    assert view_of(state, 0.0).error == "no name"
    assert view_of(after(state, a.Typed("x")), 0.0).error == ""
