"""The settings of the service: no secret is shown, what cannot be changed cannot be tapped."""

from __future__ import annotations

from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views import config, menu, setting
from kiosk.services.views.rows import SheetView
from kiosk.services.wire.config import MASK, sections
from tests.services.state.build import after
from tests.services.views.readings import LACKING, NO_KEY, NOW, read, sheet, unread
from tests.support.canary import PASSWORD, leaks

TOLD = [
    {
        "name": "general",
        "items": [
            {
                "key": "level",
                "type": "select",
                "value": "info",
                "default_value": "warn",
                "description": "What is logged",
                "validation": {"options": ["info", "warn"]},
            },
            {"key": "model", "value": "Pi 5", "editable": False},
            {"key": "flash", "type": "boolean", "value": "false", "default_value": "false"},
        ],
    },
    {
        "name": "links",
        "items": [
            {
                "key": "every",
                "type": "number",
                "value": "60",
                "default_value": "60",
                "validation": {"min": 5, "max": 90},
            },
            {"key": "token", "type": "secret", "value": PASSWORD},
            {"key": "note", "value": ""},
        ],
    },
    {"name": "nothing", "items": None},
]
READ = read(Resource.CONFIG, sections({"sections": TOLD}))


def sheet_of(key: str, *happened: a.Action, told: Any = READ) -> SheetView:
    state = after(State(), a.Opened(Route.CONFIG), sheet(Route.SETTING, key), told, *happened)
    return setting.view_of(state, NOW)


def test_every_setting_shows_its_value_and_section() -> None:
    rows = config.view_of(after(State(), READ), NOW).rows
    assert [(row.title, row.detail, row.more) for row in rows] == [
        ("level", "info", "general"),
        ("model", "Pi 5", "general"),
        ("flash", "Off", "general"),
        ("every", "60", "links"),
        ("token", MASK, "links"),
        ("note", "–", "links"),
    ]
    assert leaks(repr(rows)) == []


def test_what_cannot_be_changed_cannot_be_tapped() -> None:
    rows = {row.key: row for row in config.view_of(after(State(), READ), NOW).rows}
    assert rows["level"].arguments == ("setting", "level")
    assert (rows["model"].intent, rows["model"].icon) == ("", "lock-outline")
    assert sheet_of("model").buttons == ()


def test_loading_empty_failed_and_absent_are_told_apart() -> None:
    assert config.view_of(State(), NOW).empty == "Loading …"
    empty = after(State(), read(Resource.CONFIG, ()))
    assert config.view_of(empty, NOW).empty == "The service has no settings."
    failed = config.view_of(after(State(), *unread(Resource.CONFIG)), NOW)
    assert (failed.empty, failed.banner.buttons[-1].name) == ("Not known.", "refresh")
    absent = after(State(), *unread(Resource.CONFIG, problem=LACKING))
    assert config.view_of(absent, NOW).empty == "This PiOrchestrator does not offer that."
    assert "config" not in [row.key for row in menu.view_of(absent, NOW).rows]


def test_a_choice_is_made_by_a_tap_and_the_present_one_is_marked() -> None:
    view = sheet_of("level")
    info, warn = view.rows
    assert (info.title, info.selected, info.intent) == ("info", True, "")
    assert (warn.intent, warn.arguments) == ("set_config", ("level", "warn"))
    assert view.text == "What is logged"
    assert [(fact.label, fact.value) for fact in view.facts] == [
        ("Value", "info"),
        ("Default", "warn"),
    ]
    assert [button.name for button in view.buttons] == ["reset"]
    assert view.buttons[0].hold


def test_a_switch_is_on_or_off() -> None:
    view = sheet_of("flash")
    assert [(row.title, row.arguments, row.selected) for row in view.rows] == [
        ("On", ("flash", "true"), False),
        ("Off", ("flash", "false"), True),
    ]
    # It is its default already.
    assert view.buttons == ()


def test_a_number_is_typed_within_its_limits() -> None:
    view = sheet_of("every")
    assert view.rows == ()
    assert [(button.intent, button.arguments) for button in view.buttons] == [
        ("edit_setting", ("every",))
    ]
    assert ("Limits", "5–90") in [(fact.label, fact.value) for fact in view.facts]


def test_a_secret_is_typed_anew_or_reset_and_never_shown() -> None:
    view = sheet_of("token")
    assert [button.name for button in view.buttons] == ["change", "reset"]
    assert view.facts[0].value == MASK
    assert leaks(repr(view)) == []


def test_while_it_is_saved_nothing_else_can_be_chosen() -> None:
    for command in ("set_config:level", "reset_config:level"):
        view = sheet_of("level", a.CommandStarted(command))
        assert view.word == "Saving …"
        assert {row.intent for row in view.rows} == {""}
        assert not any(button.enabled for button in view.buttons)


def test_a_change_without_the_key_asks_for_it() -> None:
    notice = Notice("set_config:level", NO_KEY, arguments=("warn",))
    view = sheet_of("level", a.CommandEnded("set_config:level", notice))
    assert "edit_api_key" in [button.intent for button in view.banner.buttons]


def test_a_setting_that_is_gone_says_so() -> None:
    view = sheet_of("gone")
    assert view.text == "The service does not have this setting any more."
    assert view.buttons == ()
