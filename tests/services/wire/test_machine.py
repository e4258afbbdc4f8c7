"""Cameras, links and the door: what their dialects say, and what they leave open."""

import base64
from typing import Any

import pytest

from kiosk.services.wire import payloads
from kiosk.services.wire.cameras import (
    MAX_IMAGE_BYTES,
    Camera,
    CameraDiagnostics,
    CameraPicture,
    picture,
    signal_word,
)
from kiosk.services.wire.door import DoorEvent, DoorResult, DoorStatus
from kiosk.services.wire.network import Bridge, Mqtt, Ping, Tailscale, ping_of_problem
from kiosk.services.wire.onboarding import AutoOnboard
from kiosk.services.wire.problem import Kind, Problem

MAC = "AA:BB:CC:DD:EE:01"
JPEG = b"\xff\xd8\xff\xe0picture"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"id": "a", "device_id": "b"}, "a"),
        ({"id": "", "device_id": "b", "camera_id": "c"}, "b"),
        ({"camera_id": "c", "mac_address": MAC}, "c"),
        ({"mac_address": MAC}, MAC),
        ({"id": 12}, "12"),
    ],
)
def test_a_camera_is_known_by_the_first_id_that_it_has(raw: dict[str, Any], key: str) -> None:
    camera = Camera.model_validate(raw)
    assert (camera.id, camera.name, camera.status) == (key, key, "unknown")


def test_a_camera_without_an_id_is_left_out() -> None:
    read = payloads.cameras({"cameras": [{"name": "x"}, None, {"id": "a"}, {"id": []}]})
    assert [camera.id for camera in read] == ["a"]


def test_a_camera_that_was_never_seen_was_never_seen() -> None:
    for never in ({}, {"last_seen": None}, {"last_seen": "0001-01-01T00:00:00Z"}):
        assert Camera.model_validate({"id": "a", **never}).last_seen is None


def test_what_a_cameras_health_says_wins() -> None:
    health = {"wifi_rssi": -60, "heap": 5, "uptime": "1h", "resolution": "VGA"}
    camera = Camera.model_validate({"id": "a", "rssi": -80, "health": health})
    assert (camera.rssi, camera.free_heap, camera.uptime_seconds) == (-60, 5, 3600)
    assert camera.resolution == "VGA"


def test_diagnostics_are_an_object_or_a_list_or_nothing() -> None:
    raw = {"device_id": "a", "health": {"wifi_rssi": -60}, "capture_success_rate": 0.98}
    read = CameraDiagnostics.model_validate(raw)
    assert (read.camera_id, read.rssi, read.capture_success_rate) == ("a", -60, 0.98)
    assert payloads.camera_diagnostics([raw, {}, None]) == (read,)
    assert payloads.camera_diagnostics({}) == ()


@pytest.mark.parametrize(
    ("rssi", "word"),
    [
        (-50, "excellent"), (-51, "good"), (-60, "good"), (-61, "fair"), (-70, "fair"),
        (-71, "poor"), (None, None),
    ],
)  # fmt: skip
def test_a_signal_has_a_word(rssi: int | None, word: str | None) -> None:
    assert signal_word(rssi) == word


def _encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()


@pytest.mark.parametrize(
    "data",
    [
        JPEG,
        {"image": _encoded(JPEG)},
        {"image_data": _encoded(JPEG).rstrip("=")},
        {"image_base64": "data:image/jpeg;base64," + _encoded(JPEG)},
        {"image": _encoded(JPEG)[:8] + "\r\n" + _encoded(JPEG)[8:]},
        {"image_url": "data:image/jpeg;base64," + _encoded(JPEG)},
    ],
)
def test_a_picture_is_found_in_every_shape(data: object) -> None:
    assert picture(data, "cam") == CameraPicture(JPEG, "image/jpeg", "cam")


def test_a_picture_tells_whose_it_is_and_of_what_kind() -> None:
    at = "2026-01-20T16:07:57Z"
    png = {"image": _encoded(b"\x89PNG.."), "camera_id": "other", "captured_at": at}
    read = picture(png, "cam")
    assert isinstance(read, CameraPicture)
    assert (read.content_type, read.camera_id) == ("image/png", "other")
    assert read.captured_at is not None
    assert "PNG" not in repr(read)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        b"",
        "text",
        {"image": "not base64!"},
        {"image": "####" + _encoded(JPEG)},
        {"image": "é"},
        {"image": "\ud800"},
        {"image": 5, "image_url": "/x"},
        {"image": ""},
        {"image_url": ""},
        {"image_url": 5},
        b"x" * (MAX_IMAGE_BYTES + 1),
        {"image": "A" * (MAX_IMAGE_BYTES * 3 // 2 + 4)},
        {"image": _encoded(b"x" * (MAX_IMAGE_BYTES + 1))},
    ],
    ids=lambda data: str(data)[:20],
)
def test_what_is_no_picture_is_none(data: object) -> None:
    assert picture(data, "cam") is None


def test_a_picture_elsewhere_is_its_address() -> None:
    assert picture({"image_url": "http://pi/1.jpg"}, "cam") == "http://pi/1.jpg"


def test_the_paired_are_a_list_or_an_object() -> None:
    camera = {"mac_address": "aabbccddee01", "signal_strength": 0, "last_image": "0001-01-01"}
    read = payloads.paired_cameras({"cameras": [camera, None], "total": 1, "online": 0})
    assert read is not None
    assert (read.total, read.online_count) == (1, 0)
    assert [(one.mac_address, one.signal_strength) for one in read.cameras] == [(MAC, None)]
    bare = payloads.paired_cameras([camera])
    assert bare is not None
    assert (bare.cameras, bare.total) == (read.cameras, None)
    empty = payloads.paired_cameras({"cameras": None})
    assert empty is not None
    assert empty.cameras == ()


def test_the_discovered_are_those_that_tell_their_mac() -> None:
    found = [{"mac_address": MAC, "ip_address": "10.0.0.2"}, {"ip": "10.0.0.3"}]
    for raw in (found, {"cameras": found}, {"devices": found}):
        assert [(one.mac, one.ip) for one in payloads.discovered_cameras(raw)] == [
            (MAC, "10.0.0.2")
        ]


@pytest.mark.parametrize(
    ("raw", "connected"),
    [
        ({"backend_state": "Running"}, True),
        ({"backend_state": "NeedsLogin"}, False),
        ({"backend_state": "Running", "connected": False}, False),
        ({"backend_state": ""}, None),
        ({}, None),
    ],
)
def test_the_vpn_is_up_by_its_word_or_its_state(raw: dict[str, Any], connected: bool) -> None:
    assert Tailscale.model_validate(raw).connected is connected


def test_an_empty_address_is_none() -> None:
    read = Tailscale.model_validate({"tailscale_ip": "", "peers": [{"tailscale_ip": ""}, 5]})
    assert (read.ip, [peer.ip for peer in read.peers]) == (None, [None])


def test_a_ping_that_failed_is_a_result() -> None:
    failed = Ping.model_validate({"success": False, "error": "timeout", "packet_loss": 100})
    assert (failed.success, failed.avg_ms, failed.packet_loss) == (False, None, 100)
    bare = Problem(Kind.DOMAIN, message="timeout", http_status=200)
    assert ping_of_problem(bare) == Ping(success=False, error="timeout")


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Kind.DOMAIN, code="BAD_REQUEST", http_status=400),
        Problem(Kind.NOT_API, http_status=200),
        Problem(Kind.TIMEOUT),
    ],
)
def test_a_ping_that_was_not_made_has_no_result(problem: Problem) -> None:
    assert ping_of_problem(problem) is None


def test_a_measured_round_trip_is_a_success() -> None:
    assert Ping.model_validate({"latency_ms": 3}) == Ping(success=True, avg_ms=3)
    assert Ping.model_validate({}).success is None


def test_links_are_read_with_and_without_their_wrapper() -> None:
    assert Mqtt.model_validate({"status": {"connected": True, "clientId": "pi"}}) == Mqtt(
        connected=True, client_id="pi"
    )
    up = {"configured": True, "connected": False, "url": "http://b"}
    assert Bridge.model_validate({"status": up}) == Bridge.model_validate(up)
    for nothing in ({"status": None, "connected": True}, {}, {"status": 5}):
        assert Bridge.model_validate(nothing) == Bridge()


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ({"state": "locked"}, (None, "locked")),
        ({"state": "unlocked", "lock_state": "error"}, (None, "error")),
        ({"state": "open", "lock_state": "unlocked"}, ("open", "unlocked")),
        ({"door_state": "closed"}, ("closed", None)),
        ({}, (None, None)),
    ],
)
def test_the_leaf_and_the_lock_are_two_things(raw: dict[str, Any], read: tuple[Any, Any]) -> None:
    door = DoorStatus.model_validate(raw)
    assert (door.state, door.lock_state) == read
    assert door.hardware_available is None


def test_a_door_command_in_either_dialect() -> None:
    assert DoorResult.model_validate({"door_state": "open"}).state == "open"
    new = DoorEvent.model_validate({"id": 1, "command": "open", "result": "success"})
    old = DoorEvent.model_validate({"id": "1", "action": "open", "success": True})
    assert new == old
    assert DoorEvent.model_validate({"success": False}).result == "failed"
    assert DoorEvent.model_validate({}).result is None
    assert payloads.door_history({"history": [{}, None]}) == payloads.door_history([{}])


def test_onboarding_by_itself_is_flat() -> None:
    raw = {
        "enabled": True,
        "mode": "dev",
        "config": {"max_per_minute": 10},
        "metrics": {"success": 0},
    }
    read = AutoOnboard.model_validate(raw)
    assert (read.enabled, read.max_per_minute, read.success, read.failed) == (True, 10, 0, None)
    assert AutoOnboard.model_validate({"enabled": False, "status": "off"}).running is None


def test_a_container_without_cameras_says_so() -> None:
    raw = {"containers": [{"id": 12345, "cameras": None}, {"label": "no id"}]}
    (container,) = payloads.containers(raw)
    assert (container.id, container.label, container.cameras) == ("12345", None, ())
    assert container.camera_count is None
