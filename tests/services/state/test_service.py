"""PiOrchestrator as the start screen sees it, and the Wi-Fi scan."""

from __future__ import annotations

from kiosk.services.state import actions as a
from kiosk.services.state.model import State
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import NetworkStatus, Session
from kiosk.services.wire.wifi import WifiNetwork
from tests.services.state.build import after, stamp

ABSENT = Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True)
SETUP = NetworkStatus(ssid="DelicasaOnboard", is_active=True)
UNFINISHED = Session(id="s", created_at=stamp(5))
REACHED = a.ServiceReached((UNFINISHED,), SETUP, 7.0)


def test_an_answer_makes_the_service_ready_and_ends_the_complaint() -> None:
    state = after(
        State(), a.ServiceFailed(ABSENT, 9.0), a.ServiceReached((UNFINISHED,), SETUP, 7.0)
    )
    service = state.service
    assert (service.presence, service.problem, service.retry_at) == ("ready", None, None)
    assert (service.recoverable, service.network, service.updated_at) == ((UNFINISHED,), SETUP, 7.0)


def test_a_failure_keeps_what_was_known_but_not_as_ready() -> None:
    state = after(
        State(), a.ServiceReached((UNFINISHED,), SETUP, 7.0), a.ServiceFailed(ABSENT, 9.0)
    )
    assert state.service.presence == "absent"
    assert state.service.problem == ABSENT
    assert state.service.recoverable == (UNFINISHED,)


def test_while_it_is_asked_again_the_reason_stays_and_the_countdown_goes() -> None:
    state = after(State(), a.ServiceFailed(ABSENT, 9.0), a.ServiceTried())
    assert state.service.problem == ABSENT
    assert state.service.retry_at is None


def test_the_newest_unfinished_session_comes_first() -> None:
    old, new = Session(id="old", created_at=stamp(0)), Session(id="new", created_at=stamp(60))
    undated = Session(id="undated")
    state = after(State(), a.ServiceReached((undated, old, new), None, 0.0))
    assert [session.id for session in state.service.recoverable] == ["new", "old", "undated"]


def test_a_scan_shows_each_network_once_the_strongest_first_and_no_hidden_one() -> None:
    networks = (
        WifiNetwork(ssid="Yard", signal=-70),
        WifiNetwork(ssid="Hall", signal=-60, bssid="far"),
        WifiNetwork(ssid="", signal=-20),
        WifiNetwork(ssid=None, signal=-20),
        WifiNetwork(ssid="Hall", signal=-40, bssid="near"),
        WifiNetwork(ssid="Attic"),
    )
    state = after(State(), a.ScanLoaded(networks, 10.0))
    shown = state.scan.networks or ()
    assert [n.ssid for n in shown] == ["Hall", "Yard", "Attic"]
    assert shown[0].bssid == "near"


def test_the_old_list_stays_in_sight_when_a_new_one_does_not_come() -> None:
    loaded = after(State(), a.ScanLoaded((WifiNetwork(ssid="Hall"),), 10.0))
    failed = after(loaded, a.ScanFailed(ABSENT, 30.0))
    assert failed.scan.networks == loaded.scan.networks
    assert (failed.scan.problem, failed.scan.next_at) == (ABSENT, 30.0)


def test_a_new_list_takes_the_old_complaint_away() -> None:
    state = after(State(), a.ScanFailed(ABSENT, 30.0), a.ScanLoaded((), 50.0))
    assert state.scan.problem is None
