"""The Pi's links to the outside (contract.md §2.10)."""

from kiosk.services.client.calls import Calls, endpoint
from kiosk.services.client.errors import DomainError
from kiosk.services.client.reply import Reply, refuse, whole
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.network import Bridge, Mqtt, Ping, Tailscale, ping_of_problem

_TAILSCALE = endpoint("/network/tailscale", "/api/dashboard/tailscale/status")
_PING = endpoint("/network/ping", "/api/dashboard/tailscale/ping")
_MQTT = endpoint("/network/mqtt", "/api/dashboard/mqtt/status")
_BRIDGE = endpoint("/network/bridge", "/api/dashboard/bridge/status")

_MOST_PINGS = 10


class Network:
    """VPN, ping, message broker, bridge server. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def tailscale(self) -> Reply[Tailscale]:
        """Return the state of the VPN and who else is on it."""
        return await self._calls.record(Tailscale, _TAILSCALE)

    async def ping(self, host: str, count: int = 3) -> Reply[Ping]:
        """Have the Pi ping a host up to ten times; one that does not answer is a result too."""
        refuse(checks.check_host(host))
        if not 1 <= count <= _MOST_PINGS:
            refuse(checks.refusal("PING_COUNT", f"a host is pinged 1 to {_MOST_PINGS} times"))
        try:
            answer = await self._calls.ask(_PING, {"type": "icmp", "host": host, "count": count})
        except DomainError as error:
            failed = ping_of_problem(error.problem)
            if failed is None:
                raise
            return Reply(failed, error.problem.correlation_id)
        return whole(payloads.record(Ping, answer.data), answer)

    async def mqtt(self) -> Reply[Mqtt]:
        """Return the link to the message broker."""
        return await self._calls.record(Mqtt, _MQTT)

    async def bridge(self) -> Reply[Bridge]:
        """Return the link to the bridge server; all unknown where there is none."""
        return await self._calls.record(Bridge, _BRIDGE)
