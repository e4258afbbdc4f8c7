"""The store, and what holds for every reducer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.state.reducer import reduce
from kiosk.services.state.store import Store
from kiosk.services.views import provision
from kiosk.services.wire.events import (
    NetworkUpdated,
    ProblemReported,
    SessionEnded,
    SessionUpdated,
    StreamAlive,
    StreamOpened,
    UnknownEvent,
)
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import NetworkStatus, Session
from kiosk.services.wire.wifi import WifiNetwork
from tests.services.state.build import SESSION_ID, event, live, mac, opened, snapshot

PROBLEM = Problem(Kind.TIMEOUT, retryable=True)
SESSION = Session(id=SESSION_ID, state="active")

# One of each kind, and some twice: what a hostile server and a nervous finger may set off.
ACTIONS: list[a.Action] = [
    *(a.Opened(route, mac(1)) for route in Route),
    a.WentBack(),
    a.DetailsToggled(),
    a.TargetKnown("Hall", None),
    a.NetworkChosen("Yard"),
    a.FieldOpened("ssid"),
    a.FieldOpened("api_key"),
    a.Typed("x\x00\ud800"),
    a.Erased(),
    a.TextShown(),
    a.CapitalsToggled(),
    a.KeepToggled(),
    a.PageTurned(),
    a.FieldRefused("ssid", "bad"),
    a.FieldAccepted(),
    a.FormRefused((("password", "bad"),)),
    a.TimeoutStepped("discovery", -15),
    a.KeyChanged(known=True),
    a.KeyKept(kept=True),
    a.ServiceReached((SESSION,), None, 3.0),
    a.ServiceFailed(PROBLEM, None),
    a.ServiceTried(),
    a.ScanLoaded((WifiNetwork(ssid="Hall"),), 5.0),
    a.ScanFailed(PROBLEM, 5.0),
    a.SessionOpened(SESSION, 1.0),
    a.ClockAligned(None, 90.0),
    a.Heard(4.0),
    a.SessionStopped(None, "stopped", 9.0),
    a.SessionLeft(Notice("session", text="gone")),
    a.DevicesAsked(2.0, (mac(1), mac(2))),
    a.DeviceRefused(mac(1), PROBLEM),
    a.CommandStarted("stop"),
    a.CommandEnded("stop", Notice("stop", PROBLEM)),
    a.CommandEnded("stop"),
    a.NoticeDismissed(),
    ConnectionChanged("live"),
    ConnectionChanged("reconnecting", PROBLEM, 8.0),
    snapshot({"mac": mac(1), "state": "failed"}, {"mac": mac(2)}),
    snapshot(),
    StreamOpened(),
    StreamAlive(),
    SessionUpdated(session=SESSION),
    SessionEnded(session=SESSION, outcome="done"),
    NetworkUpdated(status=NetworkStatus(is_active=False)),
    ProblemReported(message="odd"),
    UnknownEvent(raw_type="odd"),
    event(mac(1), "provisioning", at=1),
    event(mac(2), "melting"),
]

# These count or switch something each time; every other one says the same the second time.
SWITCHES = (
    a.DetailsToggled,
    a.TextShown,
    a.CapitalsToggled,
    a.KeepToggled,
    a.PageTurned,
    a.Typed,
    a.Erased,
)
COUNTS = (a.TimeoutStepped, UnknownEvent)


@given(st.lists(st.sampled_from(ACTIONS), max_size=25))
def test_no_order_of_actions_makes_a_reducer_raise(history: list[a.Action]) -> None:
    state = State()
    for action in history:
        state = reduce(state, action)
        assert isinstance(state, State)


@given(st.lists(st.sampled_from(ACTIONS), max_size=15), st.sampled_from(ACTIONS))
def test_the_very_same_state_comes_back_when_nothing_changed(
    history: list[a.Action], last: a.Action
) -> None:
    state = State()
    for action in history:
        state = reduce(state, action)
    if isinstance(last, (*SWITCHES, *COUNTS)):
        return
    once = reduce(state, last)
    twice = reduce(once, last)
    assert twice is once or twice != once


def test_listeners_hear_of_each_change_once() -> None:
    store, heard = Store(), []
    store.subscribe(lambda: heard.append(store.state))
    store.dispatch(a.CommandStarted("start"))
    store.dispatch(a.CommandEnded("start"))
    assert len(heard) == 2
    assert heard[-1] is store.state


def test_nobody_hears_of_what_changed_nothing() -> None:
    store, heard = Store(live(event(mac(1), "provisioning", at=5))), []
    store.subscribe(lambda: heard.append(1))
    store.dispatch(event(mac(1), "provisioning", at=5))
    store.dispatch(event(mac(1), "failed", at=4))
    store.dispatch(event(mac(1), "verified", session_id="another"))
    store.dispatch(StreamAlive())
    store.dispatch(ConnectionChanged("live"))
    store.dispatch(SessionUpdated(session=Session(id=SESSION_ID, target_ssid="Hall")))
    assert heard == []


def test_who_unsubscribed_hears_no_more_even_during_a_change() -> None:
    store, heard = Store(), []

    def once() -> None:
        heard.append(1)
        leave()

    leave = store.subscribe(once)
    store.subscribe(lambda: heard.append(2))
    store.dispatch(a.CommandStarted("start"))
    store.dispatch(a.CommandStarted("scan"))
    assert heard == [1, 2, 2]


def test_a_burst_of_1000_events_is_one_view_with_the_right_end() -> None:
    store = Store(opened(snapshot(), ConnectionChanged("live")))
    ladder = ("discovered", "provisioning", "provisioned", "verifying", "verified")
    for step, state in enumerate(ladder):
        for number in range(200):
            last = "failed" if state == "verified" and number < 20 else state
            store.dispatch(event(mac(number), last, at=step))
    view = provision.view_of(store.state, 60.0)
    assert [count.number for count in view.counts] == ["20", "0", "0", "180"]
    assert [row.tone for row in view.rows] == ["bad"] * 20 + ["good"] * 180
