"""A scan is understood on whichever screen it happens, and in whichever field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from kiosk.services.runtime.scanner import LONGEST
from kiosk.services.state import actions as a
from kiosk.services.state.approving import DraftTyped
from kiosk.services.state.machine import Joining
from kiosk.services.state.model import Route, State
from kiosk.services.state.store import Store
from kiosk.services.wire.features import Feature
from tests.services.runtime.fakes import Kit
from tests.services.state.build import MAC, event, mac
from tests.support.canary import KEY, PASSWORD

# Backslashes are escaped in such a code.
WIFI = "WIFI:S:Hall;T:WPA;P:{};;".format(PASSWORD.replace("\\", r"\\"))


def scan(kit: Kit, text: str) -> None:
    """Scan as a scanner does: each character in no time, Enter at the end."""
    for character in text:
        kit.intents.hear_text(character)
    kit.intents.hear_enter()


async def type_by_hand(kit: Kit, text: str) -> None:
    for character in text:
        kit.intents.hear_text(character)
        await kit.clock.advance(0.2)


def approvals(kit: Kit) -> list[str]:
    return [approval.mac for approval in reversed(kit.state.approving.approvals)]


@pytest.fixture
async def without(kit: Kit) -> Kit:
    """Return a kit whose settings switch approving off."""
    kit.store = Store(replace(State(), off=frozenset({Feature.ALLOWLIST})))
    kit.__post_init__()
    return kit


# On a screen


async def test_on_the_allowlist_each_mac_is_approved_and_the_list_of_them_opens(kit: Kit) -> None:
    kit.intents.open("allowlist")
    kit.store.dispatch(DraftTyped("description", "Rack 2"))
    scan(kit, MAC)
    scan(kit, "aabbcc000002")
    await kit.settle()
    assert kit.state.navigation.route is Route.APPROVE
    assert kit.client.asked("add") == [(mac(1), "Rack 2", None), (mac(2), "Rack 2", None)]


async def test_during_a_session_a_mac_opens_its_device(kit: Kit) -> None:
    kit.open()
    kit.tell(event(session_id="s1"))
    scan(kit, MAC)
    assert (kit.state.navigation.route, kit.state.navigation.subject) == (Route.DEVICE, MAC)


async def test_a_mac_that_the_session_has_not_found_can_be_approved(kit: Kit) -> None:
    kit.open()
    scan(kit, mac(9))
    assert (kit.state.navigation.route, kit.state.navigation.subject) == (Route.APPROVAL, mac(9))
    await kit.settle()
    assert kit.client.asked("add") == [], "nothing is approved without being asked for"


async def test_from_elsewhere_a_mac_opens_the_form(kit: Kit) -> None:
    kit.intents.open("menu")
    scan(kit, f"MAC:{MAC}")
    assert kit.state.navigation.route is Route.APPROVE
    assert kit.state.approving.mac == MAC
    assert approvals(kit) == []


async def test_a_wifi_code_fills_the_form_of_the_next_session_and_never_shows_its_password(
    kit: Kit,
) -> None:
    kit.store.dispatch(a.FormRefused((("ssid", "missing"), ("password", "missing"))))
    scan(kit, WIFI)
    form = kit.state.form
    assert (form.ssid, form.password.get_secret_value()) == ("Hall", PASSWORD)
    assert not form.errors
    assert kit.state.notice is not None
    assert kit.state.notice.numbers == {"ssid": "Hall"}
    assert "filled in" in kit.state.notice.text

    kit.open()
    scan(kit, WIFI)
    assert kit.state.notice is not None
    assert "next session" in kit.state.notice.text


@pytest.mark.parametrize("route", ["menu", "networks", "timeouts"])
async def test_a_notice_is_told_where_there_is_room_for_it(kit: Kit, route: str) -> None:
    kit.intents.open(route)
    scan(kit, WIFI)
    assert kit.state.navigation.route is Route.START
    assert kit.state.form.ssid == "Hall"
    assert kit.state.notice is not None


@pytest.mark.parametrize("route", ["wifi", "wifi_join", "menu"])
async def test_at_the_pis_own_wifi_a_code_is_for_the_pi(kit: Kit, route: str) -> None:
    kit.intents.open("wifi")
    kit.intents.open(route, "Office")
    scan(kit, WIFI)
    assert (kit.state.navigation.route, kit.state.navigation.subject) == (Route.WIFI_JOIN, "Hall")
    assert kit.state.machine.joining == Joining("Hall", SecretStr(PASSWORD))
    assert kit.state.form == State().form
    assert kit.state.notice is None
    assert PASSWORD not in repr(kit.state)


async def test_the_pi_can_join_an_open_wifi(kit: Kit) -> None:
    kit.intents.open("wifi")
    scan(kit, "WIFI:S:Lobby;T:nopass;;")
    assert (kit.state.navigation.route, kit.state.navigation.subject) == (Route.WIFI_JOIN, "Lobby")
    assert kit.state.machine.joining == Joining("Lobby", SecretStr(""))


async def test_in_the_form_for_approving_a_wifi_is_the_cameras_wherever_the_form_is(
    kit: Kit,
) -> None:
    kit.intents.open("wifi")
    scan(kit, MAC)
    assert kit.state.navigation.route is Route.APPROVE
    scan(kit, WIFI)
    assert kit.state.form.ssid == "Hall"
    assert kit.state.machine.joining is None


async def test_an_open_wifi_is_told_and_not_taken(kit: Kit) -> None:
    scan(kit, "WIFI:S:Lobby;T:nopass;;")
    assert kit.state.form.ssid == ""
    assert kit.state.notice is not None
    assert "cannot be used" in kit.state.notice.text


async def test_a_key_counts_at_once_and_is_kept_nowhere(kit: Kit) -> None:
    scan(kit, f"X-API-Key: {KEY}")
    assert kit.key.get() == KEY
    assert not kit.key.is_kept
    assert kit.state.notice is not None
    assert KEY not in repr(kit.state)


async def test_what_nobody_knows_is_told_without_giving_it_away(kit: Kit) -> None:
    scan(kit, PASSWORD)
    assert kit.state.notice is not None
    assert kit.state.notice.numbers["text"] != PASSWORD
    assert PASSWORD not in repr(kit.state)


async def test_where_approving_is_switched_off_a_mac_is_only_told(without: Kit) -> None:
    scan(without, MAC)
    assert without.state.notice is not None
    assert "switched off" in without.state.notice.text
    without.open()
    scan(without, mac(9))
    assert "not in range" in without.state.notice.text
    assert without.state.navigation.route is Route.PROVISION


async def test_slow_typing_and_endless_noise_set_nothing_off(kit: Kit) -> None:
    await type_by_hand(kit, MAC)
    kit.intents.hear_enter()
    scan(kit, "x" * (LONGEST + 1))
    assert kit.state == State(key_known=kit.state.key_known)


# In a field


async def test_a_hand_types_into_the_field_and_enter_takes_it(kit: Kit) -> None:
    kit.intents.edit_ssid()
    await type_by_hand(kit, "Workshop")
    assert kit.state.editor.text.get_secret_value() == "Workshop"
    kit.intents.hear_enter()
    assert kit.state.form.ssid == "Workshop"


async def test_a_mac_fills_the_field_for_it(kit: Kit) -> None:
    kit.intents.open("approve")
    kit.intents.edit_mac()
    await type_by_hand(kit, "12")
    await kit.clock.advance(1.0)
    scan(kit, MAC)
    assert kit.state.navigation.route is Route.APPROVE
    assert kit.state.approving.mac == MAC
    assert approvals(kit) == []


async def test_a_wifi_code_fills_name_and_password_from_either_field(kit: Kit) -> None:
    kit.intents.edit_password()
    scan(kit, WIFI)
    assert kit.state.navigation.route is Route.START
    assert (kit.state.form.ssid, kit.state.form.password.get_secret_value()) == ("Hall", PASSWORD)


@pytest.mark.parametrize("field", ["wifi_password", "wifi_name", "api_key"])
async def test_a_wifi_code_in_a_field_over_the_pis_wifi_opens_that_networks_sheet(
    kit: Kit, field: str
) -> None:
    kit.intents.open("wifi")
    kit.intents.open("wifi_join", "Office")
    getattr(kit.intents, f"edit_{field}")()
    scan(kit, WIFI)
    assert (kit.state.navigation.route, kit.state.navigation.subject) == (Route.WIFI_JOIN, "Hall")
    assert kit.state.machine.joining == Joining("Hall", SecretStr(PASSWORD))
    assert kit.state.form == State().form
    kit.intents.back()
    assert kit.state.navigation.route is Route.WIFI


async def test_a_key_fills_the_field_for_it(kit: Kit) -> None:
    kit.intents.edit_api_key()
    scan(kit, f"KEY:{KEY}")
    assert kit.state.navigation.route is Route.START
    assert kit.key.get() == KEY


@pytest.mark.parametrize("text", [PASSWORD, "aabbccddeeff"])
async def test_a_secret_may_look_like_anything(kit: Kit, text: str) -> None:
    kit.intents.edit_password()
    scan(kit, text)
    assert kit.state.form.password.get_secret_value() == text
    assert approvals(kit) == []


async def test_what_does_not_belong_into_the_field_leaves_nothing_in_it(kit: Kit) -> None:
    kit.intents.edit_ssid()
    await type_by_hand(kit, "Work")
    await kit.clock.advance(1.0)
    scan(kit, MAC)
    assert kit.state.editor.text.get_secret_value() == "Work"
    assert "does not belong here" in kit.state.editor.error
    await kit.clock.advance(1.0)
    scan(kit, f"KEY:{KEY}")
    assert kit.state.editor.text.get_secret_value() == "Work"
    assert kit.key.get() == KEY


async def test_a_text_that_is_no_mac_is_refused_at_the_field_for_one(kit: Kit) -> None:
    kit.intents.open("approve")
    kit.intents.edit_mac()
    scan(kit, "4006381333931")
    assert kit.state.navigation.route is Route.EDITOR
    assert kit.state.editor.text.get_secret_value() == ""
    assert kit.state.editor.error


async def test_with_the_form_open_a_mac_is_approved_whatever_else_is_being_typed(kit: Kit) -> None:
    kit.intents.open("approve")
    kit.intents.edit_description()
    await type_by_hand(kit, "Rack")
    await kit.clock.advance(1.0)
    scan(kit, MAC)
    await kit.settle()
    assert kit.state.editor.text.get_secret_value() == "Rack"
    assert approvals(kit) == [MAC]
