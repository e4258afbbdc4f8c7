"""Health, system information, authentication status, Wi-Fi (contract.md §2.4, §2.6)."""

from __future__ import annotations

import math
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.simulator.engine import Engine
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.machine import VERSION, Machine
from kiosk.simulator.moments import rfc3339
from kiosk.simulator.routes.answers import success

_SCAN_INTERVAL = 10.0  # seconds


class SystemRoutes:
    """What any client may ask without a key."""

    def __init__(self, engine: Engine, machine: Machine, *, key_required: bool) -> None:
        self._engine = engine
        self._machine = machine
        self._key_required = key_required
        self._started = time.monotonic()
        self._next_scan = 0.0

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route("/api/v1/health", self._health, methods=["GET"]),
            Route("/health", self._bare_health, methods=["GET"]),
            Route("/api/v1/system/info", self._info, methods=["GET"]),
            Route("/api/system/info", self._bare_info, methods=["GET"]),
            Route("/api/v1/auth/status", self._auth_status, methods=["GET"]),
            Route("/api/v1/wifi/scan", self._scan, methods=["GET"]),
            Route("/api/v1/wifi/status", self._wifi_status, methods=["GET"]),
        ]

    async def _health(self, request: Request) -> Response:
        return success(request, self._health_record())

    async def _bare_health(self, _: Request) -> Response:
        return JSONResponse(self._health_record())

    async def _info(self, request: Request) -> Response:
        return success(request, self._info_record())

    async def _bare_info(self, _: Request) -> Response:
        return JSONResponse(self._info_record())

    async def _auth_status(self, request: Request) -> Response:
        required = self._key_required
        return success(request, {"required": required, "configured": required})

    async def _scan(self, request: Request) -> Response:
        now = time.monotonic()
        if now < self._next_scan:
            raise RefusalError("RATE_LIMITED", retry_after=math.ceil(self._next_scan - now))
        self._next_scan = now + _SCAN_INTERVAL
        networks = self._machine.wifi_networks(self._elapsed())
        return success(request, {"count": len(networks), "networks": networks})

    async def _wifi_status(self, request: Request) -> Response:
        network = self._engine.look(lambda world: world.network())
        status = self._machine.wifi_status(
            onboarding=network.is_active, connected_devices=network.connected_devices
        )
        return success(request, status)

    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    def _health_record(self) -> dict[str, Any]:
        return {
            "status": "healthy",
            "version": VERSION,
            "uptime": int(self._elapsed()),
            "timestamp": rfc3339(self._engine.clock()),
        }

    def _info_record(self) -> dict[str, Any]:
        return self._machine.system_info(self._engine.clock(), self._elapsed())
