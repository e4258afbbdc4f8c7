"""The Pi's links to the outside: Tailscale, ping, MQTT, bridge (contract.md §2.10)."""

from http import HTTPStatus
from typing import Annotated, Any

from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.records import list_of
from kiosk.services.wire.tolerant import (
    Amount,
    Count,
    Flag,
    Key,
    Percent,
    Text,
    WireModel,
    first,
    group,
)


class Peer(WireModel):
    """One other machine of the tailnet."""

    id: Key = None
    hostname: Text = None
    ip: Text = None
    online: Flag = None
    is_bridge_server: Flag = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "ip": first(data, "ip", "tailscale_ip") or None}


class Tailscale(WireModel):
    """The state of the VPN in its own word, and who else is on it."""

    state: Text = None
    ip: Text = None
    hostname: Text = None
    connected: Flag = None
    tailnet: Text = None
    peers: Annotated[tuple[Peer, ...], list_of(Peer)] = ()
    funnel_status: Text = None
    needs_login: Flag = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        state = first(data, "state", "backend_state") or None
        connected = data.get("connected")
        if not isinstance(connected, bool):
            connected = state == "Running" if isinstance(state, str) else None
        return {
            **data,
            "state": state,
            "ip": first(data, "ip", "tailscale_ip") or None,
            "connected": connected,
        }


class Ping(WireModel):
    """What became of a ping; round trips in milliseconds, loss in per cent."""

    success: Flag = None
    avg_ms: Amount = None
    min_ms: Amount = None
    max_ms: Amount = None
    packet_loss: Percent = None
    error: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "avg_ms": first(data, "avg_ms", "latency_ms")}

    def model_post_init(self, _context: Any, /) -> None:
        """Take a measured round trip for a success: a bare answer's own word is its envelope."""
        if self.success is None and self.avg_ms is not None:
            object.__setattr__(self, "success", True)


def ping_of_problem(problem: Problem) -> Ping | None:
    """Return the failed ping that a bare ``success: false`` with status 200 means; else None."""
    is_result = problem.http_status == HTTPStatus.OK and problem.kind is Kind.DOMAIN
    return Ping(success=False, error=problem.message or None) if is_result else None


class Mqtt(WireModel):
    """The link to the message broker; latency in milliseconds."""

    connected: Flag = None
    broker: Text = None
    port: Count = None
    client_id: Text = None
    latency_ms: Amount = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        raw = group(data, "status") or data
        return {**raw, "client_id": first(raw, "client_id", "clientId")}


class Bridge(WireModel):
    """The link to the bridge server; all unknown where the server says nothing of it."""

    configured: Flag = None
    connected: Flag = None
    url: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return group(data, "status") if "status" in data else data
