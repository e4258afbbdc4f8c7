"""Where the documents contradict each other, by the numbers of contract.md §6.

Here are those that are decided between bytes and records; the others belong to the client (paths,
keys, repeats), the runtime (polling) and the views (what is derived).
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.services.wire import checks, payloads
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.cameras import Camera, CameraPicture, picture
from kiosk.services.wire.codes import CODES, sentence
from kiosk.services.wire.envelope import Answer, decode, inner_verdict
from kiosk.services.wire.events import (
    DeviceUpdated,
    Event,
    NetworkUpdated,
    SessionEnded,
    SessionUpdated,
    UnknownEvent,
    parse_event,
)
from kiosk.services.wire.logs import LogEntry
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.moments import parse_moment
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import ENDED_STATES, RUNNING_STATES, Candidate, Session
from kiosk.services.wire.system import AuthStatus, Health, SystemInfo
from kiosk.services.wire.wifi import WifiNetwork, WifiStatus

MAC = "AA:BB:CC:DD:EE:01"
CASES: dict[str, Callable[[], None]] = {}


def _decided(number: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(case: Callable[[], None]) -> Callable[[], None]:
        CASES[number] = case
        return case

    return register


def _decoded(status: int, value: object, **headers: str) -> Answer | Problem:
    return decode(status, headers, json.dumps(value).encode(), key_sent=True)


def _problem(status: int, value: object, **headers: str) -> Problem:
    outcome = _decoded(status, value, **headers)
    assert isinstance(outcome, Problem)
    return outcome


def _refused(status: int, code: str, **members: object) -> Problem:
    return _problem(status, {"success": False, "error": {"code": code, **members}})


def _event(kind: str, payload: object, version: object = "1.0") -> Event:
    return parse_event("", json.dumps({"version": version, "type": kind, "payload": payload}))


def _session(**members: object) -> Session:
    read = payloads.session({"session": {"id": "s", **members}})
    assert read is not None
    return read


@_decided("1 updated_at")
def _updated_at_may_be_missing() -> None:
    assert _session(created_at="2026-01-20T16:00:00Z").updated_at is None


@_decided("2 verified_count")
def _verified_count_is_unknown_when_missing() -> None:
    assert _session(device_count=3).verified_count is None


@_decided("3 target_ssid or network_interface")
def _target_and_interface_are_both_read() -> None:
    read = _session(network_interface="wlan0")
    assert (read.target_ssid, read.network_interface) == (None, "wlan0")
    assert _session(target_ssid="Shop").network_interface is None


@_decided("4 session ids")
def _session_ids_are_opaque() -> None:
    for key in ("sess_x1", "0b0e8a52-58b9-4c37-a7f0-6f5c2c1d3f11", "session-uuid", "session-123"):
        assert _session(id=key).id == key
        assert checks.check_session_id(key) is None


@_decided("5 session states")
def _session_states_are_the_union() -> None:
    either = ("discovering", "active", "paused", "closing", "closed", "completed", "failed")
    for state in (*either, "cancelled"):
        assert _session(state=state).state == state
        assert state in RUNNING_STATES | ENDED_STATES
    assert _session(state="hibernating").state == "hibernating"


@_decided("6 device states")
def _device_states_are_the_union() -> None:
    states = {"connecting": "provisioning", "skipped": "skipped", "provisioned": "provisioned"}
    for told, read in states.items():
        assert Candidate.model_validate({"state": told}).state == read
    assert Candidate.model_validate({"state": "sleeping"}).state == "sleeping"


@_decided("7 in_allowlist and session_id")
def _neither_allowlisted_nor_whose_session_is_unknown() -> None:
    device = Candidate.model_validate({"mac": MAC})
    assert (device.in_allowlist, device.session_id) == (None, None)


@_decided("8 retry_count")
def _retry_count_is_unknown_when_missing() -> None:
    assert Candidate.model_validate({"mac": MAC}).retry_count is None


@_decided("9 container_id and used_at")
def _container_and_time_of_use_may_be_missing() -> None:
    assert Candidate.model_validate({"mac": MAC}).container_id is None
    assert AllowlistEntry.model_validate({"mac": MAC, "used": True}).used_at is None


@_decided("10 null")
def _null_is_absent() -> None:
    assert _session(expires_at=None) == _session()


@_decided("11 null lists")
def _null_lists_are_empty() -> None:
    readers: dict[str, Callable[[object], Any]] = {
        "entries": payloads.allowlist,
        "devices": payloads.devices,
        "sessions": payloads.sessions,
        "networks": payloads.wifi_networks,
        "logs": payloads.logs,
        "cameras": payloads.cameras,
        "history": payloads.door_history,
        "containers": payloads.containers,
    }
    for name, read in readers.items():
        for nothing in ({name: None}, {}, {name: 5}, None, {name: {}}):
            assert read(nothing) == ()


@_decided("12 count")
def _the_list_counts_not_its_count() -> None:
    assert len(payloads.devices({"count": 9, "devices": [{"mac": MAC}]})) == 1


@_decided("13 timeout_remaining")
def _time_left_is_read_from_either_form() -> None:
    for text, seconds in (("45s", 45), ("00:45:00", 2700)):
        read = payloads.snapshot({"session": {"id": "s"}, "timeout_remaining": text})
        assert read is not None
        assert read.timeout_remaining == seconds


@_decided("14 MAC")
def _any_usual_mac_is_one_device() -> None:
    for text in ("aabbccddee01", "aa-bb-cc-dd-ee-01", "Aa:Bb:cC:dD:Ee:01"):
        assert canonical(text) == MAC
    assert checks.check_mac("aabbccddee0") is not None
    assert checks.check_mac("aabbccddeeg1") is not None


@_decided("15 201, 200 and 202")
def _any_2xx_is_a_success() -> None:
    for status in (200, 201, 202):
        assert _decoded(status, {"success": True, "data": 1}) == Answer(1)


@_decided("16 204 and 200")
def _a_removal_answers_with_or_without_content() -> None:
    assert decode(204, {}, b"", key_sent=True) == Answer(None)
    assert isinstance(_decoded(200, {"success": True, "data": {"success": True}}), Answer)


@_decided("19 dialects")
def _three_dialects_are_one_event() -> None:
    flat = _event("device.state_changed", {"mac": MAC, "new_state": "verified"})
    nested = _event("device.verified", {"device": {"mac": "aabbccddee01", "state": "verifying"}})
    older = _event("device.state_changed", {"mac": MAC, "state": "verified"})
    assert [event.mac for event in (flat, nested, older) if isinstance(event, DeviceUpdated)] == [
        MAC
    ] * 3
    assert {event.state for event in (flat, nested, older) if isinstance(event, DeviceUpdated)} == {
        "verified"
    }
    assert isinstance(_event("session.status", {"session": {"id": "s"}}), SessionUpdated)
    for state in ("closed", "completed", "cancelled"):
        ended = _event("session.state_changed", {"id": "s", "state": state})
        assert isinstance(ended, SessionEnded)
    for payload in ({"is_active": True}, {"status": {"is_active": True}}, {"connected": True}):
        event = _event("network.status_changed", payload)
        assert isinstance(event, NetworkUpdated)
        assert event.status.is_active is True


@_decided("20 named and unnamed events")
def _the_type_comes_from_the_json_or_the_event_line() -> None:
    named = parse_event("device.verified", json.dumps({"payload": {"mac": MAC}}))
    unnamed = parse_event("message", json.dumps({"type": "device.verified", "mac": MAC}))
    assert isinstance(named, DeviceUpdated)
    assert isinstance(unnamed, DeviceUpdated)
    assert named.state == unnamed.state == "verified"


@_decided("21 version")
def _version_1_in_any_form_or_none() -> None:
    for version in ("1.0", "1", "1.7", 1, 1.2, None):
        assert isinstance(_event("device.verified", {"mac": MAC}, version), DeviceUpdated)
    for version in ("2.0", "10", 2, True, "x"):
        event = _event("device.verified", {"mac": MAC}, version)
        assert event == UnknownEvent(raw_type="device.verified", reason="version")


@_decided("22 discovery")
def _discovery_by_either_event() -> None:
    for kind in ("device.discovered", "device.state_changed"):
        event = _event(kind, {"device": {"mac": MAC, "state": "discovered"}})
        assert isinstance(event, DeviceUpdated)
        assert event.state == "discovered"


@_decided("23 error shapes")
def _errors_nested_flat_and_plain() -> None:
    nested = _problem(401, {"success": False, "error": {"code": "UNAUTHORIZED", "message": "no"}})
    flat = _problem(401, {"success": False, "error": "no", "code": "UNAUTHORIZED"})
    plain = _problem(401, {"error": "no"})
    assert nested == flat == plain


@_decided("24 401")
def _a_401_is_told_apart_by_its_code() -> None:
    assert _refused(401, "UNAUTHORIZED").kind is Kind.UNAUTHORIZED
    code = _refused(401, "TOTP_EXPIRED")
    assert (code.kind, code.retryable) == (Kind.DOMAIN, True)


@_decided("26 correlation_id")
def _the_correlation_id_wherever_it_is() -> None:
    for members in (
        {"correlation_id": "c"},
        {"request_id": "c"},
        {"meta": {"correlation_id": "c"}},
    ):
        assert _decoded(200, {"success": True, "data": 1, **members}) == Answer(1, "c")
    header = _decoded(200, {"success": True, "data": 1}, **{"X-Request-Id": "c"})
    assert header == Answer(1, "c")
    assert _decoded(200, {"success": True, "data": 1}) == Answer(1, None)


@_decided("27 retryable")
def _retryable_defaults_to_the_table() -> None:
    assert _refused(503, "MQTT_UNAVAILABLE").retryable
    assert _refused(503, "CAMERA_OFFLINE").retryable
    assert not _refused(409, "CONFLICT").retryable


@_decided("28 INTERNAL_ERROR")
def _an_internal_error_is_repeated_only_when_it_says_so() -> None:
    assert not _refused(500, "INTERNAL_ERROR").retryable
    assert _refused(500, "INTERNAL_ERROR", retryable=True).retryable


@_decided("29 NETWORK_ERROR")
def _a_broken_setup_network_is_not_a_lost_connection() -> None:
    network = _refused(503, "NETWORK_ERROR")
    assert network.kind is Kind.DOMAIN
    assert sentence(network) != sentence(Problem(Kind.TRANSPORT, code="NETWORK_ERROR"))


@_decided("30 404 and 503")
def _404_and_503_mean_absent_unless_a_code_says_more() -> None:
    for status, code in ((404, "NOT_FOUND"), (503, "SERVICE_UNAVAILABLE")):
        assert _problem(status, {}).kind is Kind.ENDPOINT_ABSENT
        absent = _refused(status, code)
        assert (absent.kind, absent.retryable) == (Kind.ENDPOINT_ABSENT, False)
    for status, code in ((404, "CAMERA_NOT_FOUND"), (503, "CIRCUIT_OPEN")):
        assert _refused(status, code).kind is Kind.DOMAIN
    passing = _refused(503, "SERVICE_UNAVAILABLE", retryable=True)
    assert (passing.kind, passing.retryable) == (Kind.DOMAIN, True)


@_decided("31 DEVICE_NOT_IN_ALLOWLIST")
def _not_in_the_allowlist_whatever_the_status() -> None:
    at_403, at_404 = (_refused(status, "DEVICE_NOT_IN_ALLOWLIST") for status in (403, 404))
    assert at_403.kind is at_404.kind is Kind.DOMAIN
    assert sentence(at_403) == sentence(at_404) == "The device is not approved."


@_decided("32 details")
def _details_are_text_object_or_hold_the_delay() -> None:
    assert _refused(400, "X", details="why").message == "why"
    assert "why" in _refused(400, "X", details={"reason": "why"}).message
    delayed = _refused(429, "RATE_LIMITED", details="retry_after: 10")
    assert delayed.retry_after_seconds == 10


@_decided("35 empty logs")
def _an_empty_poll_of_logs_is_no_error() -> None:
    for nothing in ({"count": 0, "logs": []}, {"logs": None}, [], {}):
        assert payloads.logs(nothing) == ()


@_decided("36 log entries")
def _a_log_entry_in_any_spelling() -> None:
    shapes: list[dict[str, Any]] = [
        {"component": "mqtt", "metadata": {"a": 1}, "level": "warn"},
        {"source": "mqtt", "details": {"a": 1}, "level": "WARNING"},
        {"source": "mqtt", "fields": {"a": 1}, "level": "Warn"},
    ]
    read = [LogEntry.model_validate({"message": "m", **shape}) for shape in shapes]
    assert read[0] == read[1] == read[2]
    bare = LogEntry.model_validate({"message": "m", "level": "odd"})
    assert (bare.level, bare.component, bare.details) == ("info", None, {})


@_decided("37 uptime")
def _uptime_in_any_unit() -> None:
    for uptime in (2781596000000000, 2781596, "2781596s"):
        assert SystemInfo.model_validate({"uptime": uptime}).uptime_seconds == 2781596
        assert Health.model_validate({"uptime": uptime}).uptime_seconds == 2781596
        camera = Camera.model_validate({"id": "c", "uptime": uptime})
        assert camera.uptime_seconds == 2781596


@_decided("38 timestamps")
def _moments_with_any_fraction_and_none_that_are_absurd() -> None:
    for fraction in ("", ".2", ".267816124"):
        assert parse_moment(f"2026-01-20T16:07:57{fraction}Z") is not None
    for absurd in ("0001-01-01T00:00:00Z", "1970-01-01T00:00:10Z", "soon", ""):
        assert parse_moment(absurd) is None


@_decided("39 Wi-Fi")
def _wifi_in_any_dialect() -> None:
    assert WifiNetwork.model_validate({"secured": False}).security == "open"
    assert WifiNetwork.model_validate({"secured": True}).security == "unknown"
    dialects: list[dict[str, Any]] = [
        {"status": {"client_status": "connected", "client_ssid": "Shop"}},
        {"status": {"connected": True, "ssid": "Shop"}},
        {"connected": True, "ssid": "Shop"},
    ]
    read = [WifiStatus.model_validate(raw) for raw in dialects]
    assert read[0] == read[1] == read[2]
    assert payloads.wifi_networks({"count": 0, "networks": None}) == ()


@_decided("40 envelope")
def _with_or_without_an_envelope() -> None:
    bare = {"cpu_percent": 5}
    wrapped, mixed = {"success": True, "data": bare}, {"success": True, **bare}
    read = [_decoded(200, raw) for raw in (bare, wrapped, mixed)]
    assert read == [Answer(bare)] * 3


@_decided("42 camera dialects")
def _cameras_in_any_dialect() -> None:
    dialects: list[dict[str, Any]] = [
        {"id": "c", "rssi": -60, "free_heap": 5, "last_seen": "2026-01-20T16:07:57Z"},
        {"device_id": "c", "signal_strength": -60, "heap": 5, "lastSeen": "2026-01-20T16:07:57Z"},
        {
            "camera_id": "c",
            "health": {"wifi_rssi": -60, "free_heap": 5},
            "last_seen": "2026-01-20T16:07:57Z",
        },
    ]
    read = [Camera.model_validate(raw) for raw in dialects]
    assert read[0] == read[1] == read[2]
    assert Camera.model_validate({"id": "c"}).last_seen is None


@_decided("43 camera ids")
def _camera_ids_are_opaque() -> None:
    for key in ("espcam-b0f7f1", "esp-1cdbd47a4f10", "cam-001", MAC):
        assert Camera.model_validate({"device_id": key}).id == key
        assert checks.check_camera_id(key) is None


@_decided("44 camera states")
def _camera_states_are_open() -> None:
    for status in ("rebooting", "idle", "initializing", "dreaming"):
        assert Camera.model_validate({"id": "c", "status": status}).status == status


@_decided("45 capture")
def _a_picture_in_any_shape() -> None:
    encoded = "/9j/4A=="
    shapes: list[object] = [
        b"\xff\xd8\xff\xe0",
        {"image": encoded, "camera_id": "c"},
        {"image_data": encoded},
        {"image": f"data:image/jpeg;base64,{encoded}"},
        {"success": True, "data": {"image_data": encoded}},
    ]
    for shape in shapes:
        assert picture(shape, "c") == CameraPicture(b"\xff\xd8\xff\xe0", "image/jpeg", "c")
    assert picture({"image_url": "/images/1.jpg"}, "c") == "/images/1.jpg"


@_decided("46 door duration")
def _the_door_opens_for_seconds() -> None:
    assert checks.check_door_seconds(30) is None
    for wrong in (0, 31, 5000):
        assert checks.check_door_seconds(wrong) is not None


@_decided("48 nested success")
def _the_inner_success_decides() -> None:
    answer = _decoded(200, {"success": True, "data": {"success": False, "error": "jammed"}})
    assert isinstance(answer, Answer)
    verdict = inner_verdict(answer, key_sent=True)
    assert isinstance(verdict, Problem)
    assert verdict.message == "jammed"


@_decided("49 auth status")
def _a_probe_for_the_key_may_find_nothing() -> None:
    assert _problem(404, {}).kind is Kind.ENDPOINT_ABSENT
    page = decode(200, {"Content-Type": "text/html"}, b"<html>", key_sent=False)
    assert isinstance(page, Problem)
    assert page.kind is Kind.NOT_API
    assert AuthStatus.model_validate({"required": True}).configured is None


@_decided("50 number of codes")
def _the_registry_is_the_list_not_its_count() -> None:
    assert len(CODES) == 26


@_decided("57 used")
def _unused_unless_it_says_so() -> None:
    for members in ({}, {"status": "active"}, {"used": None}):
        assert AllowlistEntry.model_validate({"mac": MAC, **members}).used is False


@_decided("58 progress")
def _progress_is_unknown_where_no_dialect_tells_it() -> None:
    told = _event("device.state_changed", {"mac": MAC, "new_state": "provisioning", "progress": 40})
    untold = _event("device.provisioning_started", {"device": {"mac": MAC}})
    assert isinstance(told, DeviceUpdated)
    assert isinstance(untold, DeviceUpdated)
    assert (told.progress, untold.progress) == (40, None)


@_decided("60 two clients")
def _what_another_client_did_is_a_plain_refusal() -> None:
    for status, code in (
        (404, "SESSION_NOT_FOUND"),
        (409, "SESSION_ALREADY_CLOSED"),
        (410, "SESSION_EXPIRED"),
    ):
        problem = _refused(status, code)
        assert (problem.kind, problem.retryable) == (Kind.DOMAIN, False)
        assert problem.surely_not_done
        assert not problem.maybe_done


@_decided("62 figures that cannot be")
def _figures_that_cannot_be_are_unknown() -> None:
    for rssi in (0, 5, -500, "strong"):
        assert Candidate.model_validate({"rssi": rssi}).rssi is None
        assert Camera.model_validate({"id": "c", "rssi": rssi}).rssi is None
    assert _session(device_count=-1).device_count is None


@pytest.mark.parametrize("number", CASES)
def test_each_contradiction_is_decided_once(number: str) -> None:
    CASES[number]()
