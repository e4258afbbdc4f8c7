"""What a setting of the service may hold, as far as the kiosk can tell."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services.state.known import ReadDone, Resource
from kiosk.services.state.model import State
from kiosk.services.state.setting import choices_of, item_of, range_of, takes_digits, wrong_with
from kiosk.services.wire.config import MASK, ConfigItem, sections
from tests.services.state.build import after


def item(**told: Any) -> ConfigItem:
    return ConfigItem.model_validate({"key": "k", **told})


def number(**limits: float) -> ConfigItem:
    return item(type="number", value="60", validation=limits)


def test_a_setting_is_found_in_whatever_section() -> None:
    told = [{"name": "a", "items": [{"key": "x"}]}, {"name": "b", "items": [{"key": "y"}]}]
    state = after(State(), ReadDone(Resource.CONFIG, sections(told), 1.0))
    found = item_of(state, "y")
    assert found is not None
    assert found.key == "y"
    assert item_of(state, "z") is None
    assert item_of(State(), "y") is None


def test_choices_are_the_options_or_a_switchs_two() -> None:
    assert choices_of(item(type="select", validation={"options": ["a", "b"]})) == ("a", "b")
    assert choices_of(item(type="boolean")) == ("true", "false")
    assert choices_of(item(type="string")) == ()


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (number(min=5, max=3600), "5–3600"),
        (number(min=5), "≥ 5"),
        (number(max=0.5), "≤ 0.5"),
        (number(), ""),
        (item(validation={"min": 1, "max": 2}), ""),
    ],
)
def test_limits_are_told_for_numbers(setting: ConfigItem, text: str) -> None:
    assert range_of(setting) == text


@pytest.mark.parametrize(
    ("setting", "digits"),
    [
        (number(min=0), True),
        (number(), True),
        (number(min=-5), False),
        (item(type="number", value="0.5"), False),
        (item(type="number", value="-1"), False),
        (item(type="string", value="60"), False),
    ],
)
def test_digits_are_enough_for_numbers_without_sign_and_fraction(
    setting: ConfigItem, *, digits: bool
) -> None:
    assert takes_digits(setting) is digits


@pytest.mark.parametrize(
    ("setting", "text", "wrong"),
    [
        (number(min=5, max=90), "5", ""),
        (number(min=5, max=90), "90", ""),
        (number(min=5, max=90), "4", "The number is outside of its limits."),
        (number(min=5, max=90), "91", "The number is outside of its limits."),
        (number(), "six", "This setting takes a number."),
        (number(), "nan", "This setting takes a number."),
        (number(), "1e999", "This setting takes a number."),
        (item(required=True), "", "This setting needs a value."),
        (item(required=False), "", ""),
        (item(), "", ""),
        (item(), MASK, ""),
        (item(type="secret", value="x"), MASK, "That hides a value; it is none."),
        (item(type="secret", value="x"), f" {MASK} ", "That hides a value; it is none."),
        (item(type="secret", value="x"), "new", ""),
    ],
)
def test_what_cannot_be_right_is_told_at_the_field(
    setting: ConfigItem, text: str, wrong: str
) -> None:
    assert wrong_with(setting, text) == wrong
