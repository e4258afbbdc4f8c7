"""The door: how it is, as far as the service tells; it is moved by holding."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.model import Notice, State
from kiosk.services.views import door, menu
from kiosk.services.wire.door import DoorEvent, DoorStatus
from kiosk.services.wire.features import Feature
from tests.services.state.build import after, stamp
from tests.services.views.readings import AWAY, LACKING, NOW, read, unread

STATUS = DoorStatus.model_validate(
    {
        "state": "closed",
        "lock_state": "locked",
        "hardware_available": True,
        "last_command": "auto_close",
        "last_command_time": stamp(-130),
    }
)
CLOSED = read(Resource.DOOR, STATUS)


def is_on_menu(state: State) -> bool:
    return "door" in [row.key for row in menu.view_of(state, NOW).rows]


@pytest.mark.parametrize(
    ("state", "lock", "word", "tone"),
    [
        ("open", "unlocked", "Open", "waiting"),
        ("closed", "locked", "Closed", "good"),
        ("closed", None, "Closed", "good"),
        ("closed", "unlocked", "Not locked", "waiting"),
        (None, "locked", "Locked", "good"),
        (None, "unlocked", "Unlocked", "waiting"),
        ("error", None, "Error", "bad"),
        ("unknown", "unknown", "Unknown", "quiet"),
        ("ajar", None, "Unknown", "quiet"),
        (None, None, "Unknown", "quiet"),
    ],
)
def test_the_word_is_the_leafs_state_else_the_locks_else_unknown(
    state: str | None, lock: str | None, word: str, tone: str
) -> None:
    status = DoorStatus.model_validate({"state": state, "lock_state": lock})
    view = door.view_of(after(State(), read(Resource.DOOR, status)), NOW)
    assert (view.word, view.tone) == (word, tone)


def test_what_is_old_is_not_how_the_door_is() -> None:
    stale = door.view_of(after(State(), CLOSED, *unread(Resource.DOOR)), NOW + 31)
    assert (stale.word, stale.tone) == ("Unknown", "quiet")
    assert "Shown is from 31 s ago." in stale.banner.text
    assert door.view_of(State(), NOW).word == "Unknown"


def test_its_facts_and_its_history_are_told() -> None:
    told = (
        {"command": "open", "result": "success", "timestamp": stamp(-60)},
        {"command": "close", "result": "failed", "timestamp": stamp(-7200)},
        {"command": "polish"},
    )
    events = tuple(map(DoorEvent.model_validate, told))
    view = door.view_of(after(State(), CLOSED, read(Resource.DOOR_HISTORY, events)), NOW)
    assert [(fact.label, fact.value) for fact in view.facts] == [
        ("Lock", "Locked"),
        ("Last command", "Closed by itself"),
        ("When", "2 min ago"),
        ("Lock reached", "yes"),
    ]
    assert [(row.title, row.detail, row.tone, row.intent) for row in view.rows] == [
        ("Opened", "1 min ago", "plain", ""),
        ("Closed", "failed · 2 h ago", "bad", ""),
        ("polish", "–", "quiet", ""),
    ]


def test_it_is_opened_by_holding_a_large_button_and_closed_by_a_tap() -> None:
    close, open_ = door.view_of(after(State(), CLOSED), NOW).buttons
    assert (open_.intent, open_.hold, open_.role) == ("open_door", True, "primary")
    assert (close.intent, close.hold) == ("close_door", False)
    assert open_.machine
    assert close.machine


@pytest.mark.parametrize("command", ["open_door", "close_door"])
def test_while_it_is_asked_for_nothing_else_can_be(command: str) -> None:
    view = door.view_of(after(State(), CLOSED, a.CommandStarted(command)), NOW)
    assert not any(button.enabled for button in view.buttons)
    assert view.text in {"Opening …", "Closing …"}


def test_after_a_failure_it_does_not_open_by_a_mere_tap() -> None:
    failed = a.CommandEnded("open_door", Notice("open_door", AWAY))
    view = door.view_of(after(State(), CLOSED, failed), NOW)
    assert "again" not in [button.name for button in view.banner.buttons]
    assert view.word == "Closed"


def test_a_lock_that_is_not_there_is_not_moved() -> None:
    status = DoorStatus(state="closed", hardware_available=False, dev_mode=True)
    view = door.view_of(after(State(), read(Resource.DOOR, status)), NOW)
    assert not any(button.enabled for button in view.buttons)
    assert "reaches no lock" in view.text
    assert ("Trial mode", "on: nothing moves") in [(f.label, f.value) for f in view.facts]


def test_its_own_error_is_told() -> None:
    status = DoorStatus(state="error", error="relay stuck")
    assert door.view_of(after(State(), read(Resource.DOOR, status)), NOW).text == "relay stuck"


def test_a_machine_without_a_door_has_none_on_the_menu_and_says_so_where_it_is_open() -> None:
    assert is_on_menu(State())
    lacking = after(State(), *unread(Resource.DOOR, problem=LACKING))
    no_hardware = after(State(), read(Resource.DOOR_THERE, False))
    for state in (lacking, no_hardware):
        assert not is_on_menu(state)
        view = door.view_of(state, NOW)
        assert view.word == "No door"
        assert "no door" in view.text
        assert view.buttons == ()
    assert is_on_menu(after(State(), read(Resource.DOOR_THERE, None)))


def test_a_door_that_is_switched_off_is_not_on_the_menu() -> None:
    assert not is_on_menu(State(off=frozenset({Feature.DOOR})))
