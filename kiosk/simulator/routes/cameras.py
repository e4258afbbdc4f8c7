"""Installed cameras (contract.md §2.7)."""

from __future__ import annotations

import asyncio
import base64

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kiosk.simulator.answers import success
from kiosk.simulator.engine import Engine
from kiosk.simulator.moments import rfc3339
from kiosk.simulator.picture import jpeg
from kiosk.simulator.routes.camera_records import CameraRecords
from kiosk.simulator.routes.surface import Endpoint, later, legacy, spec

CAMERAS = "/api/v1/cameras"

_EXPOSURE = 0.8  # world seconds


class CameraRoutes:
    """List, one, diagnostics, a picture, a reboot."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        installation = engine.world.installation
        self._cameras = installation.cameras
        self._records = CameraRecords(installation.cameras, installation.config)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        camera, dashboard = f"{CAMERAS}/{{id}}", "/api/dashboard/cameras"
        return [
            spec("GET", CAMERAS, self._list),
            later("GET", f"{CAMERAS}/diagnostics", self._diagnostics),
            later("GET", f"{CAMERAS}/unassigned", self._unassigned),
            spec("GET", camera, self._one),
            later("GET", f"{camera}/diagnostics", self._diagnosis),
            later("GET", f"{camera}/status", self._status),
            later("POST", f"{camera}/capture", self._capture),
            later("POST", f"{camera}/reboot", self._reboot),
            spec("GET", "/api/cameras", self._list, "bare"),
            legacy("GET", dashboard, self._list, "mixed"),
            legacy("GET", f"{dashboard}/diagnostics", self._diagnostics),
            legacy("POST", f"{dashboard}/{{id}}/capture", self._capture, "mixed"),
            legacy("POST", f"{dashboard}/{{id}}/reboot", self._reboot, "mixed"),
            later("GET", "/api/dashboard/diagnostics/cameras", self._diagnostics, "simple"),
        ]

    async def _list(self, request: Request) -> Response:
        cameras = self._engine.look(lambda _: self._cameras.all())
        records = [self._records.camera(camera) for camera in cameras]
        return success(request, {"cameras": records, "count": len(records)})

    async def _one(self, request: Request) -> Response:
        camera = self._engine.look(lambda _: self._cameras.get(request.path_params["id"]))
        return success(request, self._records.camera(camera))

    async def _unassigned(self, request: Request) -> Response:
        cameras = self._engine.look(lambda _: self._cameras.all())
        free = [self._records.camera(c) for c in cameras if c.container_id is None]
        return success(request, {"cameras": free, "count": len(free)})

    async def _diagnostics(self, request: Request) -> Response:
        cameras = self._engine.look(lambda _: self._cameras.all())
        return success(request, [self._records.diagnosis(camera) for camera in cameras])

    async def _diagnosis(self, request: Request) -> Response:
        camera = self._engine.look(lambda _: self._cameras.get(request.path_params["id"]))
        return success(request, self._records.diagnosis(camera))

    async def _status(self, request: Request) -> Response:
        camera = self._engine.look(lambda _: self._cameras.get(request.path_params["id"]))
        return success(request, self._records.status(camera))

    async def _capture(self, request: Request) -> Response:
        engine = self._engine
        camera = engine.act(lambda _: self._cameras.shoot(request.path_params["id"]))
        seconds = _EXPOSURE / engine.world.timeline.speed
        await asyncio.sleep(seconds)
        taken_at = engine.act(lambda _: self._cameras.deliver(camera, int(seconds * 1000)))
        picture = await asyncio.to_thread(jpeg, camera.id, camera.name, taken_at)
        return self._picture(request, camera.id, picture, taken_at)

    def _picture(self, request: Request, id_: str, picture: bytes, at: float) -> Response:
        """Answer in one of the shapes of §2.7, each of the dialects has its own."""
        if self._engine.dialect.name == "handoff":
            return Response(picture, media_type="image/jpeg")
        text = base64.b64encode(picture).decode()
        moment = rfc3339(at)
        if self._engine.dialect.name == "datamodel":
            data = {"image_data": text, "camera_id": id_, "captured_at": moment}
            return success(request, data)
        flat = {"success": True, "image": text, "timestamp": moment, "camera_id": id_}
        return JSONResponse({**flat, "file_size": len(picture)})

    async def _reboot(self, request: Request) -> Response:
        camera = self._engine.act(lambda _: self._cameras.reboot(request.path_params["id"]))
        return success(request, {"success": True, "message": f"{camera.id} reboots"})
