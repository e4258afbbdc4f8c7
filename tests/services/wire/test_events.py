"""Three dialects, one vocabulary."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services.wire.events import (
    DeviceUpdated,
    NetworkUpdated,
    ProblemReported,
    SessionEnded,
    SessionUpdated,
    StreamAlive,
    StreamOpened,
    TimeoutWarning,
    UnknownEvent,
    parse_event,
)
from tests.services.wire.test_envelope import JSON_VALUES

MAC = "AA:BB:CC:DD:EE:01"
AT = "2026-01-11T21:46:00.123456789Z"


def _event(kind: str, payload: object, **envelope: Any) -> Any:
    document = {"version": "1.0", "type": kind, "timestamp": AT, "session_id": "s1"}
    return parse_event(kind, json.dumps({**document, "payload": payload, **envelope}))


def _device(kind: str, payload: object, **envelope: Any) -> DeviceUpdated:
    event = _event(kind, payload, **envelope)
    assert isinstance(event, DeviceUpdated)
    return event


@pytest.mark.parametrize(
    ("flat", "nested_type", "nested"),
    [
        ({"new_state": "provisioning"}, "device.provisioning_started", {"state": "provisioning"}),
        ({"new_state": "provisioned"}, "device.provisioning_completed", {"state": "provisioned"}),
        ({"new_state": "verifying"}, "device.state_changed", {"state": "verifying"}),
        ({"new_state": "verified"}, "device.verified", {"state": "verified"}),
        (
            {"new_state": "failed", "error": "boom"},
            "device.provisioning_failed",
            {"state": "failed", "error_message": "boom"},
        ),
    ],
)
def test_the_same_world_gives_the_same_events_in_each_dialect(
    flat: dict[str, Any], nested_type: str, nested: dict[str, Any]
) -> None:
    datamodel = _device("device.state_changed", {"mac": MAC, **flat})
    handoff = _device(nested_type, {"device": {"mac": MAC, **nested}})
    compat = _device("device.state_changed", {"device": {"mac": MAC.lower(), **nested}})
    assert datamodel == handoff == compat
    assert datamodel.device.state == datamodel.state
    assert datamodel.device.error_message == datamodel.error


def test_the_step_that_only_one_dialect_names_is_part_of_provisioning() -> None:
    event = _device("device.state_changed", {"device": {"mac": MAC, "state": "connecting"}})
    assert (event.state, event.device.state) == ("provisioning", "provisioning")


def test_what_only_one_dialect_tells_is_kept() -> None:
    event = _device(
        "device.state_changed",
        {"mac": MAC, "previous_state": "discovered", "new_state": "provisioning", "progress": 40},
    )
    assert (event.previous_state, event.progress) == ("discovered", 40)
    assert event.device.model_fields_set == {"mac", "state"}


@pytest.mark.parametrize(
    ("kind", "payload", "state"),
    [
        ("device.discovered", {"mac": MAC, "ip": "192.168.4.2"}, "discovered"),
        ("device.provisioning_started", {"device": {"mac": MAC}}, "provisioning"),
        ("device.state_changed", {"mac": MAC}, None),
        ("device.discovered", {"device": {"mac": MAC, "state": "verifying"}}, "verifying"),
        ("device.provisioning_started", {"mac": MAC, "new_state": "failed"}, "failed"),
        ("device.verified", {"device": {"mac": MAC, "state": "verifying"}}, "verified"),
        ("device.provisioning_failed", {"device": {"mac": MAC, "state": "provisioning"}}, "failed"),
        ("device.state_changed", {"mac": MAC, "state": "hibernating"}, "hibernating"),
    ],
)
def test_the_state_is_the_records_then_the_types_but_a_decisive_type_wins(
    kind: str, payload: dict[str, Any], state: str | None
) -> None:
    assert _device(kind, payload).state == state


def test_the_error_is_found_wherever_it_is_but_a_greeting_is_none() -> None:
    def error(**payload: Any) -> str | None:
        return _device("device.state_changed", {"mac": MAC, **payload}).error

    assert error(error="e", message="m", error_message="em") == "em"
    assert error(error={"code": "X", "message": "nested"}) == "nested"
    assert error(new_state="failed", message="m") == "m"
    assert error(new_state="verified", message="all fine") is None


def test_null_and_wrong_types_are_not_in_the_fields_set() -> None:
    record = {"mac": MAC, "ip": None, "rssi": 0, "retry_count": "many", "in_allowlist": 1}
    event = _device("device.discovered", {"device": {**record, "name": "Cam"}})
    assert event.device.model_fields_set == {"mac", "name", "state"}


def test_a_key_that_is_no_mac_is_kept_as_it_is() -> None:
    assert _device("device.discovered", {"mac": "espcam-b0f7f1"}).mac == "espcam-b0f7f1"
    assert isinstance(_event("device.discovered", {"device": {"ip": "x"}}), UnknownEvent)


def test_the_session_is_the_envelopes_then_the_records() -> None:
    payload = {"device": {"mac": MAC, "session_id": "s2"}}
    assert _device("device.verified", payload).session_id == "s1"
    assert _device("device.verified", payload, session_id=None).session_id == "s2"
    assert _device("device.verified", {"mac": MAC}, session_id=None).session_id is None


@pytest.mark.parametrize("kind", ["session.status", "session.started", "session.state_changed"])
def test_sessions_are_updated_by_each_dialects_name(kind: str) -> None:
    event = _event(kind, {"session": {"id": "s1", "state": "active", "device_count": -3}})
    assert isinstance(event, SessionUpdated)
    assert (event.session.state, event.session.device_count) == ("active", None)
    assert event.session_id == "s1"


@pytest.mark.parametrize(
    ("kind", "state", "outcome"),
    [
        ("session.closed", "closed", "unknown"),
        ("session.closed", None, "unknown"),
        ("session.status", "closed", "unknown"),
        ("session.state_changed", "completed", "done"),
        ("session.state_changed", "cancelled", "stopped"),
        ("session.state_changed", "failed", "failed"),
    ],
)
def test_a_session_ends_by_name_or_by_state(kind: str, state: str | None, outcome: str) -> None:
    event = _event(kind, {"session": {"id": "s1", "state": state}})
    assert isinstance(event, SessionEnded)
    assert event.outcome == outcome


def test_a_session_payload_without_a_record_still_tells_its_state() -> None:
    event = _event("session.state_changed", {"new_state": "completed"})
    assert isinstance(event, SessionEnded)
    assert event.session.id == "s1"


def test_a_timeout_warning_is_one() -> None:
    event = _event("session.timeout_warning", {"session": {"id": "s1", "expires_at": AT}})
    assert isinstance(event, TimeoutWarning)
    assert event.session.expires_at is not None


@pytest.mark.parametrize(
    ("kind", "payload", "is_active"),
    [
        ("network.status_changed", {"ssid": "D", "is_active": True, "connected_devices": 2}, True),
        ("network.started", {"status": {"ssid": "D", "connected_devices": 2}}, True),
        ("network.stopped", {"status": {"ssid": "D", "connected_devices": 2}}, False),
        ("network.status_changed", {"ssid": "D", "connected": True, "connected_devices": 2}, True),
    ],
)
def test_network_events_read_alike(kind: str, payload: dict[str, Any], is_active: bool) -> None:
    event = _event(kind, payload)
    assert isinstance(event, NetworkUpdated)
    assert event.status.model_dump() == {
        "ssid": "D",
        "is_active": is_active,
        "connected_devices": 2,
    }


@pytest.mark.parametrize("kind", ["error", "error.occurred"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_problems_of_the_server_are_reported(kind: str, wrapped: bool) -> None:
    error = {"code": "MQTT_UNAVAILABLE", "message": "down"}
    event = _event(kind, {"error": error} if wrapped else error)
    assert isinstance(event, ProblemReported)
    assert (event.code, event.message, event.retryable) == ("MQTT_UNAVAILABLE", "down", None)


def test_signs_of_life() -> None:
    assert isinstance(_event("connection.established", {"message": "hello"}), StreamOpened)
    assert isinstance(_event("connection.heartbeat", None), StreamAlive)
    assert isinstance(parse_event("keepalive", "{}"), StreamAlive)
    assert isinstance(parse_event("connection.heartbeat", ""), StreamAlive)


@pytest.mark.parametrize("version", ["1.0", "1", "1.7", 1, 1.0, 1.2, None])
def test_versions_1_are_ours(version: object) -> None:
    assert isinstance(_event("device.verified", {"mac": MAC}, version=version), DeviceUpdated)


@pytest.mark.parametrize("version", ["2.0", "10", 2, "", True, "v1", [1]])
def test_other_versions_are_counted_and_ignored(version: object) -> None:
    event = _event("device.verified", {"mac": MAC}, version=version)
    assert event == UnknownEvent(raw_type="device.verified", reason="version")


def test_the_type_is_the_jsons_then_the_event_lines() -> None:
    assert isinstance(
        parse_event("message", json.dumps({"type": "device.verified", "payload": {"mac": MAC}})),
        DeviceUpdated,
    )
    assert isinstance(
        parse_event("device.verified", json.dumps({"payload": {"mac": MAC}})), DeviceUpdated
    )
    assert isinstance(parse_event("device.verified", json.dumps({"mac": MAC})), DeviceUpdated)


@pytest.mark.parametrize("data", ["", "{", "[1]", "null", "[" * 5000, '"\\ud800"'])
def test_what_is_no_envelope_is_malformed(data: str) -> None:
    assert parse_event("x" * 500, data) == UnknownEvent(raw_type="x" * 100, reason="malformed")


@pytest.mark.parametrize("name", ["device.state_changed", "device.verified", "session.closed"])
def test_an_event_of_ours_that_does_not_say_what_it_is_about_is_malformed(name: str) -> None:
    event = parse_event(name, '{"version": "1.0", "payload": {"mac": null, "id": 7}}')
    assert event == UnknownEvent(raw_type=name, reason="malformed")


TYPES = st.sampled_from(
    [
        "device.discovered",
        "device.state_changed",
        "device.provisioning_failed",
        "session.status",
        "session.closed",
        "network.started",
        "error",
        "connection.heartbeat",
        "weather",
    ]
)
MEMBERS = st.sampled_from(
    [
        "version",
        "type",
        "timestamp",
        "session_id",
        "payload",
        "device",
        "session",
        "status",
        "mac",
        "state",
        "new_state",
        "error",
        "message",
        "progress",
        "id",
        "rssi",
        "retry_count",
        "discovered_at",
        "config",
        "discovery_timeout_seconds",
        "in_allowlist",
        "is_active",
        "code",
    ]
)
ENVELOPES = st.recursive(
    JSON_VALUES | TYPES, lambda inner: st.dictionaries(MEMBERS, inner, max_size=12), max_leaves=25
)


@settings(max_examples=60, deadline=None)
@given(TYPES, ENVELOPES)
def test_no_json_value_anywhere_raises(name: str, value: object) -> None:
    parse_event(name, json.dumps(value)).model_dump_json()


@settings(max_examples=60, deadline=None)
@given(TYPES, st.dictionaries(MEMBERS, ENVELOPES))
def test_no_payload_raises(kind: str, payload: object) -> None:
    event = parse_event("message", json.dumps({"version": "1.0", "type": kind, "payload": payload}))
    json.dumps(event.model_dump(mode="json"))


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_no_text_raises(name: str, data: str) -> None:
    assert parse_event(name, data).event
