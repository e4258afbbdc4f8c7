from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulator.pi import Pi

WIFI, NETWORK = "/api/v1/wifi", "/api/v1/network"
SIMPLE = {"success", "data", "request_id", "timestamp"}


async def test_the_pi_joins_another_network(pi: Pi) -> None:
    secured = {"ssid": "Café São João", "password": "long enough"}
    joined = await pi.data("POST", f"{WIFI}/connect", json=secured)
    assert (joined["success"], joined["ip_address"]) == (True, "192.168.1.20")
    status = (await pi.data("GET", f"{WIFI}/status"))["status"]
    assert (status["client_status"], status["client_ssid"]) == ("connected", "Café São João")
    assert (await pi.data("POST", f"{WIFI}/connect", json={"ssid": "Lobby Guests"}))["success"]


async def test_a_wrong_password_gets_the_401_of_the_wifi(pi: Pi) -> None:
    wrong = {"ssid": "Machine-Room", "password": "short"}
    for body in (wrong, {"ssid": "Machine-Room"}):
        answer = await pi.call("POST", f"{WIFI}/connect", json=body)
        assert answer.status_code == 401
        assert answer.json() == {"success": False, "error": "incorrect password"}
    assert (await pi.data("GET", f"{WIFI}/status"))["status"]["client_status"] == "connected"


async def test_an_unknown_network_is_not_joined(pi: Pi) -> None:
    for ssid, refusal in [("Nowhere", (404, "NETWORK_NOT_FOUND")), (5, (400, "VALIDATION_FAILED"))]:
        body = {"ssid": ssid, "password": "long enough"}
        assert await pi.refusal("POST", f"{WIFI}/connect", json=body) == refusal


async def test_the_pi_leaves_its_network_and_everything_follows(pi: Pi) -> None:
    assert (await pi.data("POST", f"{WIFI}/disconnect"))["success"]
    status = (await pi.data("GET", f"{WIFI}/status"))["status"]
    assert status == {"client_status": "disconnected", "ap_status": "inactive"}
    assert not (await pi.data("GET", f"{NETWORK}/mqtt"))["connected"]
    pi.restart()
    status = (await pi.data("GET", f"{WIFI}/status"))["status"]
    assert status["client_status"] == "disconnected"


async def test_each_dialect_has_its_own_wifi_status(tmp_path: Path) -> None:
    told = {}
    for dialect in ("datamodel", "compat"):
        pi = Pi(tmp_path / dialect, dialect=dialect)
        told[dialect] = await pi.data("GET", f"{WIFI}/status")
        networks = (await pi.data("GET", f"{WIFI}/scan"))["networks"]
        assert ("secured" in networks[0]) is (dialect == "compat")
        pi.close()
    assert told["datamodel"]["status"] == {
        "connected": True,
        "ssid": "Machine-Room",
        "ip_address": "192.168.1.20",
        "signal": -41,
        "mode": "client",
    }
    assert told["compat"] == {
        "connected": True,
        "ssid": "Machine-Room",
        "ip": "192.168.1.20",
        "signal_strength": -41,
    }


async def test_areas_of_the_simple_envelope_use_it(pi: Pi) -> None:
    for path in (
        f"{WIFI}/status",
        f"{NETWORK}/tailscale",
        f"{NETWORK}/bridge",
        "/api/v1/espcam/paired",
        "/api/v1/containers",
        "/api/v1/onboarding/auto/status",
    ):
        assert (await pi.call("GET", path)).json().keys() == SIMPLE
    for path in ("/api/v1/cameras", "/api/v1/config", "/api/v1/door/status"):
        assert "correlation_id" in (await pi.call("GET", path)).json()


async def test_a_ping_is_told_with_its_times(pi: Pi) -> None:
    body = {"type": "icmp", "host": "8.8.8.8", "count": 3}
    times = await pi.data("POST", f"{NETWORK}/ping", json=body)
    assert times["success"]
    assert times["min_ms"] <= times["avg_ms"] <= times["max_ms"]
    lost = await pi.data("POST", f"{NETWORK}/ping", json={**body, "host": "nobody.example"})
    assert (lost["success"], lost["packet_loss"], lost["error"]) == (False, 100.0, "unknown host")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"host": "8.8.8.8"}, "MISSING_PARAMETER"),
        ({"type": "tcp", "host": "8.8.8.8"}, "VALIDATION_FAILED"),
        ({"type": "icmp"}, "MISSING_PARAMETER"),
        ({"type": "icmp", "host": "a b"}, "VALIDATION_FAILED"),
        ({"type": "icmp", "host": "8.8.8.8", "count": 0}, "VALIDATION_FAILED"),
        ({"type": "icmp", "host": "8.8.8.8", "count": 1.5}, "VALIDATION_FAILED"),
    ],
)
async def test_a_bad_ping_is_refused(pi: Pi, body: object, code: str) -> None:
    assert await pi.refusal("POST", f"{NETWORK}/ping", json=body) == (400, code)
