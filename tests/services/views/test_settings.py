"""The settings' rows: what each is set to, what a tap does, what waits for the next start."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.services.runtime.intents import Intents
from kiosk.services.state.model import Navigation, Notice, Route, State
from kiosk.services.state.preferences import CHOICES, Lock, Preferences
from kiosk.services.views import choice, language, panel, pin, settings
from kiosk.services.views.rows import RowView
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem

NOW = 1000.0
SET = Preferences(base_url="http://pi:8081", started=(("base_url", "http://pi:8081"),))


def state(**changes: Any) -> State:
    return State(preferences=replace(SET, **changes), navigation=Navigation(Route.SETTINGS))


def row(shown: State, key: str) -> RowView:
    return next(row for row in settings.view_of(shown, NOW).rows if row.key == key)


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({}, "base_url", "http://pi:8081"),
        ({"lang": "pt_BR"}, "lang", "Português"),
        ({"theme": "dark"}, "theme", "Dark"),
        ({"display": "hd10"}, "display", '10.1", 1280 × 800'),
        ({}, "rotation", "not rotated"),
        ({"rotation": 90}, "rotation", "90°"),
        ({"brightness": 40}, "brightness", "40 %"),
        ({"dim_minutes": 0}, "dim_minutes", "never"),
        ({"dim_minutes": 10}, "dim_minutes", "10 min"),
        ({"sound": True}, "sound", "on"),
        ({}, "sound", "off"),
        ({}, "pin", "none"),
        ({"has_pin": True}, "pin", "asked for"),
    ],
)
def test_a_row_says_what_is_set(changes: dict[str, Any], key: str, words: str) -> None:
    assert row(state(**changes), key).detail == words


def test_the_key_itself_is_never_shown() -> None:
    assert row(state(), "key").detail == "not set"
    assert row(replace(state(), key_known=True), "key").detail == "set"
    assert row(replace(state(), key_known=True, key_kept=True), "key").detail == "kept on this Pi"


def test_each_feature_says_whether_it_is_used() -> None:
    shown = replace(state(), off=frozenset({Feature.DOOR}))
    assert {f.value: row(shown, f"feature:{f.value}").detail for f in Feature} == {
        "batch_provisioning": "on",
        "ws_monitor": "on",
        "allowlist": "on",
        "door": "off",
        "cameras": "on",
    }


def test_what_waits_for_the_next_start_is_marked_and_said() -> None:
    before = settings.view_of(state(), NOW)
    after = settings.view_of(state(base_url="http://pi:8082"), NOW)
    assert not before.facts
    assert after.facts == "Some changes need a restart."
    assert row(state(base_url="http://pi:8082"), "base_url").tone == "waiting"


@pytest.mark.parametrize(("supervised", "offered"), [(True, ["restart"]), (False, [])])
def test_starting_again_is_offered_only_where_somebody_starts_it_again(
    supervised: bool,
    offered: list[str],
) -> None:
    shown = settings.view_of(state(base_url="http://other", supervised=supervised), NOW)
    assert [button.name for button in shown.buttons] == offered
    assert all(button.hold and button.text == "Hold to restart" for button in shown.buttons)


def test_every_row_and_button_calls_an_intent_that_there_is() -> None:
    shown = state(base_url="http://other", supervised=True)
    view = settings.view_of(shown, NOW)
    named = {row.intent for row in view.rows} | {button.intent for button in view.buttons}
    for name in (*CHOICES, "pin"):
        sheet = choice.view_of(opened(shown, name), NOW)
        named |= {item.intent for item in (*sheet.rows, *sheet.buttons)}
    assert all(hasattr(Intents, intent) for intent in named)


def opened(shown: State, name: str) -> State:
    below = shown.navigation
    return replace(shown, navigation=Navigation(Route.CHOICE, below, name))


@pytest.mark.parametrize("name", ["lang", "theme", "display", "rotation", "dim_minutes"])
def test_a_sheet_has_all_choices_and_marks_the_one_that_counts(name: str) -> None:
    shown = state()
    sheet = choice.view_of(opened(shown, name), NOW)
    assert [row.key for row in sheet.rows] == [str(value) for value in CHOICES[name]]
    marked = [row.key for row in sheet.rows if row.selected]
    assert marked == [str(getattr(shown.preferences, name))]


@pytest.mark.parametrize(
    ("brightness", "enabled"), [(10, [False, True]), (50, [True, True]), (100, [True, False])]
)
def test_brightness_has_two_steps_that_end_at_its_range(
    brightness: int, enabled: list[bool]
) -> None:
    sheet = choice.view_of(opened(state(brightness=brightness), "brightness"), NOW)
    assert sheet.word == f"{brightness} %"
    assert [button.enabled for button in sheet.buttons] == enabled


def test_a_pin_is_taken_away_by_holding() -> None:
    sheet = choice.view_of(opened(state(has_pin=True), "pin"), NOW)
    assert [(button.name, button.hold) for button in sheet.buttons] == [
        ("change-pin", False),
        ("remove-pin", True),
    ]
    assert sheet.buttons[1].text == "Hold to remove"


def test_a_wrong_pin_counts_down_and_says_what_to_do_without_it() -> None:
    missed = replace(state(), lock=Lock(tries=2, next_at=NOW + 3.5))
    assert pin.wrong_pin(missed, NOW).startswith("That is not the PIN. Try again in 4 s. Forgotten")
    assert pin.wrong_pin(missed, NOW + 4).startswith("That is not the PIN. Try again. Forgotten")
    assert not pin.wrong_pin(state(), NOW)


# The panel itself


def test_a_dimmed_panel_is_darkened_and_asleep() -> None:
    shown = panel.view_of(replace(state(), dimmed=True), NOW)
    assert (shown.asleep, shown.shade) == (True, 0.7)
    assert panel.view_of(state(), NOW).shade == 0


def test_brightness_darkens_the_picture_only_without_a_backlight() -> None:
    assert panel.view_of(state(brightness=10), NOW).shade == pytest.approx(0.675)
    assert panel.view_of(state(brightness=10, has_backlight=True), NOW).shade == 0


def test_only_what_went_wrong_is_worth_a_sound() -> None:
    wrong = Notice("start", Problem(Kind.TIMEOUT))
    assert panel.view_of(replace(state(), notice=wrong), NOW).alarm is wrong
    told = Notice("start", text="Some were skipped.")
    assert panel.view_of(replace(state(), notice=told), NOW).alarm is None


def test_the_languages_are_called_by_their_own_names() -> None:
    language.use("pt_BR")
    try:
        assert settings.value_text("lang", "en") == "English"
        assert settings.value_text("lang", "pt_BR") == "Português"
    finally:
        language.use("en")
