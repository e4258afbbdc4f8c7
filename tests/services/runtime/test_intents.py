"""What taps and keys mean: looking around, typing, scanning."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from kiosk.services.runtime.key import KeyHolder
from kiosk.services.state import actions as a
from kiosk.services.state.model import Field, Navigation, Notice, Route
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.wifi import WifiNetwork
from tests.services.runtime.fakes import ABSENT, FakeFeed, Kit, noticed
from tests.services.state.build import mac, snapshot
from tests.support.canary import CANARY, KEY, OTHER_KEY, PASSWORD, secret_file

BUSY = Problem(Kind.DOMAIN, "RATE_LIMITED", http_status=429, retryable=True, surely_not_done=True)


def text(kit: Kit) -> str:
    return kit.state.editor.text.get_secret_value()


async def test_the_list_of_networks_scans_by_itself_the_first_time_only(kit: Kit) -> None:
    kit.client.says("scan", (WifiNetwork(ssid="Hall"),))
    kit.intents.open_networks()
    assert kit.state.busy == {"scan"}
    await kit.settle()
    assert not kit.state.busy
    kit.intents.back()
    await kit.clock.advance(60)
    kit.intents.open_networks()
    await kit.settle()
    assert len(kit.client.asked("scan")) == 1


async def test_a_scan_is_not_asked_for_more_often_than_every_ten_seconds(kit: Kit) -> None:
    kit.intents.scan()
    kit.intents.scan()
    await kit.settle()
    await kit.clock.advance(9.9)
    kit.intents.scan()
    await kit.settle()
    assert len(kit.client.asked("scan")) == 1
    await kit.clock.advance(0.2)
    kit.intents.scan()
    await kit.settle()
    assert len(kit.client.asked("scan")) == 2


@pytest.mark.parametrize(
    ("problem", "pause"),
    [
        (BUSY, 30.0),
        (Problem(Kind.DOMAIN, "RATE_LIMITED", retryable=True, retry_after_seconds=12.0), 12.0),
        (Problem(Kind.DOMAIN, "RATE_LIMITED", retryable=True, retry_after_seconds=9999.0), 300.0),
        (Problem(Kind.ENDPOINT_ABSENT, http_status=404), 10.0),
    ],
)
async def test_a_refused_scan_waits_as_long_as_the_service_wants(
    kit: Kit, problem: Problem, pause: float
) -> None:
    kit.client.says("scan", problem)
    kit.intents.scan()
    await kit.settle()
    assert kit.state.scan.problem == problem
    assert kit.state.scan.next_at == kit.clock.now + pause
    assert not kit.state.busy
    assert kit.state.notice is None


async def test_a_tap_on_a_device_opens_its_sheet_and_back_leaves_it(kit: Kit) -> None:
    kit.open()
    kit.tell(snapshot({"mac": mac(1)}, session={"id": "s1"}))
    kit.intents.open("device", mac(1))
    assert kit.state.navigation == Navigation(Route.DEVICE, Navigation(Route.PROVISION), mac(1))
    kit.intents.back()
    assert kit.state.navigation == Navigation(Route.PROVISION)


async def test_details_and_notices_open_and_close(kit: Kit) -> None:
    kit.tell(a.CommandEnded("stop", Notice("stop", ABSENT)))
    kit.intents.toggle_details()
    assert kit.state.navigation.details
    kit.intents.dismiss(noticed(kit.state))
    assert kit.state.notice is None


async def test_again_without_a_notice_is_nothing(kit: Kit) -> None:
    kit.intents.again("stop")
    await kit.settle()
    assert kit.client.calls == []


async def test_what_is_done_about_a_notice_is_not_done_about_the_next_one(kit: Kit) -> None:
    kit.tell(a.CommandEnded("stop", Notice("stop", ABSENT)))
    kit.intents.again("pause")
    kit.intents.dismiss("pause")
    await kit.settle()
    assert kit.client.calls == []
    assert noticed(kit.state) == "stop"


async def test_again_after_the_session_has_gone_is_nothing(kit: Kit) -> None:
    kit.tell(a.CommandEnded("stop", Notice("stop", ABSENT)))
    kit.intents.again(noticed(kit.state))
    await kit.settle()
    assert kit.client.calls == []
    assert kit.state.notice is None


async def test_a_chosen_network_is_the_target(kit: Kit) -> None:
    kit.tell(a.Opened(Route.NETWORKS))
    kit.intents.choose_network("Yard")
    assert kit.state.form.ssid == "Yard"
    assert kit.state.navigation.route is Route.START


async def test_time_outs_go_up_and_down_in_steps(kit: Kit) -> None:
    kit.intents.open("timeouts")
    kit.intents.step_timeout("verification", 1)
    kit.intents.step_timeout("discovery", -1)
    assert kit.state.form.verification == 105
    assert kit.state.form.discovery == 45


async def test_typing_fills_the_field_that_is_open(kit: Kit) -> None:
    kit.intents.edit_ssid()
    for character in "Hall!":
        kit.intents.type_text(character)
    kit.intents.erase()
    kit.intents.toggle_shown()
    kit.intents.toggle_capitals()
    kit.intents.turn_page()
    assert text(kit) == "Hall"
    assert (kit.state.editor.shown, kit.state.editor.capitals, kit.state.editor.page) == (
        False,
        True,
        1,
    )
    kit.intents.accept()
    assert kit.state.form.ssid == "Hall"
    assert kit.state.navigation.route is Route.START


async def test_keys_that_come_while_nothing_is_edited_are_not_kept(kit: Kit) -> None:
    before = kit.state
    kit.intents.type_text("a barcode")
    kit.intents.accept()
    assert kit.state is before


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("ssid", ""),
        ("ssid", "x" * 33),
        ("password", "1234567"),
        ("password", "y" * 64),
        ("api_key", "  "),
        ("api_key", "schlüssel"),
    ],
)
async def test_what_cannot_be_used_is_refused_at_the_field_and_kept(
    kit: Kit, field: Field, typed: str
) -> None:
    getattr(kit.intents, f"edit_{field}")()
    kit.intents.type_text(typed)
    kit.intents.accept()
    assert kit.state.editor.error
    assert text(kit) == typed
    assert kit.state.navigation.route is Route.EDITOR
    assert kit.key.get() == KEY


async def test_the_form_outlives_a_refused_start_and_a_new_key(kit: Kit) -> None:
    kit.tell(a.TargetKnown("Hall", SecretStr(PASSWORD)))
    kit.intents.edit_api_key()
    kit.intents.type_text(KEY)
    kit.intents.accept()
    assert kit.key.get() == KEY
    assert kit.state.key_known
    assert kit.state.form.ssid == "Hall"
    assert kit.state.form.password.get_secret_value() == PASSWORD


async def test_a_key_entered_over_a_running_session_leads_back_to_it(kit: Kit) -> None:
    kit.open()
    await kit.settle()
    kit.intents.edit_api_key()
    kit.intents.type_text(KEY)
    kit.intents.accept()
    assert kit.state.navigation.route is Route.PROVISION
    assert FakeFeed.made[0].retries == 1


async def test_a_session_may_end_while_a_field_is_open(kit: Kit) -> None:
    kit.open()
    kit.intents.edit_api_key()
    kit.intents.type_text("second")
    kit.tell(a.SessionLeft())
    kit.intents.type_text("-key")
    kit.intents.accept()
    assert kit.state.navigation == Navigation(Route.START)
    assert kit.key.get() == "second-key"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "api-key"
    CANARY.allow(path)
    return path


def kit_with(kept: Path) -> Kit:
    holder = KeyHolder(kept=kept)
    kit = Kit(key=holder)
    kit.tell(a.KeyChanged(known=holder.get() is not None), a.KeyKept(holder.is_kept))
    return kit


async def settled(kit: Kit) -> None:
    """Wait until nothing is written any more."""
    await kit.intents.finish()
    await kit.settle()


async def test_an_entered_key_is_kept_only_when_that_was_chosen(kept: Path) -> None:
    kit = kit_with(kept)
    kit.intents.edit_api_key()
    kit.intents.type_text(OTHER_KEY)
    kit.intents.accept()
    await settled(kit)
    assert KeyHolder(kept=kept).get() is None
    kit.intents.edit_api_key()
    kit.intents.type_text(KEY)
    kit.intents.toggle_keep()
    kit.intents.accept()
    assert kit.key.get() == KEY
    await settled(kit)
    assert KeyHolder(kept=kept).get() == KEY
    assert kit.state.key_kept
    assert (kit.state.notice, kit.state.busy) == (None, frozenset())


@pytest.mark.parametrize("typed", ["", KEY])
async def test_the_choice_taken_back_removes_what_was_kept_even_with_nothing_typed(
    kept: Path, typed: str
) -> None:
    kept.parent.mkdir()
    secret_file(kept, OTHER_KEY).chmod(0o600)
    kit = kit_with(kept)
    kit.intents.edit_api_key()
    kit.intents.type_text(typed)
    kit.intents.toggle_keep()
    kit.intents.accept()
    await settled(kit)
    assert kit.state.navigation.route is Route.START
    assert KeyHolder(kept=kept).get() is None
    assert not kit.state.key_kept
    assert kit.key.get() == (typed or OTHER_KEY)


async def test_an_empty_key_is_still_refused_while_one_is_to_be_kept(kept: Path) -> None:
    kept.parent.mkdir()
    secret_file(kept, OTHER_KEY).chmod(0o600)
    kit = kit_with(kept)
    kit.intents.edit_api_key()
    kit.intents.accept()
    assert kit.state.editor.error
    assert kit.state.navigation.route is Route.EDITOR


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
async def test_a_key_that_the_disk_does_not_take_counts_all_the_same_and_that_is_said(
    kept: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    kit = kit_with(kept)
    kit.intents.edit_api_key()
    kit.intents.type_text(KEY)
    kit.intents.toggle_keep()
    kit.intents.accept()
    await settled(kit)
    assert kit.key.get() == KEY
    assert not kit.state.key_kept
    assert kit.state.notice is not None
    assert "could not be kept" in kit.state.notice.text
    assert kit.state.busy == frozenset()


async def test_a_key_that_changed_in_its_file_is_tried_at_once(kit: Kit) -> None:
    kit.open()
    await kit.settle()
    kit.tell(a.CommandEnded("stop", Notice("stop", ABSENT)))
    kit.intents.key_replaced()
    assert kit.state.key_known
    assert kit.state.notice is None
    assert FakeFeed.made[0].retries == 1
