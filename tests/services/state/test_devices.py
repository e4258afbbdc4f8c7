"""Merging devices: contract.md §3.4, steps 1-10, and reliability.md, promise 4."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.state import actions as a
from kiosk.services.state.devices import MAX_DEVICES
from kiosk.services.state.model import Device, State
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.events import DeviceUpdated, parse_event
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import DEVICE_RANK, device_state
from tests.services.state.build import (
    MAC,
    SESSION_ID,
    after,
    batch_of,
    device_of,
    event,
    mac,
    opened,
    snapshot,
)

NOT_APPROVED = Problem(Kind.DOMAIN, code="DEVICE_NOT_IN_ALLOWLIST", http_status=403)
BUSY = Problem(Kind.DOMAIN, code="DEVICE_ALREADY_PROVISIONING", http_status=409)

LADDER = sorted(DEVICE_RANK, key=DEVICE_RANK.__getitem__)
states = st.sampled_from([*LADDER, "failed", "skipped", "melting", None])
events = st.builds(
    event,
    st.integers(1, 3).map(mac),
    states,
    at=st.none() | st.integers(0, 20).map(float),
    session_id=st.sampled_from([None, SESSION_ID, "another"]),
    progress=st.none() | st.integers(0, 100),
    error=st.none() | st.sampled_from(["DEVICE_TIMEOUT: no answer", "odd"]),
    name=st.none() | st.sampled_from(["a", "b"]),
    rssi=st.none() | st.integers(-90, -30),
    in_allowlist=st.none() | st.booleans(),
)


def test_an_unknown_mac_in_any_device_event_becomes_a_row() -> None:
    state = opened(event(mac(7), "verifying", rssi=-50))
    assert device_of(state, mac(7)) == Device(mac(7), "verifying", rssi=-50)


def test_a_text_that_is_no_mac_is_still_a_key() -> None:
    frame = '{"type":"device.discovered","payload":{"device":{"mac":"camera seven"}}}'
    state = opened(parse_event("device.discovered", frame))
    assert list(batch_of(state).devices) == ["camera seven"]


def test_every_spelling_of_a_mac_is_the_same_device() -> None:
    spellings = ("aabbcc000001", "AA-BB-CC-00-00-01", "aa:bb:cc:00:00:01")
    frames = (f'{{"type":"device.discovered","payload":{{"mac":"{s}"}}}}' for s in spellings)
    state = opened(*(parse_event("device.discovered", frame) for frame in frames))
    assert list(batch_of(state).devices) == [MAC]


def test_a_second_discovery_updates_the_row_and_makes_no_other() -> None:
    state = opened(event(state="discovered", rssi=-70), event(state="discovered", rssi=-50))
    assert list(batch_of(state).devices) == [MAC]
    assert device_of(state).rssi == -50


def test_a_second_discovery_moves_no_device_back() -> None:
    state = opened(event(state="verified", at=1), event(state="discovered", at=2, rssi=-50))
    assert device_of(state).state == "verified"
    assert device_of(state).rssi == -50


def test_what_an_event_does_not_say_is_kept() -> None:
    state = opened(
        event(state="discovered", name="cam-1", rssi=-60, firmware_version="1.4", ip="192.168.4.2"),
        event(state="provisioning", name=None, progress=30),
    )
    device = device_of(state)
    assert (device.name, device.rssi, device.firmware_version) == ("cam-1", -60, "1.4")
    assert (device.state, device.progress, device.ip) == ("provisioning", 30, "192.168.4.2")


def test_what_nobody_has_said_is_unknown_and_not_false() -> None:
    device = device_of(opened(event(state="discovered")))
    assert device.in_allowlist is None
    assert device.rssi is None
    assert device.name is None


@pytest.mark.parametrize("later", LADDER)
@pytest.mark.parametrize("earlier", LADDER)
def test_an_event_moves_a_device_forwards_or_not_at_all(earlier: str, later: str) -> None:
    state = opened(event(state=later, at=1), event(state=earlier, at=2))
    assert device_of(state).state == max(earlier, later, key=DEVICE_RANK.__getitem__)


@pytest.mark.parametrize("state", LADDER)
def test_a_device_may_fail_from_any_state_and_leave_failure_for_any(state: str) -> None:
    failed = opened(event(state=state), event(state="failed", error="DEVICE_TIMEOUT"))
    assert device_of(failed).state == "failed"
    assert device_of(after(failed, event(state=state))).state == state


def test_the_error_goes_when_failure_is_left() -> None:
    failed = opened(event(state="failed", error="DEVICE_REJECTED: no"))
    assert device_of(failed).error == "DEVICE_REJECTED: no"
    assert device_of(after(failed, event(state="provisioning"))).error is None


def test_a_failure_without_a_reason_keeps_the_reason_that_was_told() -> None:
    state = opened(event(state="failed", error="DEVICE_REJECTED: no"), event(state="failed"))
    assert device_of(state).error == "DEVICE_REJECTED: no"


def test_a_message_is_no_error_of_a_device_that_did_not_fail() -> None:
    assert device_of(opened(event(state="verifying", error="odd"))).error is None


def test_an_older_event_is_dropped_whole() -> None:
    state = opened(event(state="provisioning", at=10, rssi=-50))
    assert after(state, event(state="failed", at=9, rssi=-80, error="old")) is state


def test_equal_timestamps_apply_in_the_order_of_arrival() -> None:
    state = opened(event(state="failed", at=5), event(state="provisioning", at=5))
    assert device_of(state).state == "provisioning"
    state = opened(event(state="provisioning", at=5), event(state="failed", at=5))
    assert device_of(state).state == "failed"


def test_an_event_without_a_time_applies_whenever_it_comes() -> None:
    assert device_of(opened(event(state="verifying", at=9), event(state="verified"))).state == (
        "verified"
    )


def test_an_older_event_of_one_device_says_nothing_about_another() -> None:
    state = opened(event(mac(1), "verified", at=100), event(mac(2), "provisioning", at=1))
    assert device_of(state, mac(2)).state == "provisioning"


def test_an_event_of_another_session_is_ignored() -> None:
    state = opened()
    assert after(state, event(state="verified", session_id="another")) is state


def test_an_event_without_a_session_is_accepted() -> None:
    assert MAC in batch_of(opened(event(state="discovered", session_id=None))).devices


def test_an_event_without_an_open_session_changes_nothing() -> None:
    state = State()
    assert reduce(state, event(state="verified")) is state


def test_a_state_that_nobody_has_heard_of_is_kept_as_it_was_said() -> None:
    assert device_of(opened(event(state="melting"))).state == "melting"


def test_progress_belongs_to_the_state_it_was_told_in() -> None:
    state = opened(event(state="provisioning", progress=80), event(state="verifying"))
    assert device_of(state).progress is None


def test_the_same_event_twice_is_the_same_as_once() -> None:
    once = opened(event(state="failed", at=3, error="odd", progress=40, rssi=-60))
    assert after(once, event(state="failed", at=3, error="odd", progress=40, rssi=-60)) is once


@given(st.lists(events, max_size=12))
def test_any_event_applied_twice_is_the_same_as_applied_once(history: list[DeviceUpdated]) -> None:
    state = opened()
    for update in history:
        state = reduce(state, update)
        assert reduce(state, update) is state


@given(st.lists(events, max_size=12))
def test_no_event_moves_a_device_down_the_ladder(history: list[DeviceUpdated]) -> None:
    state = opened()
    for update in history:
        before, state = state, reduce(state, update)
        for address, device in batch_of(before).devices.items():
            now = batch_of(state).devices[address].state
            if device.state in DEVICE_RANK and now in DEVICE_RANK:
                assert DEVICE_RANK[now] >= DEVICE_RANK[device.state]


@given(st.lists(events, max_size=12))
def test_an_error_is_only_ever_kept_of_a_failed_device(history: list[DeviceUpdated]) -> None:
    for device in batch_of(opened(*history)).devices.values():
        assert device.error is None or device.state == "failed"


@given(st.lists(events, max_size=12), st.lists(events, max_size=3))
def test_after_a_snapshot_the_devices_are_those_that_it_lists(
    history: list[DeviceUpdated], listed: list[DeviceUpdated]
) -> None:
    records = [{"mac": e.mac, "state": device_state(e.state) or "discovered"} for e in listed]
    state = opened(*history, snapshot(*records))
    wanted = {record["mac"]: record["state"] for record in records}
    assert {d.mac: d.state for d in batch_of(state).devices.values()} == wanted


def test_a_snapshot_moves_a_device_backwards() -> None:
    state = opened(event(state="verified"), snapshot({"mac": MAC, "state": "discovered"}))
    assert device_of(state).state == "discovered"


def test_a_snapshot_takes_away_what_it_does_not_list() -> None:
    state = opened(event(mac(1)), event(mac(2)), snapshot({"mac": mac(2)}))
    assert list(batch_of(state).devices) == [mac(2)]


def test_a_snapshot_keeps_what_it_does_not_say_of_a_device() -> None:
    state = opened(
        event(state="failed", error="DEVICE_TIMEOUT: no answer", name="cam-1", rssi=-61),
        snapshot({"mac": MAC, "state": "failed"}),
    )
    device = device_of(state)
    assert (device.name, device.rssi) == ("cam-1", -61)
    assert device.error == "DEVICE_TIMEOUT: no answer"


def test_a_snapshot_tells_why_a_device_failed_now() -> None:
    failed = opened(event(state="failed", error="DEVICE_TIMEOUT: no answer"))
    state = after(failed, snapshot({"mac": MAC, "state": "failed", "error_message": "burnt"}))
    assert device_of(state).error == "burnt"


def test_a_snapshot_clears_the_error_of_a_device_that_no_longer_fails() -> None:
    state = opened(event(state="failed", error="odd"))
    state = after(state, snapshot({"mac": MAC, "state": "verified", "error_message": "odd"}))
    assert device_of(state).error is None


def test_a_snapshot_without_a_state_keeps_the_state() -> None:
    state = opened(event(state="verifying"), snapshot({"mac": MAC, "rssi": -40}))
    assert device_of(state).state == "verifying"


def test_after_a_snapshot_a_server_whose_clock_was_set_back_is_heard() -> None:
    state = opened(event(state="provisioning", at=1_000_000))
    frozen = after(state, event(state="verified", at=5))
    assert frozen is state
    healed = after(state, snapshot({"mac": MAC, "state": "provisioning"}))
    assert device_of(after(healed, event(state="verified", at=5))).state == "verified"


def test_events_make_no_more_than_2000_rows() -> None:
    state = opened(snapshot(*({"mac": mac(n)} for n in range(MAX_DEVICES))))
    assert after(state, event(mac(MAX_DEVICES), "discovered")) is state
    known = after(state, event(mac(5), "verified"))
    assert device_of(known, mac(5)).state == "verified"


def test_a_snapshot_makes_no_more_than_2000_rows() -> None:
    state = opened(snapshot(*({"mac": mac(n)} for n in range(MAX_DEVICES + 10))))
    assert len(batch_of(state).devices) == MAX_DEVICES


def test_devices_that_were_asked_for_are_marked_until_they_begin() -> None:
    state = opened(event(mac(1), "discovered"), event(mac(2), "discovered"))
    state = after(state, a.DevicesAsked(7.0, (mac(1),)))
    assert device_of(state, mac(1)).asked_at == 7.0
    assert device_of(state, mac(2)).asked_at is None
    assert device_of(after(state, event(mac(1), "provisioning")), mac(1)).asked_at is None


@pytest.mark.parametrize(
    "waits", [event(state="discovered"), snapshot({"mac": MAC, "state": "discovered"})]
)
def test_a_failed_device_that_waits_for_its_retry_stands_in_line(waits: a.Action) -> None:
    state = opened(event(state="failed"), a.DevicesAsked(7.0, (MAC,)), waits)
    assert device_of(state).asked_at == 7.0
    assert device_of(after(state, event(state="provisioning"))).asked_at is None


def test_an_answer_that_comes_after_the_events_puts_nothing_in_line() -> None:
    state = opened(event(state="provisioning"))
    assert device_of(after(state, a.DevicesAsked(7.0, (MAC,)))).asked_at is None


def test_asking_for_a_device_that_is_not_there_makes_no_row() -> None:
    assert batch_of(opened(a.DevicesAsked(7.0, (MAC,)))).devices == {}


def test_a_refusal_stays_at_its_device_until_it_moves_on() -> None:
    state = opened(event(state="failed"), a.DevicesAsked(7.0, (MAC,)), a.DeviceRefused(MAC, BUSY))
    assert device_of(state).refusal == BUSY
    assert device_of(state).asked_at is None
    assert device_of(after(state, event(state="provisioning"))).refusal is None


def test_asking_again_drops_the_old_refusal() -> None:
    state = opened(event(state="failed"), a.DeviceRefused(MAC, BUSY), a.DevicesAsked(8.0, (MAC,)))
    assert device_of(state).refusal is None


def test_marks_outlive_a_snapshot_that_finds_the_device_where_it_was() -> None:
    state = opened(event(mac(1), "discovered"), event(mac(2), "discovered"))
    state = after(state, a.DevicesAsked(7.0, (mac(1),)), a.DeviceRefused(mac(2), BUSY))
    same = after(
        state,
        snapshot({"mac": mac(1), "state": "discovered"}, {"mac": mac(2), "state": "discovered"}),
    )
    assert device_of(same, mac(1)).asked_at == 7.0
    assert device_of(same, mac(2)).refusal == BUSY
    moved = after(state, snapshot({"mac": mac(1), "state": "verifying"}))
    assert device_of(moved, mac(1)).asked_at is None


@pytest.mark.parametrize(
    "approval", [event(in_allowlist=True), snapshot({"mac": MAC, "in_allowlist": True})]
)
def test_a_device_that_is_approved_meanwhile_is_no_longer_refused_for_it(approval: Any) -> None:
    state = opened(event(state="discovered"), a.DeviceRefused(MAC, NOT_APPROVED))
    assert device_of(after(state, approval)).refusal is None


def test_approval_does_not_answer_another_refusal() -> None:
    state = opened(event(state="discovered"), a.DeviceRefused(MAC, BUSY), event(in_allowlist=True))
    assert device_of(state).refusal == BUSY


def test_the_pace_is_counted_from_the_first_of_a_wave() -> None:
    state = opened(*(event(mac(n), "discovered") for n in range(4)))
    state = after(state, a.DevicesAsked(10.0, (mac(0),)), a.DevicesAsked(20.0, (mac(1),)))
    assert batch_of(state).first_asked_at == 10.0
    assert batch_of(state).ready_before == 0


def test_a_new_wave_has_its_own_pace() -> None:
    state = opened(*(event(mac(n), "discovered") for n in range(4)))
    state = after(state, a.DevicesAsked(10.0, (mac(0), mac(1))))
    state = after(state, event(mac(0), "verified"), event(mac(1), "verified"))
    state = after(state, a.DevicesAsked(600.0, (mac(2),)))
    assert batch_of(state).first_asked_at == 600.0
    assert batch_of(state).ready_before == 2
