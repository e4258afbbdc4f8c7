"""The Pi's links to the outside, by their newer and older names."""

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import DomainError, MalformedAnswer, ValidationRefused
from tests.support.server import Reply, ScriptedServer, answer, document, failure, success

NETWORK = "/api/v1/network"
DASHBOARD = "/api/dashboard"


async def test_a_ping_names_its_type_and_a_round_trip_counts_as_success(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{NETWORK}/ping", success({"latency_ms": 12.5, "packet_loss": 0}))
    result = (await api.network.ping("bridge.example", 2)).data
    assert (result.success, result.avg_ms, result.packet_loss) == (True, 12.5, 0)
    assert server.requests[0].json == {"type": "icmp", "host": "bridge.example", "count": 2}


@pytest.mark.parametrize(
    "failed",
    [
        success({"success": False, "error": "unknown host"}),
        document({"success": False, "error": "unknown host"}),
    ],
    ids=["nested", "flat"],
)
async def test_a_host_that_does_not_answer_is_a_result(
    server: ScriptedServer, api: PiOrchestrator, failed: Reply
) -> None:
    server.on("POST", f"{NETWORK}/ping", failed)
    result = (await api.network.ping("nowhere.example")).data
    assert (result.success, result.error, result.avg_ms) == (False, "unknown host", None)


async def test_a_ping_that_was_not_made_is_an_error(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{NETWORK}/ping", failure("VALIDATION_FAILED", 400))
    with pytest.raises(DomainError):
        await api.network.ping("bridge.example")


@pytest.mark.parametrize(
    ("host", "count", "code"),
    [
        ("", 3, "HOST_FORM"),
        ("-c1", 3, "HOST_FORM"),
        ("a b", 3, "HOST_FORM"),
        ("host", 0, "PING_COUNT"),
        ("host", 11, "PING_COUNT"),
    ],
)
async def test_what_nobody_can_ping_is_not_sent(
    server: ScriptedServer, api: PiOrchestrator, host: str, count: int, code: str
) -> None:
    with pytest.raises(ValidationRefused) as refused:
        await api.network.ping(host, count)
    assert refused.value.problem.code == code
    assert server.requests == []


async def test_links_read_alike_by_their_older_names(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    tailscale = {"backend_state": "Running", "tailscale_ip": "100.64.0.7", "peers": None}
    server.on("GET", f"{DASHBOARD}/tailscale/status", document(tailscale))
    server.on("POST", f"{DASHBOARD}/tailscale/ping", document({"success": True, "avg_ms": 1}))
    server.on("GET", f"{DASHBOARD}/mqtt/status", document({"connected": True, "clientId": "pi"}))
    server.on("GET", f"{DASHBOARD}/bridge/status", document({"status": None, "success": True}))
    vpn = (await api.network.tailscale()).data
    assert (vpn.connected, vpn.ip, vpn.peers) == (True, "100.64.0.7", ())
    assert (await api.network.ping("host")).data.success is True
    assert (await api.network.mqtt()).data.client_id == "pi"
    assert (await api.network.bridge()).data.connected is None


async def test_no_answer_at_all_about_a_link_is_malformed(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", f"{NETWORK}/mqtt", answer(204, content_type=None))
    with pytest.raises(MalformedAnswer):
        await api.network.mqtt()
