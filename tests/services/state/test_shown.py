"""Which cameras are in sight, and what the service turned out not to offer."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after, live, opened

ABSENT = Problem(Kind.ENDPOINT_ABSENT, http_status=404, surely_not_done=True, is_page=True)


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


@pytest.mark.parametrize(
    "refusal",
    [
        Problem(Kind.DOMAIN, "DEVICE_INVALID_STATE", http_status=409),
        Problem(Kind.ENDPOINT_ABSENT, "SERVICE_UNAVAILABLE", http_status=503),
        Problem(Kind.ENDPOINT_ABSENT, "NOT_FOUND", http_status=404),
    ],
)
def test_what_may_work_another_time_or_with_another_camera_is_offered_again(
    refusal: Problem,
) -> None:
    assert not live(a.CommandEnded("pause", Notice("pause", refusal))).lacking


def test_what_works_after_all_is_offered_again() -> None:
    state = live(a.CommandEnded("pause", Notice("pause", ABSENT)))
    assert not after(state, a.CommandStarted("pause"), a.CommandEnded("pause")).lacking


def test_a_service_that_comes_back_may_offer_more() -> None:
    state = after(State(), a.CommandEnded("discard:s", Notice("discard:s", ABSENT)))
    back = a.ServiceReached((), None, 7.0)
    assert after(state, back).lacking == {"discard"}
    away = a.ServiceFailed(Problem(Kind.TRANSPORT, retryable=True), 9.0)
    assert not after(state, away, back).lacking
