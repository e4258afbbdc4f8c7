"""Where the person is, what waits for an answer, what went wrong."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.model import Navigation, Notice, Route, State
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session
from tests.services.state.build import MAC, after, live

FAILED = Notice("stop", Problem(Kind.TIMEOUT))


def test_a_sheet_lies_over_its_screen_and_leaves_it_again() -> None:
    state = live(a.Opened(Route.DEVICE, MAC))
    assert state.navigation == Navigation(Route.DEVICE, Navigation(Route.PROVISION), MAC)
    assert after(state, a.WentBack()).navigation == Navigation(Route.PROVISION)


def test_sheets_do_not_pile_up_over_themselves() -> None:
    state = after(State(), *(a.Opened(Route.TIMEOUTS) for _ in range(3)), a.FieldOpened("ssid"))
    over = Navigation(Route.TIMEOUTS, Navigation(Route.START))
    assert state.navigation == Navigation(Route.EDITOR, over)
    assert after(state, a.WentBack()).navigation == over
    again = after(state, a.Opened(Route.TIMEOUTS))
    assert again.navigation == over


def test_a_name_that_is_typed_leaves_the_list_of_networks() -> None:
    state = after(State(), a.Opened(Route.NETWORKS), a.FieldOpened("ssid"))
    assert state.navigation == Navigation(Route.EDITOR, Navigation(Route.START))


def test_the_end_of_a_session_takes_nobody_away_who_is_elsewhere() -> None:
    elsewhere = updated(live(), navigation=Navigation(Route.TIMEOUTS, Navigation(Route.MENU)))
    state = after(elsewhere, a.SessionStopped(None, "expired", 9.0))
    assert state.navigation is elsewhere.navigation
    assert after(state, a.SessionLeft()).navigation is elsewhere.navigation


def test_a_screen_that_is_no_sheet_cannot_be_left() -> None:
    state = live()
    assert after(state, a.WentBack()) is state


@pytest.mark.parametrize("route", [Route.DEVICE, Route.PROVISION, Route.SUMMARY])
def test_nothing_of_a_session_opens_once_the_session_has_gone(route: Route) -> None:
    state = State()
    assert after(state, a.Opened(route, MAC)) is state


@pytest.mark.parametrize("ending", [a.SessionLeft(), a.SessionStopped(None, "expired", 9.0)])
def test_the_end_of_a_session_closes_the_sheet_of_its_device(ending: a.Action) -> None:
    state = live(a.Opened(Route.DEVICE, MAC), ending)
    assert state.navigation.route in {Route.START, Route.SUMMARY}
    assert state.navigation.parent is None


@pytest.mark.parametrize("ending", [a.SessionLeft(), a.SessionStopped(None, "expired", 9.0)])
def test_the_end_of_a_session_takes_nothing_typed_away(ending: a.Action) -> None:
    state = live(a.Opened(Route.DEVICE, MAC), a.FieldOpened("api_key"), a.Typed("abc"), ending)
    assert state.navigation.route is Route.EDITOR
    assert state.editor.text.get_secret_value() == "abc"
    below = after(state, a.WentBack()).navigation
    assert below.route in {Route.START, Route.SUMMARY}
    assert below.parent is None


def test_a_session_that_opens_late_takes_nothing_typed_away() -> None:
    session = a.SessionOpened(Session(id="s"), 9.0)
    at_home = after(State(), a.FieldOpened("password"), a.Typed("abc"), session)
    assert at_home.editor.text.get_secret_value() == "abc"
    assert after(at_home, a.FieldAccepted()).navigation == Navigation(Route.PROVISION)
    steps = a.Opened(Route.CONFIG), a.Opened(Route.SETTING, "key"), a.FieldOpened("setting")
    elsewhere = after(State(), *steps)
    assert after(elsewhere, session).navigation is elsewhere.navigation


def test_details_open_and_close() -> None:
    state = after(State(), a.DetailsToggled())
    assert state.navigation.details
    assert not after(state, a.DetailsToggled()).navigation.details


def test_details_do_not_follow_to_another_screen() -> None:
    state = live(a.DetailsToggled(), a.Opened(Route.DEVICE, MAC))
    assert not state.navigation.details


def test_a_command_is_busy_until_it_ends() -> None:
    state = after(State(), a.CommandStarted("start"), a.CommandStarted("scan"))
    assert state.busy == {"start", "scan"}
    assert after(state, a.CommandEnded("scan")).busy == {"start"}


def test_a_command_that_ends_twice_changes_nothing_the_second_time() -> None:
    state = after(State(), a.CommandStarted("start"), a.CommandEnded("start"))
    assert after(state, a.CommandEnded("start")) is state


def test_a_command_that_begins_again_takes_its_old_notice_away() -> None:
    state = live(a.CommandEnded("stop", FAILED))
    assert after(state, a.CommandStarted("provision_all")).notice == FAILED
    assert after(state, a.CommandStarted("stop")).notice is None


def test_a_command_that_went_well_leaves_another_ones_notice() -> None:
    state = live(a.CommandEnded("stop", FAILED), a.CommandStarted("provision_all"))
    assert after(state, a.CommandEnded("provision_all")).notice == FAILED


def test_a_notice_goes_with_its_details_when_it_was_read() -> None:
    state = live(a.CommandEnded("stop", FAILED), a.DetailsToggled(), a.NoticeDismissed())
    assert state.notice is None
    assert not state.navigation.details
    assert after(state, a.NoticeDismissed()) is state
