"""The Pi's own Wi-Fi: the list, and the sheet of one network."""

from __future__ import annotations

from pydantic import SecretStr

from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.machine import Asked, Joining, JoiningTyped
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views import wifi, wifi_join
from kiosk.services.views.rows import SheetView
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.wifi import WifiNetwork, WifiStatus
from tests.services.state.build import after
from tests.services.views.readings import AWAY, LACKING, NOW, read, sheet, unread
from tests.support.canary import PASSWORD, leaks

HERE = WifiStatus(
    connected=True, ssid="Hall", ip="10.0.0.7", signal=-48, ap_active=True, ap_ssid="Onboard"
)
LINK = read(Resource.WIFI, HERE)
SCAN = a.ScanLoaded(
    (
        WifiNetwork(ssid="Hall", signal=-48, security="WPA2"),
        WifiNetwork(ssid="Guests", signal=-65, security="open"),
        WifiNetwork(ssid="Odd"),
    ),
    NOW + 7.5,
)


def facts_of(view: SheetView) -> dict[str, str]:
    return {fact.label: fact.value for fact in view.facts}


def sheet_of(ssid: str, *happened: a.Action) -> SheetView:
    state = after(State(), a.Opened(Route.WIFI), sheet(Route.WIFI_JOIN, ssid), *happened)
    return wifi_join.view_of(state, NOW)


def test_the_network_of_the_pi_stands_first_and_only_once() -> None:
    view = wifi.view_of(after(State(), LINK, SCAN), NOW)
    assert [row.title for row in view.rows] == ["Hall", "Guests", "Odd"]
    link = view.rows[0]
    assert (link.detail, link.tone, link.selected) == ("Connected · excellent", "good", True)
    assert view.facts == "Address 10.0.0.7\nAccess point: Onboard"


def test_each_network_leads_to_its_sheet() -> None:
    guests, odd = wifi.view_of(after(State(), LINK, SCAN), NOW).rows[1:]
    assert (guests.intent, guests.arguments) == ("open", ("wifi_join", "Guests"))
    assert guests.detail == "open · fair"
    assert odd.detail == "security unknown · –"


def test_a_pi_that_is_not_connected_says_so_and_leads_nowhere() -> None:
    lost = read(Resource.WIFI, WifiStatus(connected=False, ap_active=False))
    view = wifi.view_of(after(State(), lost), NOW)
    [row] = view.rows
    assert (row.title, row.tone, row.intent) == ("Not connected", "bad", "")
    assert view.facts == "Address –\nAccess point: off"


def test_what_the_service_does_not_tell_is_a_dash_and_not_a_no() -> None:
    [row] = wifi.view_of(after(State(), read(Resource.WIFI, WifiStatus())), NOW).rows
    assert (row.title, row.tone) == ("–", "quiet")


def test_the_next_scan_is_counted_down_to() -> None:
    scan, by_name = wifi.view_of(after(State(), LINK, SCAN), NOW).buttons
    assert (scan.text, scan.enabled) == ("Scan (8)", False)
    assert (by_name.intent, by_name.enabled) == ("edit_wifi_name", True)
    assert wifi.view_of(after(State(), LINK, SCAN), NOW + 8).buttons[0].enabled
    assert not wifi.view_of(after(State(), a.CommandStarted("scan")), NOW).buttons[0].enabled


def test_a_failed_scan_says_why() -> None:
    busy = Problem(Kind.DOMAIN, "RATE_LIMITED", http_status=429, retryable=True)
    view = wifi.view_of(after(State(), LINK, a.ScanFailed(busy, NOW + 9)), NOW)
    assert "Too many requests" in view.facts


def test_loading_failed_and_absent_are_told_apart() -> None:
    assert wifi.view_of(State(), NOW).empty == "Loading …"
    failed = wifi.view_of(after(State(), *unread(Resource.WIFI)), NOW)
    assert failed.empty == "Not known."
    assert failed.banner.buttons[-1].text == "Try now (5)"
    absent = wifi.view_of(after(State(), *unread(Resource.WIFI, problem=LACKING)), NOW)
    assert absent.empty == "This PiOrchestrator does not offer that."
    assert absent.buttons == ()
    assert absent.banner.text == ""


def test_old_news_of_the_link_are_shown_with_their_age() -> None:
    view = wifi.view_of(after(State(), LINK, *unread(Resource.WIFI)), NOW + 12)
    assert "Shown is from 12 s ago." in view.banner.text
    assert view.rows[0].title == "Hall"


def test_a_network_is_joined_by_holding_and_is_said_why() -> None:
    view = sheet_of("Guests", LINK, SCAN)
    password, join = view.buttons
    assert (join.intent, join.arguments, join.hold) == ("join_wifi", ("Guests",), True)
    assert password.intent == "edit_wifi_password"
    assert "out of reach" in view.text
    assert "no proof" in view.text
    facts = facts_of(view)
    assert facts["Security"] == "open"
    assert facts["Password"] == "not needed"
    assert facts["The Pi now"] == "Hall"


def test_a_typed_password_is_never_shown_and_counts_for_its_network_only() -> None:
    typed = JoiningTyped(Joining("Guests", SecretStr(PASSWORD)))
    view = sheet_of("Guests", SCAN, typed)
    assert facts_of(view)["Password"] == "••••••••"
    assert leaks(repr(view)) == []
    assert facts_of(sheet_of("Odd", SCAN, typed))["Password"] == "not entered"


def test_a_name_that_no_scan_has_shown_can_be_joined_too() -> None:
    view = sheet_of("Cellar", LINK, SCAN)
    assert facts_of(view)["Security"] == "–"
    assert view.buttons[1].enabled


def test_joining_is_told_with_its_seconds_and_cannot_be_asked_twice() -> None:
    asked = (Asked("join_wifi:Odd", NOW - 6), a.CommandStarted("join_wifi:Odd"))
    view = sheet_of("Odd", LINK, *asked)
    assert view.text == "Joining … 6 s. It may take half a minute."
    assert not any(button.enabled for button in view.buttons)


def test_after_an_answer_that_was_lost_nothing_joins_by_a_mere_tap() -> None:
    lost = a.CommandEnded("join_wifi:Odd", Notice("join_wifi:Odd", AWAY, retry_at=NOW + 2))
    view = sheet_of("Odd", LINK, lost)
    assert [button.intent for button in view.banner.buttons] == ["toggle_details", "dismiss"]
    # What became of it is read back.
    assert facts_of(view)["The Pi now"] == "Hall"


def test_the_network_of_the_pi_can_be_left_by_holding() -> None:
    view = sheet_of("Hall", LINK, SCAN)
    [leave] = view.buttons
    assert (leave.intent, leave.hold, leave.enabled) == ("leave_wifi", True, True)
    assert (view.word, view.tone) == ("Connected", "good")
    assert facts_of(view) == {"Address": "10.0.0.7", "Signal": "excellent, -48 dBm"}
    leaving = sheet_of("Hall", LINK, a.CommandStarted("leave_wifi"))
    assert (leaving.text, leaving.buttons[0].enabled) == ("Leaving …", False)
