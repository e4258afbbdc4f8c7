"""The allowlist (contract.md §2.2)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.dialects.base import optional_time, without_none
from kiosk.simulator.engine import Engine
from kiosk.simulator.entities import AllowlistEntry
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.macs import canonical
from kiosk.simulator.moments import rfc3339
from kiosk.simulator.routes.inputs import json_object, optional_text_of, text_of
from kiosk.simulator.routes.surface import Endpoint, spec

ALLOWLIST = "/api/v1/provisioning/allowlist"


class AllowlistRoutes:
    """List, add, remove."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [
            spec("GET", ALLOWLIST, self._list),
            spec("POST", ALLOWLIST, self._add),
            spec("DELETE", f"{ALLOWLIST}/{{mac}}", self._remove),
        ]

    async def _list(self, request: Request) -> Response:
        unused = request.query_params.get("available") == "true"
        entries = self._engine.look(lambda world: world.allowlist.entries(available=unused))
        records = [_record(entry) for entry in entries]
        return success(request, {"entries": records, "count": len(records)})

    async def _add(self, request: Request) -> Response:
        body = await json_object(request)
        mac = _checked(text_of(body, "mac"))
        description = optional_text_of(body, "description")
        container = optional_text_of(body, "container_id")
        entry = self._engine.act(lambda world: world.allow(mac, description, container))
        return success(request, {"entry": _record(entry), "message": "Device added"}, 201)

    async def _remove(self, request: Request) -> Response:
        mac = _checked(request.path_params["mac"])
        self._engine.act(lambda world: world.disallow(mac))
        return Response(status_code=204)


def _checked(mac: str) -> str:
    if (known := canonical(mac)) is None:
        raise RefusalError("VALIDATION_FAILED", "mac must look like AA:BB:CC:DD:EE:FF")
    return known


def _record(entry: AllowlistEntry) -> dict[str, Any]:
    return without_none(
        {
            "mac": entry.mac,
            "description": entry.description,
            "container_id": entry.container_id,
            "added_at": rfc3339(entry.added_at),
            "used": entry.used_at is not None,
            "used_at": optional_time(entry.used_at),
        }
    )
