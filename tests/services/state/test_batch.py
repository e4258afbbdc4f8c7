"""The open session: its stream, its times, its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.state import actions as a
from kiosk.services.state.batch import merge_session
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Connection, Navigation, Notice, Route, State
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.events import (
    NetworkUpdated,
    SessionEnded,
    SessionUpdated,
    StreamAlive,
    TimeoutWarning,
    UnknownEvent,
)
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import NetworkStatus, Session
from tests.services.state.build import (
    SESSION_ID,
    after,
    batch_of,
    live,
    moment,
    opened,
    snapshot,
    stamp,
)

LOST = Problem(Kind.TRANSPORT, retryable=True)

sessions = st.builds(
    Session,
    id=st.just(SESSION_ID),
    state=st.none() | st.sampled_from(["active", "closing"]),
    target_ssid=st.none() | st.sampled_from(["Hall", "Yard"]),
    device_count=st.none() | st.integers(0, 9),
)


def test_opening_a_session_shows_it_and_takes_old_news_away() -> None:
    before = after(
        State(), a.CommandEnded("start", Notice("start", LOST)), a.Opened(Route.TIMEOUTS)
    )
    state = after(before, a.SessionOpened(Session(id=SESSION_ID), 5.0))
    assert state.navigation == Navigation(Route.PROVISION)
    assert state.notice is None
    assert batch_of(state).connection == Connection("connecting")
    assert not batch_of(state).loaded


def test_opening_another_session_forgets_the_devices_of_the_last() -> None:
    state = opened(snapshot({"mac": "AA:BB:CC:00:00:01"}))
    assert batch_of(after(state, a.SessionOpened(Session(id="next"), 9.0))).devices == {}


def test_the_target_is_kept_for_the_next_session() -> None:
    known = after(State(), a.TargetKnown("Hall", None), a.FormRefused((("password", "too short"),)))
    state = after(known, a.SessionOpened(Session(id=SESSION_ID), 0.0))
    assert state.form.ssid == "Hall"
    assert state.form.errors == {}


def test_a_snapshot_of_another_session_is_ignored() -> None:
    state = opened()
    assert after(state, snapshot(session={"id": "another"})) is state


def test_a_snapshot_says_when_it_was_taken_and_that_there_is_something_to_show() -> None:
    state = opened(snapshot(at=77.0))
    assert batch_of(state).loaded
    assert batch_of(state).updated_at == 77.0


def test_a_snapshot_without_a_network_keeps_the_network() -> None:
    setup = NetworkStatus(ssid="DelicasaOnboard", is_active=True)
    state = opened(snapshot(network_status=setup), snapshot())
    assert batch_of(state).network == setup


def test_what_an_update_does_not_say_of_the_session_is_kept() -> None:
    state = opened(session={"target_ssid": "Hall", "device_count": 4})
    state = after(state, SessionUpdated(session=Session(id=SESSION_ID, state="active")))
    session = batch_of(state).session
    assert (session.target_ssid, session.device_count, session.state) == ("Hall", 4, "active")


@given(sessions, sessions)
def test_merging_a_session_keeps_its_id_and_forgets_nothing(old: Session, new: Session) -> None:
    merged = merge_session(old, new)
    for name in Session.model_fields:
        said = getattr(new, name)
        assert getattr(merged, name) == (getattr(old, name) if said is None else said)


@given(sessions, sessions)
def test_merging_the_same_twice_is_merging_it_once(old: Session, new: Session) -> None:
    once = merge_session(old, new)
    assert merge_session(once, new) == once


def test_an_update_of_another_session_is_ignored() -> None:
    state = opened()
    other = SessionUpdated(session=Session(id="another", state="closed"), session_id="another")
    assert after(state, other) is state


def test_an_update_that_says_nothing_new_changes_nothing() -> None:
    state = opened(session={"state": "active"})
    update = SessionUpdated(session=Session(id=SESSION_ID, state="active"), session_id=SESSION_ID)
    assert after(state, update) is state


def test_a_warning_of_the_end_brings_the_end_with_it() -> None:
    warning = TimeoutWarning(session=Session(id=SESSION_ID, expires_at=stamp(60)))
    assert batch_of(opened(warning)).session.expires_at == moment(60)


def test_the_end_of_another_session_is_not_the_end_of_this_one() -> None:
    state = opened()
    over = SessionEnded(session=Session(id="another"), outcome="done", session_id="another")
    assert after(state, over) is state


def test_the_first_word_on_how_a_session_ended_counts() -> None:
    session = Session(id=SESSION_ID, state="closed")
    state = opened(SessionEnded(session=session, outcome="done"))
    state = after(state, SessionEnded(session=session, outcome="unknown"))
    assert batch_of(state).outcome == "done"


def test_part_of_a_network_status_keeps_the_rest() -> None:
    setup = NetworkStatus(ssid="DelicasaOnboard", is_active=True, connected_devices=2)
    state = opened(NetworkUpdated(status=setup))
    state = after(state, NetworkUpdated(status=NetworkStatus(connected_devices=3)))
    assert batch_of(state).network == setup.model_copy(update={"connected_devices": 3})


def test_unknown_events_are_counted() -> None:
    state = opened(*[UnknownEvent(raw_type="firmware.updated")] * 3)
    assert batch_of(state).unknown_events == 3


def test_a_sign_of_life_changes_nothing_that_is_shown() -> None:
    state = live()
    assert after(state, StreamAlive()) is state


def test_the_connection_is_shown_as_it_was_told() -> None:
    state = live(ConnectionChanged("reconnecting", LOST, 30.0))
    assert batch_of(state).connection == Connection("reconnecting", LOST, 30.0)
    assert batch_of(after(state, ConnectionChanged("live"))).connection == Connection("live")


def test_the_age_of_what_is_shown_is_that_of_the_last_word() -> None:
    assert batch_of(live(a.Heard(99.0))).updated_at == 99.0


def test_the_servers_times_replace_our_guess_but_absence_does_not() -> None:
    state = opened(a.ClockAligned(-20.0, 600.0), at=5.0)
    assert (batch_of(state).started_at, batch_of(state).deadline) == (-20.0, 600.0)
    state = after(state, a.ClockAligned(None, None))
    assert (batch_of(state).started_at, batch_of(state).deadline) == (-20.0, None)


def test_stopping_shows_the_summary_once() -> None:
    state = live(a.SessionStopped(Session(id=SESSION_ID, state="closed"), "stopped", 70.0))
    batch = batch_of(state)
    assert state.navigation == Navigation(Route.SUMMARY)
    assert (batch.outcome, batch.ended_at, batch.session.state) == ("stopped", 70.0, "closed")
    assert batch.session.target_ssid == "Hall"
    assert after(state, a.SessionStopped(None, "expired", 80.0)) is state


def test_leaving_a_session_forgets_it_and_asks_anew() -> None:
    notice = Notice("session", text="gone")
    state = live(a.CommandStarted("stop"), a.SessionLeft(notice))
    assert state.batch is None
    assert state.notice == notice
    assert state.busy == frozenset()
    assert state.service.presence == "connecting"
    assert state.navigation == Navigation(Route.START)


def test_what_is_not_the_sessions_is_still_under_way_when_it_is_left() -> None:
    under_way = map(a.CommandStarted, ("retry:AA:BB:CC:00:00:01", "open_door", "provision_all"))
    assert live(*under_way, a.SessionLeft()).busy == {"open_door"}


@pytest.mark.parametrize(
    "action",
    [
        snapshot(),
        ConnectionChanged("live"),
        SessionUpdated(session=Session(id=SESSION_ID)),
        SessionEnded(session=Session(id=SESSION_ID)),
        TimeoutWarning(session=Session(id=SESSION_ID)),
        NetworkUpdated(status=NetworkStatus(ssid="x")),
        UnknownEvent(raw_type="x"),
        a.Heard(1.0),
        a.ClockAligned(1.0, 2.0),
        a.SessionStopped(None, "stopped", 1.0),
        a.DevicesAsked(1.0, ("x",)),
        a.DeviceRefused("x", LOST),
    ],
    ids=lambda action: type(action).__name__,
)
def test_what_comes_after_a_session_has_gone_changes_nothing(action: a.Action) -> None:
    state = State()
    assert reduce(state, action) is state


def test_why_it_is_not_live_stays_told_while_the_next_try_is_under_way() -> None:
    problem = Problem(Kind.TRANSPORT, retryable=True)
    trying = after(
        live(), ConnectionChanged("reconnecting", problem, 9.0), ConnectionChanged("connecting")
    )
    assert trying.batch is not None
    assert trying.batch.connection == Connection("connecting", problem)
    there = after(trying, ConnectionChanged("live"))
    assert there.batch is not None
    assert there.batch.connection == Connection("live")
