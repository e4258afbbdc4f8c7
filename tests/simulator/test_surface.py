from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.simulator.pi import Pi
from tests.support.canary import KEY, PASSWORD

BARE_TWINS = {
    "/api/wifi/status": "/api/v1/wifi/status",
    "/api/cameras": "/api/v1/cameras",
    "/api/dashboard/cameras": "/api/v1/cameras",
    "/api/dashboard/config": "/api/v1/config",
    "/api/door/status": "/api/v1/door/status",
    "/api/dashboard/door/status": "/api/v1/door/status",
    "/api/dashboard/tailscale/status": "/api/v1/network/tailscale",
    "/api/dashboard/mqtt/status": "/api/v1/network/mqtt",
    "/api/dashboard/bridge/status": "/api/v1/network/bridge",
    "/api/dashboard/logs": "/api/v1/system/logs",
    "/api/logs/recent": "/api/v1/system/logs",
    "/api/health": "/api/v1/health",
}
LATER = [
    ("POST", "/api/v1/provisioning/batch/x/pause"),
    ("POST", "/api/v1/provisioning/batch/x/resume"),
    ("POST", "/api/v1/provisioning/batch/x/devices/AA:BB:CC:DD:EE:FF/skip"),
    ("DELETE", "/api/v1/provisioning/sessions/x"),
    ("GET", "/api/v1/provisioning/sessions/history"),
    ("GET", "/api/v1/espcam/paired"),
    ("POST", "/api/v1/cameras/espcam-000a01/capture"),
    ("POST", "/api/v1/cameras/espcam-000a01/reboot"),
    ("GET", "/api/v1/cameras/espcam-000a01/diagnostics"),
    ("POST", "/api/v1/door/close"),
    ("GET", "/api/v1/door/history"),
    ("GET", "/api/v1/containers"),
    ("GET", "/api/v1/onboarding/auto/status"),
    ("GET", "/api/v1/network/bridge"),
    ("POST", "/api/v1/config/location/reset"),
]
SPEC = [
    "/api/v1/provisioning/sessions/recoverable",
    "/api/v1/provisioning/batch/network",
    "/api/v1/cameras",
    "/api/v1/espcam/discovered",
    "/api/v1/config",
    "/api/v1/network/tailscale",
    "/api/v1/door/status",
    "/api/v1/system/logs",
    "/api/v1/wifi/status",
]
PROTECTED = [
    ("GET", "{base}/provisioning/batch/network"),
    ("GET", "{base}/provisioning/allowlist"),
    ("GET", "{base}/provisioning/sessions/history"),
    ("POST", "{base}/door/open"),
    ("GET", "{base}/door/history"),
    ("PUT", "{base}/config/location"),
    ("POST", "{base}/config/location/reset"),
    ("POST", "/api/system/reset"),
    ("POST", "/api/door/open"),
    ("GET", "/api/dashboard/door/status"),
    ("PUT", "/api/dashboard/config/location"),
]


@pytest.mark.parametrize("routes", ["all", "legacy"])
async def test_the_twins_are_bare(tmp_path: Path, routes: str) -> None:
    pi = Pi(tmp_path, routes=routes)
    newer = Pi(tmp_path / "newer")
    for bare, enveloped in BARE_TWINS.items():
        answer = await pi.call("GET", bare)
        assert answer.status_code == 200, bare
        assert "data" not in answer.json(), bare
        data = await newer.data("GET", enveloped)
        assert answer.json().keys() - {"success"} == data.keys() - {"success"}, bare
    pi.close()
    newer.close()


async def test_errors_of_a_twin_are_flat(pi: Pi) -> None:
    refused = await pi.call("POST", "/api/dashboard/cameras/espcam-000a03/capture")
    assert refused.status_code == 503
    assert refused.json() == {
        "error": "Camera is offline",
        "code": "CAMERA_OFFLINE",
        "details": "espcam-000a03 is offline",
        "retryable": True,
        "retry_after_seconds": 30,
    }
    assert (await pi.call("POST", "/api/door/open", json={"duration": 0})).json()["error"]


async def test_a_twin_acts_on_the_same_world(pi: Pi) -> None:
    assert (await pi.call("POST", "/api/dashboard/door/open")).json()["success"] is True
    assert (await pi.data("GET", "/api/v1/door/status"))["state"] == "open"
    written = await pi.call("PUT", "/api/dashboard/config/location", json={"value": "hall"})
    assert written.json()["success"] is True
    assert (await pi.data("GET", "/api/v1/config/location"))["value"] == "hall"
    ping = {"type": "icmp", "host": "localhost"}
    pinged = await pi.call("POST", "/api/dashboard/tailscale/ping", json=ping)
    assert pinged.json()["success"] is True


async def test_a_server_of_the_specification_lacks_what_is_later(tmp_path: Path) -> None:
    pi = Pi(tmp_path, routes="spec")
    for path in SPEC:
        assert (await pi.call("GET", path)).status_code == 200, path
    for method, path in LATER:
        answer = await pi.call(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND"), path
        assert answer.json()["error"]["path"] == path
    pi.close()


async def test_an_older_server_has_nothing_below_v1(tmp_path: Path) -> None:
    pi = Pi(tmp_path, routes="legacy", key=KEY)
    for method, path in [("GET", path) for path in SPEC] + LATER:
        answer = await pi.call(method, path)
        assert answer.status_code == 200, path
        assert answer.text.startswith("<!doctype html>"), path
    pi.close()


async def test_an_older_server_provisions_below_api(tmp_path: Path) -> None:
    pi = Pi(tmp_path, routes="legacy")
    body = {"target_ssid": "Machine-Room", "target_password": PASSWORD}
    started = await pi.data("POST", "/api/provisioning/batch/start", json=body)
    session_id = started["session"]["id"]
    snapshot = await pi.data("GET", f"/api/provisioning/batch/{session_id}")
    assert snapshot["session"]["state"] == "discovering"
    refused = await pi.refusal("GET", "/api/provisioning/batch/nobody")
    assert refused == (404, "SESSION_NOT_FOUND")
    assert (await pi.data("GET", "/api/espcam/paired"))["total"] == 4
    pi.close()


@pytest.mark.parametrize(("routes", "base"), [("all", "/api/v1"), ("legacy", "/api")])
async def test_the_same_groups_ask_for_a_key_under_every_prefix(
    tmp_path: Path, routes: str, base: str
) -> None:
    pi = Pi(tmp_path, routes=routes, key=KEY)
    for method, template in PROTECTED:
        path = template.format(base=base)
        refused = await pi.call(method, path)
        assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED"), path
        allowed = await pi.call(method, path, headers={"X-API-Key": KEY}, json={"value": ""})
        assert allowed.status_code == 200, path
    for path in ("config", "cameras", "espcam/paired", "network/mqtt", "wifi/status", "health"):
        assert (await pi.call("GET", f"{base}/{path}")).status_code == 200, path
    pi.close()


ODD = ["", "x", "\ud800", 0, -1, 1e308, 10**30, True, None, [], {}, ["x"], {"x": "y"}, "é" * 2000]


async def test_no_odd_input_breaks_anything(pi: Pi) -> None:
    """Every field that a mutation reads is any JSON value, and every answer is a chosen one."""
    session_id = await pi.start_session()
    for path, fields in {
        "/api/v1/wifi/connect": {"ssid": "Machine-Room", "password": "long enough"},
        "/api/v1/network/ping": {"type": "icmp", "host": "localhost", "count": 1},
        "/api/v1/door/open": {"duration": 1, "testing_mode": True},
        "/api/v1/espcam/pair": {"mac_address": "24:0A:C4:00:0B:01", "code": "000000"},
        "/api/v1/containers/lobby-fridge-001/cameras": {"device_id": "nobody", "position": 1},
        "/api/v1/provisioning/allowlist": {"mac": "x", "description": "x", "container_id": "x"},
        f"/api/v1/provisioning/batch/{session_id}/pause": {"x": 1},
    }.items():
        for name in fields:
            for odd in ODD:
                answer = await pi.call("POST", path, content=json.dumps({**fields, name: odd}))
                assert answer.status_code < 500, (path, name, odd)
    for odd in ODD:
        body = json.dumps({"value": odd})
        answer = await pi.call("PUT", "/api/v1/config/location", content=body)
        assert answer.status_code in {200, 400}, odd
