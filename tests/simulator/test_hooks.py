from __future__ import annotations

import time

import httpx
import pytest
import websockets

from tests.support.simulator import SimulatorProcess

HEALTH = "/api/v1/health"


def test_requests_are_remembered_with_their_answers(locked: SimulatorProcess) -> None:
    locked.call("GET", f"{HEALTH}?api_key=secret")
    refused = locked.call(
        "GET", "/api/v1/provisioning/batch/network", headers={"X-API-Key": "nope"}
    )
    seen = locked.requests()
    assert [(r["method"], r["path"], r["status"]) for r in seen] == [
        ("GET", HEALTH, 200),
        ("GET", "/api/v1/provisioning/batch/network", 401),
    ]
    assert seen[1]["correlation_id"] == refused.json()["correlation_id"]
    report = locked.call("GET", "/_simulator/requests")
    assert report.json()["counts"] == {
        f"GET {HEALTH}": 1,
        "GET /api/v1/provisioning/batch/network": 1,
    }
    assert "secret" not in report.text


def test_a_fault_spoils_as_many_requests_as_it_says(shared: SimulatorProcess) -> None:
    shared.fault(HEALTH, status=502, body="<html>bad</html>", content_type="text/html", times=2)
    answers = [shared.call("GET", HEALTH) for _ in range(3)]
    assert [a.status_code for a in answers] == [502, 502, 200]
    assert answers[0].text == "<html>bad</html>"
    assert answers[0].headers["content-type"].startswith("text/html")


def test_a_fault_may_be_any_registered_code(shared: SimulatorProcess) -> None:
    shared.fault(HEALTH, code="MQTT_UNAVAILABLE")
    answer = shared.call("GET", HEALTH)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "MQTT_UNAVAILABLE"
    assert answer.json()["error"]["retry_after_seconds"] == 5


def test_a_fault_may_answer_json_with_headers(shared: SimulatorProcess) -> None:
    shared.fault(HEALTH, status=429, body={"error": "slow"}, headers={"Retry-After": "never"})
    answer = shared.call("GET", HEALTH)
    assert (answer.status_code, answer.json()) == (429, {"error": "slow"})
    assert answer.headers["retry-after"] == "never"


def test_only_the_method_that_it_names_is_spoiled(shared: SimulatorProcess) -> None:
    shared.fault("/api/v1/provisioning", method="post", status=500)
    assert shared.call("GET", "/api/v1/provisioning/allowlist").status_code == 200
    assert shared.call("POST", "/api/v1/provisioning/allowlist").status_code == 500


def test_an_answer_may_be_late(shared: SimulatorProcess) -> None:
    shared.fault(HEALTH, delay_seconds=0.3)
    began = time.monotonic()
    assert shared.call("GET", HEALTH).status_code == 200
    assert time.monotonic() - began >= 0.3


def test_executed_but_the_answer_is_lost(simulator: SimulatorProcess) -> None:
    simulator.fault("/api/v1/provisioning/batch/start", then_execute=True)
    with pytest.raises(httpx.TransportError):
        simulator.start_session()
    listed = simulator.call("GET", "/api/v1/provisioning/sessions/recoverable").json()
    assert len(listed["data"]["sessions"]) == 1
    assert simulator.requests()[0]["status"] is None


def test_aborted_and_not_executed(simulator: SimulatorProcess) -> None:
    simulator.fault("/api/v1/provisioning/batch/start", abort=True)
    with pytest.raises(httpx.TransportError):
        simulator.start_session()
    listed = simulator.call("GET", "/api/v1/provisioning/sessions/recoverable").json()
    assert listed["data"]["sessions"] == []


def test_executed_and_answered_otherwise(simulator: SimulatorProcess) -> None:
    simulator.fault("/api/v1/provisioning/batch/start", then_execute=True, status=504)
    with pytest.raises(httpx.HTTPStatusError, match="504"):
        simulator.start_session()
    with pytest.raises(httpx.HTTPStatusError, match="409"):
        simulator.start_session()


def test_faults_can_be_forgotten(shared: SimulatorProcess) -> None:
    shared.fault(HEALTH, status=500, times=100)
    shared.clear_faults()
    assert shared.call("GET", HEALTH).status_code == 200


@pytest.mark.parametrize(
    "fault", [{}, [1], {"path_prefix": "/", "stauts": 5}, {"path_prefix": "/", "code": "NOPE"}]
)
def test_what_is_no_fault_is_refused(shared: SimulatorProcess, fault: object) -> None:
    assert shared.call("POST", "/_simulator/faults", json=fault).status_code == 400


async def test_a_websocket_can_be_refused_too(shared: SimulatorProcess) -> None:
    shared.fault("/ws/monitor", status=503)
    url = shared.url.replace("http", "ws") + "/ws/monitor"
    with pytest.raises(websockets.InvalidStatus, match="503"):
        await websockets.connect(url, proxy=None)
    assert shared.requests()[-1]["status"] == 503
    async with websockets.connect(url, proxy=None) as socket:
        assert "initial_data" in await socket.recv()
