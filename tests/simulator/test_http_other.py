from __future__ import annotations

import uuid
from urllib.parse import quote

import pytest

from tests.support.canary import KEY
from tests.support.simulator import SimulatorProcess

ALLOWLIST = "/api/v1/provisioning/allowlist"


def test_the_fleet_is_approved_from_the_start(shared: SimulatorProcess) -> None:
    data = shared.call("GET", f"{ALLOWLIST}?available=true").json()["data"]
    assert data["count"] == len(data["entries"]) == 3
    assert data["entries"][0].keys() == {"mac", "description", "container_id", "added_at", "used"}


def test_a_device_is_added_listed_and_removed(shared: SimulatorProcess) -> None:
    added = shared.call(
        "POST", ALLOWLIST, json={"mac": "aa-bb-cc-dd-ee-01", "description": "spare"}
    )
    assert added.status_code == 201
    entry = added.json()["data"]["entry"]
    assert (entry["mac"], entry["description"], entry["used"]) == (
        "AA:BB:CC:DD:EE:01",
        "spare",
        False,
    )
    twice = shared.call("POST", ALLOWLIST, json={"mac": "AA:BB:CC:DD:EE:01"})
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "CONFLICT")
    listed = shared.call("GET", ALLOWLIST).json()["data"]["entries"]
    assert "AA:BB:CC:DD:EE:01" in [e["mac"] for e in listed]
    removed = shared.call("DELETE", f"{ALLOWLIST}/AA%3ABB%3ACC%3ADD%3AEE%3A01")
    assert (removed.status_code, removed.content) == (204, b"")
    assert shared.call("DELETE", f"{ALLOWLIST}/AA:BB:CC:DD:EE:01").status_code == 404


@pytest.mark.parametrize("mac", ["", "AA:BB:CC:DD:EE", "GG:BB:CC:DD:EE:FF", "all", 5])
def test_what_is_no_mac_is_refused(shared: SimulatorProcess, mac: object) -> None:
    answer = shared.call("POST", ALLOWLIST, json={"mac": mac})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_FAILED")
    assert answer.json()["error"]["details"]


def test_the_word_all_does_not_wipe_the_list(shared: SimulatorProcess) -> None:
    assert shared.call("DELETE", f"{ALLOWLIST}/all").status_code == 400
    assert shared.call("GET", ALLOWLIST).json()["data"]["count"] >= 3


def test_wifi_is_scanned_once_in_ten_seconds(shared: SimulatorProcess) -> None:
    data = shared.call("GET", "/api/v1/wifi/scan").json()["data"]
    ssids = [network["ssid"] for network in data["networks"]]
    assert 6 <= data["count"] == len(ssids) <= 10
    assert {"Machine-Room", "", "[b]markup[/b]", "Café São João"} <= set(ssids)
    assert ssids[0] == "Machine-Room"
    assert "Open" in {network["security"] for network in data["networks"]}
    again = shared.call("GET", "/api/v1/wifi/scan")
    assert again.status_code == 429
    error = again.json()["error"]
    assert (error["code"], error["retryable"]) == ("RATE_LIMITED", True)
    assert 1 <= int(again.headers["retry-after"]) <= 10
    assert error["details"] == f"retry_after: {again.headers['retry-after']}"
    assert again.json().keys() == {"success", "error", "request_id", "timestamp"}


def test_wifi_status_tells_client_and_access_point(shared: SimulatorProcess) -> None:
    status = shared.call("GET", "/api/v1/wifi/status").json()["data"]["status"]
    assert (status["client_status"], status["ap_status"]) == ("connected", "inactive")


def test_health_and_system_information_are_enveloped_and_bare(shared: SimulatorProcess) -> None:
    assert shared.call("GET", "/api/v1/health").json()["data"]["status"] == "healthy"
    assert shared.call("GET", "/health").json()["status"] == "healthy"
    enveloped = shared.call("GET", "/api/v1/system/info").json()["data"]
    bare = shared.call("GET", "/api/system/info").json()
    assert enveloped.keys() == bare.keys()
    assert bare["uptime"] > 1e15
    assert 0 <= bare["cpu"]["usage_percent"] <= 100


def test_an_unknown_route_below_the_api_is_json_404(shared: SimulatorProcess) -> None:
    for method, path in [("GET", "/api/v1/sessions"), ("PUT", "/api/v1/health")]:
        answer = shared.call(method, path)
        assert answer.status_code == 404
        body = answer.json()
        assert body["error"].keys() == {"code", "message", "path", "retryable"}
        assert (body["error"]["code"], body["error"]["path"]) == ("NOT_FOUND", path)
        assert "correlation_id" not in body


def test_any_other_path_is_the_web_page_with_200(shared: SimulatorProcess) -> None:
    for path in ("/", "/api/devices", "/provisioning/batch/network"):
        answer = shared.call("GET", path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.startswith("<!doctype html>")


def test_without_a_key_everything_is_allowed_and_said_so(shared: SimulatorProcess) -> None:
    status = shared.call("GET", "/api/v1/auth/status").json()["data"]
    assert status == {"required": False, "configured": False}


@pytest.mark.parametrize(
    ("headers", "query", "text"),
    [
        ({"X-API-Key": ""}, "", "API key required"),
        ({"X-API-Key": "wrong-key"}, "", "Invalid API key"),
        ({"X-API-Key": ""}, "?api_key=wrong-key", "Invalid API key"),
    ],
)
def test_a_missing_or_wrong_key_gets_the_flat_401(
    locked: SimulatorProcess, headers: dict[str, str], query: str, text: str
) -> None:
    for path in (
        f"{ALLOWLIST}",
        "/api/v1/provisioning/batch/network",
        "/api/v1/provisioning/batch/events",
        "/api/v1/provisioning/sessions/recoverable",
        "/api/v1/door/status",
    ):
        answer = locked.call("GET", path + query, headers=headers)
        assert answer.status_code == 401
        body = answer.json()
        uuid.UUID(body.pop("correlation_id"))
        assert body.pop("timestamp")
        assert body == {
            "success": False,
            "error": text,
            "code": "UNAUTHORIZED",
            "retryable": False,
        }


def test_the_right_key_is_taken_from_header_or_query(locked: SimulatorProcess) -> None:
    path = "/api/v1/provisioning/sessions/recoverable"
    assert locked.call("GET", path).status_code == 200
    by_query = locked.call("GET", f"{path}?api_key={quote(KEY)}", headers={"X-API-Key": ""})
    assert by_query.status_code == 200


def test_unprotected_routes_need_no_key(locked: SimulatorProcess) -> None:
    for path in ("/api/v1/health", "/api/v1/system/info", "/api/v1/wifi/status", "/health"):
        assert locked.call("GET", path, headers={"X-API-Key": ""}).status_code == 200
    status = locked.call("GET", "/api/v1/auth/status", headers={"X-API-Key": ""})
    assert status.json()["data"] == {"required": True, "configured": True}
