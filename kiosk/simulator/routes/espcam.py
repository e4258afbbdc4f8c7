"""Pairing of ESP-CAMs (contract.md §2.8)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.engine import Engine
from kiosk.simulator.pairing import SCAN
from kiosk.simulator.routes.camera_records import CameraRecords
from kiosk.simulator.routes.inputs import json_object, text_of
from kiosk.simulator.routes.surface import Endpoint, later, spec

ESPCAM = "/api/v1/espcam"


class EspcamRoutes:
    """Scan, what was found, pair, what is paired."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        installation = engine.world.installation
        self._pairing = installation.pairing
        self._cameras = installation.cameras
        self._records = CameraRecords(installation.cameras, installation.config)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [
            spec("POST", f"{ESPCAM}/scan", self._scan),
            spec("GET", f"{ESPCAM}/discovered", self._discovered),
            spec("POST", f"{ESPCAM}/pair", self._pair),
            later("GET", f"{ESPCAM}/paired", self._paired),
        ]

    async def _scan(self, request: Request) -> Response:
        self._engine.act(lambda _: self._pairing.scan())
        seconds = SCAN / self._engine.world.timeline.speed
        started = {"scanning": True, "duration_seconds": seconds, "message": "Discovery started"}
        return success(request, started)

    async def _discovered(self, request: Request) -> Response:
        found = self._engine.look(lambda _: self._pairing.discovered())
        devices = [
            {
                "mac_address": camera.mac,
                "name": camera.name,
                "ip_address": camera.ip,
                "firmware_version": camera.firmware_version,
                "signal_strength": camera.rssi,
                "paired": paired,
            }
            for camera, paired in found
        ]
        listed = {"devices": devices, "count": len(devices), "scanning": self._pairing.scanning}
        return success(request, listed)

    async def _pair(self, request: Request) -> Response:
        body = await json_object(request)
        # The documents leave the body open: every name that they use for a camera and a code.
        mac = text_of(body, next((n for n in ("mac", "device_id") if n in body), "mac_address"))
        code = text_of(body, next((n for n in ("totp", "totp_code") if n in body), "code"))
        camera = self._engine.act(lambda _: self._pairing.pair(mac, code))
        return success(request, {"camera": self._records.device(camera), "message": "Paired"})

    async def _paired(self, request: Request) -> Response:
        cameras = self._engine.look(lambda _: self._cameras.all())
        online = sum(self._cameras.status(camera) == "online" for camera in cameras)
        records = [self._records.device(camera) for camera in cameras]
        return success(request, {"cameras": records, "total": len(records), "online_count": online})
