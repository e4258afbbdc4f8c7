"""What came of a session, once it is over."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import State
from kiosk.services.views.summary import view_of
from tests.services.state.build import after, in_states, live, mac, opened, snapshot


def ended(*states: str, outcome: str = "stopped") -> State:
    return live(*in_states(states), a.SessionStopped(None, outcome, 605.0))


def test_when_all_are_ready_there_is_nothing_left_to_show() -> None:
    view = view_of(ended("verified", "verified"), 700.0)
    assert (view.title, view.tone) == ("All cameras are ready", "good")
    assert view.rows == ()
    assert view.leftover == ""
    assert [count.number for count in view.counts] == ["2", "0", "0"]


def test_leftovers_are_named_the_failed_ones_first() -> None:
    view = view_of(ended("verified", "discovered", "failed", "provisioned"), 700.0)
    assert (view.title, view.tone) == ("Session ended", "waiting")
    assert [row.mac for row in view.rows] == [mac(3), mac(2), mac(4)]
    assert view.leftover == "3 cameras are not ready:"
    assert [count.number for count in view.counts] == ["1", "1", "2"]


def test_one_leftover_is_one_camera() -> None:
    assert view_of(ended("failed"), 700.0).leftover == "1 camera is not ready:"


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        ("expired", "The session ran out of time"),
        ("gone", "The session is no longer there"),
        ("failed", "The service ended the session with an error"),
        ("unknown", "Session ended"),
        ("done", "Session ended"),
    ],
)
def test_the_title_says_how_it_ended(outcome: str, title: str) -> None:
    assert view_of(ended("failed", outcome=outcome), 700.0).title == title


def test_a_session_without_cameras_is_not_called_a_success() -> None:
    view = view_of(ended(), 700.0)
    assert view.title == "Session ended"
    assert view.tone == "waiting"


def test_it_tells_the_network_and_the_time_it_took_for_good() -> None:
    state = ended("verified")
    assert view_of(state, 700.0).text == "Network Hall · took 10:05"
    assert view_of(state, 99_999.0).text == "Network Hall · took 10:05"


def test_nobody_stands_in_line_any_more() -> None:
    asked = a.DevicesAsked(600.0, (mac(1), mac(2)))
    happened = in_states(["discovered", "failed", "verifying"])
    state = live(*happened, asked, a.SessionStopped(None, "stopped", 605.0))
    assert [row.word for row in view_of(state, 606.0).rows] == ["Failed", "Waiting", "Checking"]


def test_a_session_that_ended_before_it_was_read_has_no_numbers() -> None:
    view = view_of(opened(a.SessionStopped(None, "gone", 5.0)), 60.0)
    assert {count.number for count in view.counts} == {"–"}
    assert view.tone == "quiet"


def test_what_may_have_become_of_the_cameras_unseen_is_grey_and_has_an_age() -> None:
    lost = (a.Heard(560.0), ConnectionChanged("reconnecting"))
    state = live(*in_states(["discovered"]), *lost, a.SessionStopped(None, "stopped", 605.0))
    view = view_of(state, 620.0)
    assert view.leftover == "Last update 1:00 ago. 1 camera is not ready:"
    assert {view.tone, *(count.tone for count in view.counts)} == {"quiet"}
    assert not view.rows[0].live

    view = view_of(after(state, snapshot({"mac": mac(1), "state": "verified"})), 620.0)
    assert (view.title, view.leftover) == ("All cameras are ready", "")
    assert (view.tone, view.counts[0].tone) == ("good", "good")
