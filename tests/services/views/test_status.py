"""The status bar: good only while what is shown is so now."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import State
from kiosk.services.views.status import view_of
from kiosk.services.wire.events import NetworkUpdated
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import NetworkStatus
from tests.services.state.build import after, live, opened, snapshot

ABSENT = Problem(Kind.TRANSPORT, retryable=True)
OFF = NetworkStatus(ssid="DelicasaOnboard", is_active=False)
ON = NetworkStatus(ssid="DelicasaOnboard", is_active=True)


@pytest.mark.parametrize(
    ("state", "tone", "text"),
    [
        ("connecting", "waiting", "Connecting"),
        ("live", "good", "Live"),
        ("stale", "bad", "Not live"),
        ("reconnecting", "bad", "Not live"),
        ("stopped", "bad", "Not live"),
    ],
)
def test_every_state_of_the_stream_has_its_word(state: str, tone: str, text: str) -> None:
    view = view_of(opened(ConnectionChanged(state)), 60.0)
    assert (view.tone, view.text) == (tone, text)
    assert view.icon


def test_a_session_is_called_ended_only_once_it_has_ended() -> None:
    view = view_of(live(a.SessionStopped(None, "stopped", 60.0)), 61.0)
    assert (view.tone, view.text) == ("quiet", "Ended")


@pytest.mark.parametrize(
    ("happened", "text"),
    [
        ([], "Connecting"),
        ([a.ServiceReached((), None, 1.0)], "Service ready"),
        ([a.ServiceReached((), None, 1.0), a.ServiceFailed(ABSENT, 9.0)], "No service"),
        # It is there, as what needs no key shows.
        ([a.ServiceFailed(Problem(Kind.UNAUTHORIZED), 9.0)], "Key needed"),
    ],
)
def test_without_a_session_it_tells_of_the_service(happened: list[a.Action], text: str) -> None:
    assert view_of(after(State(), *happened), 5.0).text == text


def test_the_time_left_counts_down_to_the_servers_deadline_and_stops_at_nothing() -> None:
    state = live(a.ClockAligned(None, 660.0))
    assert view_of(state, 60.0).time == "10:00 left"
    assert view_of(state, 655.5).time == "0:04 left"
    assert view_of(state, 9999.0).time == "0:00 left"


@pytest.mark.parametrize("deadline", [None, 60.0 + 100 * 86_400])
def test_a_deadline_that_is_unknown_or_absurd_is_not_shown(deadline: float | None) -> None:
    view = view_of(live(a.ClockAligned(None, deadline)), 60.0)
    assert (view.time, view.time_icon) == ("", "")


def test_a_session_that_has_ended_tells_of_no_network() -> None:
    state = live(NetworkUpdated(status=ON))
    assert view_of(state, 60.0).network == "DelicasaOnboard"
    view = view_of(after(state, a.SessionStopped(None, "stopped", 60.0)), 61.0)
    assert (view.network, view.network_icon) == ("", "")


def test_a_session_that_has_ended_has_no_time_left() -> None:
    state = live(a.ClockAligned(None, 660.0), a.SessionStopped(None, "stopped", 60.0))
    assert view_of(state, 61.0).time == ""


def test_the_setup_network_is_on_off_or_not_mentioned() -> None:
    on = view_of(live(NetworkUpdated(status=ON)), 60.0)
    off = view_of(live(NetworkUpdated(status=OFF)), 60.0)
    unknown = view_of(live(), 60.0)
    assert (on.network, on.network_icon) == ("DelicasaOnboard", "wifi")
    assert (off.network, off.network_icon) == ("DelicasaOnboard is off", "wifi-off")
    assert (unknown.network, unknown.network_icon) == ("", "")


def test_between_sessions_a_network_that_is_off_is_no_news() -> None:
    assert view_of(after(State(), a.ServiceReached((), OFF, 1.0)), 5.0).network == ""
    assert view_of(after(State(), a.ServiceReached((), ON, 1.0)), 5.0).network == "DelicasaOnboard"


def test_a_paused_session_is_seen_on_every_screen_but_never_instead_of_a_lost_stream() -> None:
    paused = live(snapshot(session={"state": "paused"}))
    assert (view_of(paused, 60.0).text, view_of(paused, 60.0).tone) == ("Paused", "waiting")
    assert view_of(after(paused, ConnectionChanged("stale")), 60.0).text == "Not live"
