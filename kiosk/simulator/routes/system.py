"""Health, system information, authentication status, reset (contract.md §2.4)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.engine import Engine
from kiosk.simulator.machine import VERSION, Machine
from kiosk.simulator.moments import rfc3339
from kiosk.simulator.routes.surface import Endpoint, later, legacy, spec


class SystemRoutes:
    """The Pi itself. All but the reset may be asked without a key."""

    def __init__(self, engine: Engine, machine: Machine, *, key_required: bool) -> None:
        self._engine = engine
        self._machine = machine
        self._key_required = key_required

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [
            spec("GET", "/api/v1/health", self._health),
            later("GET", "/health", self._health, "bare"),
            legacy("GET", "/api/health", self._health),
            spec("GET", "/api/v1/system/info", self._info),
            spec("GET", "/api/system/info", self._info, "bare"),
            spec("GET", "/api/v1/auth/status", self._auth_status),
            spec("POST", "/api/system/reset", self._reset, "bare"),
        ]

    async def _health(self, request: Request) -> Response:
        health: dict[str, Any] = {
            "status": "healthy",
            "version": VERSION,
            "uptime": int(self._engine.elapsed),
            "timestamp": rfc3339(self._engine.clock()),
        }
        return success(request, health)

    async def _info(self, request: Request) -> Response:
        now, elapsed = self._engine.clock(), self._engine.elapsed
        return success(request, self._machine.system_info(now, elapsed))

    async def _auth_status(self, request: Request) -> Response:
        required = self._key_required
        return success(request, {"required": required, "configured": required})

    async def _reset(self, request: Request) -> Response:
        self._engine.act(lambda world: world.reset())
        return success(request, {"message": "System reset"})
