"""Containers and the positions of their cameras (contract.md §2.13)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.containers import Container
from kiosk.simulator.dialects.base import without_none
from kiosk.simulator.engine import Engine
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.moments import rfc3339
from kiosk.simulator.routes.camera_records import CameraRecords
from kiosk.simulator.routes.inputs import json_object, number_of, text_of
from kiosk.simulator.routes.surface import Endpoint, later

CONTAINERS = "/api/v1/containers"

_NOWHERE = 0


class ContainerRoutes:
    """List, one, a camera in, a camera out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        installation = engine.world.installation
        self._containers = installation.containers
        self._records = CameraRecords(installation.cameras, installation.config)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        container = f"{CONTAINERS}/{{id}}"
        return [
            later("GET", CONTAINERS, self._list),
            later("GET", container, self._one),
            later("POST", f"{container}/cameras", self._assign),
            later("DELETE", f"{container}/cameras/{{camera_id}}", self._unassign),
        ]

    async def _list(self, request: Request) -> Response:
        containers = self._engine.look(lambda _: self._containers.all())
        records = [self._record(container) for container in containers]
        return success(request, {"containers": records, "total": len(records)})

    async def _one(self, request: Request) -> Response:
        container = self._engine.look(lambda _: self._containers.get(request.path_params["id"]))
        return success(request, self._record(container))

    async def _assign(self, request: Request) -> Response:
        body = await json_object(request)
        camera_id, position = text_of(body, "device_id"), number_of(body, "position", _NOWHERE)
        if position != int(position):
            raise RefusalError("INVALID_POSITION", str(position))
        id_ = request.path_params["id"]
        camera = self._engine.act(lambda _: self._containers.assign(id_, camera_id, int(position)))
        return success(request, self._records.placed(camera), 201)

    async def _unassign(self, request: Request) -> Response:
        id_, camera_id = request.path_params["id"], request.path_params["camera_id"]
        self._engine.act(lambda _: self._containers.unassign(id_, camera_id))
        return Response(status_code=204)

    def _record(self, container: Container) -> dict[str, Any]:
        cameras = [self._records.placed(c) for c in self._containers.cameras(container)]
        record = {
            "id": container.id,
            "label": container.label,
            "created_at": rfc3339(container.created_at),
            "updated_at": rfc3339(container.updated_at),
            "cameras": cameras,
            "camera_count": len(cameras),
            "online_count": sum(camera["status"] == "online" for camera in cameras),
        }
        return without_none(record)
