"""The Pi's ways to the outside (contract.md §2.10)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.engine import Engine
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.routes.inputs import json_object, number_of, text_of
from kiosk.simulator.routes.surface import Endpoint, later, legacy, spec

NETWORK = "/api/v1/network"

_COUNT = 3


class NetworkRoutes:
    """VPN, ping, broker, bridge server."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._network = engine.world.installation.network

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        dashboard = "/api/dashboard"
        return [
            spec("GET", f"{NETWORK}/tailscale", self._tailscale),
            spec("POST", f"{NETWORK}/ping", self._ping),
            later("GET", f"{NETWORK}/mqtt", self._mqtt),
            later("GET", f"{NETWORK}/bridge", self._bridge),
            legacy("GET", f"{dashboard}/tailscale/status", self._tailscale),
            legacy("POST", f"{dashboard}/tailscale/ping", self._ping),
            legacy("GET", f"{dashboard}/mqtt/status", self._mqtt),
            legacy("GET", f"{dashboard}/bridge/status", self._bridge, "mixed"),
        ]

    async def _tailscale(self, request: Request) -> Response:
        return success(request, self._engine.look(lambda _: self._network.tailscale()))

    async def _ping(self, request: Request) -> Response:
        body = await json_object(request)
        if text_of(body, "type") != "icmp":
            raise RefusalError("VALIDATION_FAILED", "type must be icmp")
        host, count = text_of(body, "host"), number_of(body, "count", _COUNT)
        if count != int(count):
            raise RefusalError("VALIDATION_FAILED", "count must be a whole number")
        return success(request, self._engine.look(lambda _: self._network.ping(host, int(count))))

    async def _mqtt(self, request: Request) -> Response:
        return success(request, self._engine.look(lambda _: self._network.mqtt()))

    async def _bridge(self, request: Request) -> Response:
        return success(request, self._engine.look(lambda _: self._network.bridge()))
