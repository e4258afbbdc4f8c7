"""The allowlist on the screen: every state of it, and what each camera is told apart by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.approving import AllowlistFiltered
from kiosk.services.state.known import ReadDone, ReadFailed, Resource
from kiosk.services.state.model import Route, State
from kiosk.services.views import menu
from kiosk.services.views.allowlist import view_of
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after, mac

AWAY = Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True)
ABSENT = Problem(Kind.ENDPOINT_ABSENT)
ENTRIES = (
    AllowlistEntry(mac=mac(2), description="Left", container_id="C-1"),
    AllowlistEntry(mac=mac(1), used=True),
    AllowlistEntry(mac=None, description="no address"),
)


def listed(*entries: AllowlistEntry) -> ReadDone:
    return ReadDone(Resource.ALLOWLIST, entries, 10.0)


def shown(*actions: a.Action) -> State:
    return after(State(), a.Opened(Route.ALLOWLIST), *actions)


def test_each_camera_is_told_apart_by_its_last_bytes_and_says_how_it_is() -> None:
    view = view_of(shown(listed(*ENTRIES)), 12.0)
    assert [(row.mark, row.title, row.detail) for row in view.rows] == [
        ("00:01", mac(1), "Used"),
        ("00:02", mac(2), "Available · Left · C-1"),
    ]
    assert (view.rows[0].intent, view.rows[0].arguments) == ("open", ("approval", mac(1)))
    assert len({row.icon for row in view.rows}) == 2
    assert view.facts == "2 available, 1 used"


@pytest.mark.parametrize(
    ("usage", "macs"),
    [("all", [mac(1), mac(2)]), ("available", [mac(2)]), ("used", [mac(1)])],
)
def test_the_filters_choose_what_is_in_sight_and_say_which(usage: str, macs: list[str]) -> None:
    view = view_of(shown(listed(*ENTRIES), AllowlistFiltered(usage)), 12.0)  # type: ignore[arg-type]
    assert [row.title for row in view.rows] == macs
    assert [button.arguments for button in view.filters if button.selected] == [(usage,)]
    assert all(button.intent == "filter_allowlist" for button in view.filters)


def test_nothing_is_never_shown_as_something_else() -> None:
    assert view_of(shown(), 0.0).empty == "Loading …"
    assert view_of(shown(), 0.0).facts == ""
    assert view_of(shown(listed()), 12.0).empty == "No camera is approved yet."
    assert view_of(shown(listed(*ENTRIES)), 12.0).empty == ""
    unused = shown(listed(ENTRIES[0]), AllowlistFiltered("used"))
    assert view_of(unused, 12.0).empty == "None of them."
    failed = shown(ReadFailed(Resource.ALLOWLIST, AWAY, 15.0))
    assert view_of(failed, 12.0).empty == "Not known."
    absent = shown(ReadFailed(Resource.ALLOWLIST, ABSENT, None))
    assert "does not offer" in view_of(absent, 12.0).empty


def test_what_could_not_be_read_again_is_shown_with_its_age_and_a_countdown() -> None:
    state = shown(listed(*ENTRIES), ReadFailed(Resource.ALLOWLIST, AWAY, 75.0))
    view = view_of(state, 70.5)
    assert len(view.rows) == 2
    assert "60 s ago" in view.banner.text or "1:00 ago" in view.banner.text
    assert view.banner.buttons[-1].text == "Try now (5)"


def test_without_the_right_key_the_key_is_asked_for() -> None:
    state = shown(ReadFailed(Resource.ALLOWLIST, Problem(Kind.UNAUTHORIZED), None))
    assert view_of(state, 0.0).banner.buttons[-1].intent == "edit_api_key"


@pytest.mark.parametrize(
    ("state", "there"),
    [
        (State(), True),
        (replace(State(), off=frozenset({Feature.ALLOWLIST})), False),
        (shown(ReadFailed(Resource.ALLOWLIST, ABSENT, None)), False),
    ],
)
def test_its_tile_is_on_the_menu_where_there_is_an_allowlist(state: State, there: bool) -> None:
    assert ("allowlist" in [row.key for row in menu.view_of(state, 0.0).rows]) is there
