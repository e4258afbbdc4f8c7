"""The list of sessions: the open one, those that can be continued, those that are over."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.known import ReadDone, ReadFailed, Resource
from kiosk.services.state.model import State
from kiosk.services.views.sessions import view_of
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session
from tests.services.state.build import T0, after, in_states, live, stamp

LOST = Problem(Kind.TRANSPORT, retryable=True)
# Our clock was at zero when the service's stood at T0.
EPOCH = T0.timestamp()
TWO_HOURS = 7200.0


def session(session_id: str, **fields: Any) -> Session:
    return Session(**{"id": session_id, "target_ssid": "Hall", "created_at": stamp(0.0), **fields})


def reached(*sessions: Session) -> a.ServiceReached:
    return a.ServiceReached(sessions, None, 50.0, EPOCH)


def history(*sessions: Session) -> ReadDone:
    return ReadDone(Resource.HISTORY, sessions, 50.0, EPOCH)


UNFINISHED = session("s1", state="active", device_count=14, verified_count=12, failed_count=1)
OVER = session("s2", state="closed", device_count=3, verified_count=3, failed_count=0)


def test_a_row_tells_the_network_the_age_the_date_and_how_far_it_came() -> None:
    [row] = view_of(after(State(), reached(UNFINISHED)), TWO_HOURS).rows
    assert (row.title, row.detail) == ("Hall", "Not finished · 12/14 ready, 1 failed")
    assert row.more == f"2 h ago · {T0.astimezone():%Y-%m-%d}"
    assert (row.intent, row.arguments) == ("open", ("past", "s1"))


def test_a_session_that_is_over_tells_how_it_ended() -> None:
    [row] = view_of(after(State(), reached(), history(OVER)), TWO_HOURS).rows
    assert (row.detail, row.icon) == ("Ended · 3/3 ready", "check-circle")
    failed = session("s3", state="failed")
    [row] = view_of(after(State(), reached(), history(failed)), TWO_HOURS).rows
    assert (row.detail, row.icon) == ("Failed · –/– ready", "close-octagon")


def test_what_nobody_told_is_a_dash() -> None:
    [row] = view_of(after(State(), reached(Session(id="s1"))), TWO_HOURS).rows
    assert (row.title, row.more) == ("Unknown network", "– · –")
    assert row.detail == "Not finished · –/– ready"


def test_the_open_session_is_on_top_and_nowhere_else() -> None:
    mine = session("sess_1", state="active")
    state = live(*in_states(["verified", "discovered"]), reached(mine, UNFINISHED), history(mine))
    rows = view_of(state, TWO_HOURS).rows
    assert [row.key for row in rows] == ["open", "s1"]
    assert (rows[0].detail, rows[0].arguments) == ("1/2 ready", ("provision",))


def test_a_session_of_both_lists_is_shown_once() -> None:
    state = after(State(), reached(UNFINISHED), history(UNFINISHED, OVER))
    assert [row.key for row in view_of(state, TWO_HOURS).rows] == ["s1", "s2"]


def test_that_there_is_nothing_to_continue_is_said_with_a_history_and_without() -> None:
    empty = view_of(after(State(), reached(), history()), 60.0)
    assert empty.facts == ""
    assert empty.empty == "Nothing to continue. Start a session on the first screen."
    over = view_of(after(State(), reached(), history(OVER)), 60.0)
    assert (over.facts, over.empty) == ("Nothing to continue.", "")
    waits = view_of(after(State(), reached(UNFINISHED)), 60.0)
    assert waits.facts == "1 can be continued."


def test_before_the_first_answer_nothing_is_claimed() -> None:
    view = view_of(State(), 60.0)
    assert (view.facts, view.empty) == ("", "Loading …")


def test_a_service_that_does_not_answer_never_looks_like_an_empty_list() -> None:
    view = view_of(after(State(), a.ServiceFailed(LOST, 64.5)), 60.0)
    assert view.empty == "Not known."
    assert view.banner.buttons[-1].text == "Try now (5)"
    kept = view_of(after(State(), reached(UNFINISHED), a.ServiceFailed(LOST, None)), 90.0)
    assert [row.key for row in kept.rows] == ["s1"]
    assert "40 s ago" in kept.banner.text


@pytest.mark.parametrize(
    ("problem", "told"), [(Problem(Kind.ENDPOINT_ABSENT), False), (LOST, True)]
)
def test_a_history_that_is_absent_is_just_not_there(problem: Problem, *, told: bool) -> None:
    state = after(State(), reached(UNFINISHED), ReadFailed(Resource.HISTORY, problem, None))
    view = view_of(state, 60.0)
    assert bool(view.banner.text) is told
    assert [row.key for row in view.rows] == ["s1"]
