"""The list of networks to pick the target from."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.model import State
from kiosk.services.views.networks import view_of
from kiosk.services.views.parts import NO_BANNER
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.wifi import WifiNetwork
from tests.services.state.build import after

BUSY = Problem(Kind.DOMAIN, "RATE_LIMITED", http_status=429, retryable=True)
LOADED = a.ScanLoaded((WifiNetwork(ssid="Hall", signal=-45, security="WPA2"),), 20.0)
SCANNING = a.CommandStarted("scan")


def test_a_network_shows_its_strength_and_how_it_is_secured() -> None:
    state = after(State(), a.TargetKnown("Hall", None), LOADED)
    [row] = view_of(state, 30.0).rows
    assert (row.ssid, row.detail, row.chosen, row.usable) == ("Hall", "WPA2 · -45 dBm", True, True)


@pytest.mark.parametrize(
    ("signal", "icon"),
    [
        (-50, "wifi-strength-4"),
        (-51, "wifi-strength-3"),
        (-61, "wifi-strength-2"),
        (-90, "wifi-strength-1"),
        (None, "wifi-strength-off-outline"),
    ],
)
def test_bars_stand_for_the_signal(signal: int | None, icon: str) -> None:
    state = after(State(), a.ScanLoaded((WifiNetwork(ssid="Hall", signal=signal),), 0.0))
    assert view_of(state, 30.0).rows[0].icon == icon


def test_what_is_not_known_of_a_network_is_not_claimed() -> None:
    [row] = view_of(after(State(), a.ScanLoaded((WifiNetwork(ssid="Hall"),), 0.0)), 30.0).rows
    assert row.detail == "security unknown · –"
    assert row.usable


def test_an_open_network_cannot_be_used_and_says_so() -> None:
    networks = (WifiNetwork(ssid="Guests", security="open"),)
    [row] = view_of(after(State(), a.ScanLoaded(networks, 0.0)), 30.0).rows
    assert not row.usable
    assert "cannot be used" in row.detail


def test_a_new_scan_waits_for_the_last_one_and_counts_down() -> None:
    running = view_of(after(State(), SCANNING), 10.0)
    assert (running.rescan, running.can_rescan) == ("Scanning …", False)
    waiting = view_of(after(State(), LOADED), 12.5)
    assert (waiting.rescan, waiting.can_rescan) == ("Scan (8)", False)
    free = view_of(after(State(), LOADED), 20.0)
    assert (free.rescan, free.can_rescan) == ("Scan", True)


def test_an_error_never_looks_like_an_empty_list() -> None:
    failed = view_of(after(State(), a.ScanFailed(BUSY, 40.0)), 10.0)
    assert "Too many requests" in failed.banner.text
    assert "Type the name" in failed.empty
    empty = view_of(after(State(), a.ScanLoaded((), 20.0)), 10.0)
    assert empty.banner == NO_BANNER
    assert "No network in reach" in empty.empty


def test_until_the_first_list_comes_it_says_that_it_looks() -> None:
    assert "Looking" in view_of(after(State(), SCANNING), 0.0).empty


def test_a_scan_that_broke_is_not_told_as_one_that_goes_on() -> None:
    broken = view_of(after(State(), SCANNING, a.CommandEnded("scan")), 0.0)
    assert "Type the name" in broken.empty
    assert (broken.rescan, broken.can_rescan) == ("Scan", True)


def test_the_last_good_list_stays_under_an_error() -> None:
    failed = after(State(), LOADED, a.ScanFailed(BUSY, 40.0))
    view = view_of(failed, 30.0)
    assert len(view.rows) == 1
    assert view.empty == ""
    assert view.banner.text
    again = view_of(after(failed, SCANNING), 40.0)
    assert len(again.rows) == 1
    assert again.banner == NO_BANNER
