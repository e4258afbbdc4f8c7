"""The Pi's Wi-Fi (contract.md §2.6)."""

from __future__ import annotations

import asyncio
import math
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kiosk.simulator.answers import success
from kiosk.simulator.engine import Engine
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.routes.inputs import json_object, optional_text_of, text_of
from kiosk.simulator.routes.surface import Endpoint, later, spec
from kiosk.simulator.wifi import JOINING, Link

_SCAN_INTERVAL = 10.0  # seconds


class WifiRoutes:
    """Scan, status, connect and disconnect, the legacy twins with ``success`` in the payload."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next_scan = 0.0

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [
            spec("GET", "/api/v1/wifi/scan", self._scan),
            spec("GET", "/api/v1/wifi/status", self._status),
            spec("POST", "/api/v1/wifi/connect", self._connect),
            later("POST", "/api/v1/wifi/disconnect", self._disconnect),
            spec("GET", "/api/wifi/scan", self._scan, "mixed"),
            spec("GET", "/api/wifi/status", self._status, "bare"),
            spec("POST", "/api/wifi/connect", self._connect, "mixed"),
            spec("POST", "/api/wifi/disconnect", self._disconnect, "mixed"),
        ]

    async def _scan(self, request: Request) -> Response:
        now = time.monotonic()
        if now < self._next_scan:
            raise RefusalError("RATE_LIMITED", retry_after=math.ceil(self._next_scan - now))
        self._next_scan = now + _SCAN_INTERVAL
        seen = self._engine.look(lambda world: world.installation.wifi.networks())
        networks = [self._engine.dialect.wifi_network(network) for network in seen]
        return success(request, {"count": len(networks), "networks": networks})

    async def _status(self, request: Request) -> Response:
        onboarding = self._engine.look(lambda world: world.network())
        return success(request, self._engine.dialect.wifi_status(self._link(), onboarding))

    async def _connect(self, request: Request) -> Response:
        body = await json_object(request)
        ssid, password = text_of(body, "ssid"), optional_text_of(body, "password")
        wifi = self._engine.world.installation.wifi
        if not wifi.accepts(ssid, password):
            # The Wi-Fi's own shape: neither a code nor an envelope (§2.6).
            return JSONResponse({"success": False, "error": "incorrect password"}, 401)
        self._engine.act(lambda _: wifi.join(ssid))
        await asyncio.sleep(JOINING / self._engine.world.timeline.speed)
        link = self._link()
        if link.ssid != ssid:
            return success(request, {"success": False, "error": "interrupted by another request"})
        joined = {"success": True, "message": f"Connected to {ssid}", "ip_address": link.address}
        return success(request, joined)

    async def _disconnect(self, request: Request) -> Response:
        self._engine.act(lambda world: world.installation.wifi.leave())
        return success(request, {"success": True})

    def _link(self) -> Link:
        return self._engine.look(lambda world: world.installation.wifi.link())
