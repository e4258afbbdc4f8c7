"""What support asks for: the export of everything, and how onboarding goes (§2.5, §2.12)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.dialects.base import optional_time, without_none
from kiosk.simulator.engine import Engine
from kiosk.simulator.machine import Machine
from kiosk.simulator.moments import rfc3339
from kiosk.simulator.routes.config import sections
from kiosk.simulator.routes.surface import Endpoint, later

EXPORT = "/api/dashboard/diagnostics/export"
AUTO_ONBOARD = "/api/v1/onboarding/auto/status"

_EXPORTED_LOGS = 500


class DiagnosticsRoutes:
    """Reads everywhere, changes nothing."""

    def __init__(self, engine: Engine, machine: Machine) -> None:
        self._engine = engine
        self._machine = machine

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [
            later("GET", EXPORT, self._export, "bare"),
            later("GET", AUTO_ONBOARD, self._auto_onboard),
        ]

    async def _export(self, request: Request) -> Response:
        engine = self._engine
        config = engine.look(lambda world: world.installation.config)
        logs = engine.logbook.select(limit=_EXPORTED_LOGS, level=None, component=None, search=None)
        exported = {
            "generated_at": rfc3339(engine.clock()),
            "system": self._machine.system_info(engine.clock(), engine.elapsed),
            "logs": [engine.dialect.log_entry(entry) for entry in logs],
            "config": sections(config),
        }
        return success(request, exported)

    async def _auto_onboard(self, request: Request) -> Response:
        """Off, as on every Pi outside development; the figures are those of the sessions."""
        devices = self._engine.look(lambda world: world.archive.devices())
        verified = [d.verified_at for d in devices if d.verified_at is not None]
        failed = [d for d in devices if d.state == "failed"]
        metrics = {
            "attempts": len(verified) + len(failed) + sum(d.retry_count for d in devices),
            "success": len(verified),
            "failed": len(failed),
            "rejected_by_policy": sum(not d.in_allowlist for d in devices),
            "already_onboarded": len(self._engine.world.installation.cameras.all()),
            "last_success_at": optional_time(max(verified, default=None)),
        }
        status = {
            "enabled": False,
            "mode": "off",
            "running": False,
            "config": {
                "max_per_minute": 10,
                "burst_size": 5,
                "subnet_allowlist": ["192.168.4.0/24"],
                "verification_timeout_sec": 90,
            },
            "metrics": without_none(metrics),
        }
        return success(request, status)
