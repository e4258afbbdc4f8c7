"""Which cameras are in sight, and what the service turned out not to offer."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after, live, opened

ABSENT = Problem(Kind.ENDPOINT_ABSENT, http_status=404, surely_not_done=True)


def test_all_cameras_are_in_sight_at_first_and_in_the_next_session_again() -> None:
    state = live(a.DevicesFiltered("problems"))
    assert live().open_batch().shown == "all"
    assert state.open_batch().shown == "problems"
    assert after(state, a.SessionOpened(opened().open_batch().session, 9.0)).open_batch().shown == (
        "all"
    )


def test_a_choice_leaves_the_sheet_on_which_it_was_made_and_no_other() -> None:
    chosen = live(a.Opened(Route.SESSION), a.DevicesFiltered("ready"))
    assert chosen.navigation.route is Route.PROVISION
    elsewhere = live(a.Opened(Route.TIMEOUTS), a.DevicesFiltered("ready"))
    assert elsewhere.navigation.route is Route.TIMEOUTS


def test_without_a_session_there_is_nothing_to_choose_from_and_no_sheet() -> None:
    state = State()
    assert after(state, a.DevicesFiltered("ready"), a.Opened(Route.SESSION)) is state


@pytest.mark.parametrize("command", ["skip:AA:BB:CC:00:00:01", "pause"])
def test_what_the_service_does_not_offer_is_remembered(command: str) -> None:
    state = live(a.CommandEnded(command, Notice(command, ABSENT)))
    assert state.lacking == {command.partition(":")[0]}
    later = after(state, a.NoticeDismissed(), a.SessionLeft())
    assert later.lacking == state.lacking


def test_what_the_service_refuses_is_offered_again() -> None:
    refusal = Problem(Kind.DOMAIN, "DEVICE_INVALID_STATE", http_status=409)
    assert not live(a.CommandEnded("pause", Notice("pause", refusal))).lacking
