from __future__ import annotations

import json
import time
import uuid
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.support.canary import PASSWORD
from tests.support.simulator import SimulatorProcess

BATCH = "/api/v1/provisioning/batch"
SESSIONS = "/api/v1/provisioning/sessions"
GOOD = {"target_ssid": "Machine-Room", "target_password": PASSWORD}


def refused(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["success"] is False
    uuid.UUID(body["correlation_id"])
    assert isinstance(body["error"]["retryable"], bool)
    return answer.status_code, body["error"]["code"]


def wait_for(simulator: SimulatorProcess, session_id: str, **counts: int) -> dict[str, Any]:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        snapshot = simulator.session(session_id)
        if all(snapshot["session"][name] == count for name, count in counts.items()):
            return snapshot
        time.sleep(0.02)
    raise AssertionError(f"never {counts}: {snapshot['session']}")


def test_golden_flow_1_from_start_to_stop(simulator: SimulatorProcess) -> None:
    started = simulator.call("POST", f"{BATCH}/start", json=GOOD)
    assert started.status_code == 201
    body = started.json()
    assert body["success"] is True
    uuid.UUID(body["correlation_id"])
    assert body["timestamp"].endswith("Z")
    session_id = body["data"]["session"]["id"]

    snapshot = wait_for(simulator, session_id, device_count=5)
    assert {d["state"] for d in snapshot["devices"]} == {"discovered"}
    assert all(d["in_allowlist"] and d["container_id"] for d in snapshot["devices"])
    assert snapshot["network_status"] == {
        "ssid": "DelicasaOnboard",
        "is_active": True,
        "connected_devices": 5,
    }
    assert snapshot["timeout_remaining"].endswith("s")

    everything = simulator.call("POST", f"{BATCH}/{session_id}/provision-all")
    assert everything.json()["data"] | {"message": ""} == {
        "initiated_count": 5,
        "skipped_count": 0,
        "message": "",
    }
    wait_for(simulator, session_id, verified_count=5, failed_count=0)
    stopped = simulator.call("POST", f"{BATCH}/{session_id}/stop")
    assert stopped.json()["data"]["session"]["state"] == "closed"
    again = simulator.call("POST", f"{BATCH}/{session_id}/stop")
    assert refused(again) == (409, "SESSION_ALREADY_CLOSED")


def test_the_snapshot_can_leave_the_devices_out_and_the_list_can_be_filtered(
    simulator: SimulatorProcess,
) -> None:
    session_id = simulator.start_session()
    snapshot = wait_for(simulator, session_id, device_count=5)
    lean = simulator.call("GET", f"{BATCH}/{session_id}?include_devices=false").json()["data"]
    assert "devices" not in lean
    mac = snapshot["devices"][0]["mac"]
    simulator.call("POST", f"{BATCH}/{session_id}/devices/{mac}/provision")
    wait_for(simulator, session_id, verified_count=1)
    listed = simulator.call("GET", f"{BATCH}/{session_id}/devices?state=verified").json()["data"]
    assert [d["mac"] for d in listed["devices"]] == [mac]
    assert listed["count"] == 1


def test_one_device_is_provisioned_once(simulator: SimulatorProcess) -> None:
    session_id = simulator.start_session()
    mac = wait_for(simulator, session_id, device_count=5)["devices"][0]["mac"]
    path = f"{BATCH}/{session_id}/devices/{mac.replace(':', '%3A').lower()}"
    done = simulator.call("POST", f"{path}/provision")
    assert done.json()["data"]["mac"] == mac
    assert done.json()["data"]["state"] == "provisioning"
    assert refused(simulator.call("POST", f"{path}/provision")) == (
        409,
        "DEVICE_ALREADY_PROVISIONING",
    )
    wait_for(simulator, session_id, verified_count=1)
    assert refused(simulator.call("POST", f"{path}/retry")) == (409, "DEVICE_INVALID_STATE")
    stranger = f"{BATCH}/{session_id}/devices/AA:BB:CC:DD:EE:FF/provision"
    assert refused(simulator.call("POST", stranger)) == (404, "DEVICE_NOT_FOUND")


def test_a_device_outside_the_allowlist_is_refused(simulator: SimulatorProcess) -> None:
    session_id = simulator.start_session()
    mac = wait_for(simulator, session_id, device_count=5)["devices"][0]["mac"]
    simulator.call("DELETE", f"/api/v1/provisioning/allowlist/{mac}")
    answer = simulator.call("POST", f"{BATCH}/{session_id}/devices/{mac}/provision")
    assert refused(answer) == (403, "DEVICE_NOT_IN_ALLOWLIST")


def test_a_second_session_is_refused(simulator: SimulatorProcess) -> None:
    session_id = simulator.start_session()
    second = simulator.call("POST", f"{BATCH}/start", json=GOOD)
    assert refused(second) == (409, "SESSION_ALREADY_ACTIVE")
    listed = simulator.call("GET", f"{SESSIONS}/recoverable").json()["data"]["sessions"]
    assert [s["id"] for s in listed] == [session_id]
    resumed = simulator.call("POST", f"{SESSIONS}/{session_id}/resume")
    assert refused(resumed) == (409, "SESSION_ALREADY_ACTIVE")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"target_password": "12345678"}, "MISSING_PARAMETER"),
        ({"target_ssid": "net"}, "MISSING_PARAMETER"),
        ({"target_ssid": None, "target_password": "12345678"}, "MISSING_PARAMETER"),
        ({"target_ssid": "", "target_password": "12345678"}, "VALIDATION_FAILED"),
        ({"target_ssid": 5, "target_password": "12345678"}, "VALIDATION_FAILED"),
        ({"target_ssid": "é" * 17, "target_password": "12345678"}, "VALIDATION_FAILED"),
        ({"target_ssid": "\ud800", "target_password": "12345678"}, "VALIDATION_FAILED"),
        ({"target_ssid": "net", "target_password": "1234567"}, "VALIDATION_FAILED"),
        ({"target_ssid": "net", "target_password": "x" * 64}, "VALIDATION_FAILED"),
        ({**GOOD, "config": []}, "VALIDATION_FAILED"),
        ({**GOOD, "config": {"discovery_timeout_seconds": 0}}, "VALIDATION_FAILED"),
        ({**GOOD, "config": {"discovery_timeout_seconds": True}}, "VALIDATION_FAILED"),
        ({**GOOD, "config": {"verification_timeout_seconds": "9"}}, "VALIDATION_FAILED"),
        (["net"], "INVALID_REQUEST"),
    ],
)
def test_bad_input_is_refused(shared: SimulatorProcess, body: Any, code: str) -> None:
    answer = shared.call("POST", f"{BATCH}/start", content=json.dumps(body))
    assert refused(answer) == (400, code)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_refused(shared: SimulatorProcess, content: bytes) -> None:
    answer = shared.call("POST", f"{BATCH}/start", content=content)
    assert refused(answer) == (400, "INVALID_REQUEST")


def test_the_password_may_be_a_raw_key_and_is_never_on_disk(simulator: SimulatorProcess) -> None:
    body = {"target_ssid": "é" * 16, "target_password": "0123456789abcdef" * 4}
    started = simulator.call("POST", f"{BATCH}/start", json=body)
    assert started.status_code == 201
    assert started.json()["data"]["session"]["target_ssid"] == "é" * 16
    stored = b"".join(path.read_bytes() for path in simulator.state.iterdir())
    assert b"0123456789abcdef" not in stored
    assert "é".encode() * 16 in stored


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{BATCH}/sess_nobody"),
        ("GET", f"{BATCH}/sess_nobody/devices"),
        ("POST", f"{BATCH}/sess_nobody/stop"),
        ("POST", f"{BATCH}/sess_nobody/provision-all"),
        ("POST", f"{BATCH}/sess_nobody/devices/AA:BB:CC:DD:EE:FF/retry"),
        ("POST", f"{SESSIONS}/sess_nobody/resume"),
        ("GET", f"{BATCH}/events?session_id=sess_nobody"),
    ],
)
def test_an_unknown_session_is_not_found(shared: SimulatorProcess, method: str, path: str) -> None:
    assert refused(shared.call(method, path)) == (404, "SESSION_NOT_FOUND")


def test_a_session_expires_when_it_said() -> None:
    with SimulatorProcess(devices=1, speed=1000) as fast:
        started = fast.call("POST", f"{BATCH}/start", json=GOOD).json()["data"]["session"]
        expires = datetime.fromisoformat(started["expires_at"]).timestamp()
        assert 1 < expires - time.time() <= 1.8
        time.sleep(max(0, expires - time.time()) + 0.05)
        path = f"{BATCH}/{started['id']}"
        assert refused(fast.call("GET", path)) == (410, "SESSION_EXPIRED")
        assert refused(fast.call("POST", f"{path}/stop")) == (410, "SESSION_EXPIRED")
        assert fast.call("GET", f"{SESSIONS}/recoverable").json()["data"]["sessions"] == []


def test_compat_speaks_its_own_records() -> None:
    with SimulatorProcess(devices=1, speed=20, dialect="compat") as simulator:
        session_id = simulator.start_session()
        snapshot = wait_for(simulator, session_id, device_count=1)
        assert snapshot["session"]["network_interface"] == "wlan0"
        assert snapshot["devices"][0]["name"].startswith("ESP32-CAM-")
        network = simulator.call("GET", f"{BATCH}/network").json()["data"]
        assert network == {"interface": "wlan0", "ssid": "DelicasaOnboard", "connected": True}
