"""Cameras as the areas that know them render them (contract.md §2.7, §2.8, §2.13)."""

from __future__ import annotations

from typing import Any

from kiosk.simulator.cameras import Camera, Cameras
from kiosk.simulator.config import Config
from kiosk.simulator.dialects.base import optional_time, without_none
from kiosk.simulator.moments import rfc3339

NEVER = "0001-01-01T00:00:00Z"  # Go's zero time
_HEAP = 142_336  # bytes


class CameraRecords:
    """Renders a camera as it is now."""

    def __init__(self, cameras: Cameras, config: Config) -> None:
        self._cameras = cameras
        self._config = config

    def camera(self, camera: Camera) -> dict[str, Any]:
        """Return the Camera of §2.7."""
        captures = self._cameras.captures(camera)
        record = {
            "id": camera.id,
            "name": camera.name,
            "status": self._cameras.status(camera),
            "last_seen": self.last_seen(camera),
            "ip_address": camera.ip,
            "mac_address": camera.mac,
            "firmware_version": camera.firmware_version,
            "health": self._health(camera),
            "last_capture": optional_time(captures.last_at),
            "container_id": camera.container_id,
            "position": camera.position,
        }
        return without_none(record)

    def status(self, camera: Camera) -> dict[str, Any]:
        """Return the short form of ``/:id/status``."""
        status = self._cameras.status(camera)
        return {"id": camera.id, "status": status, "last_seen": self.last_seen(camera)}

    def diagnosis(self, camera: Camera) -> dict[str, Any]:
        """Return how its pictures went."""
        captures = self._cameras.captures(camera)
        total = captures.succeeded + captures.failed
        record = {
            "device_id": camera.id,
            "container_id": camera.container_id or "",
            "status": self._cameras.status(camera),
            "last_seen": self.last_seen(camera),
            "rssi": self._rssi(camera),
            "capture_success_rate": captures.succeeded / total if total else 0.0,
            "total_captures": total,
            "failed_captures": captures.failed,
            "average_capture_ms": captures.milliseconds // (captures.succeeded or 1),
            "ip_address": camera.ip,
        }
        return without_none(record)

    def device(self, camera: Camera) -> dict[str, Any]:
        """Return the CameraDevice of §2.8."""
        record = {
            "mac_address": camera.mac,
            "name": camera.name,
            "container_id": camera.container_id,
            "position": camera.position,
            "status": self._cameras.status(camera),
            "firmware_version": camera.firmware_version,
            "signal_strength": self._rssi(camera) or 0,
            "last_image": optional_time(self._cameras.captures(camera).last_at) or NEVER,
            "paired_at": rfc3339(camera.paired_at),
            "last_seen": self.last_seen(camera),
        }
        return without_none(record)

    def placed(self, camera: Camera) -> dict[str, Any]:
        """Return what a container says of a camera in it."""
        record = {
            "device_id": camera.id,
            "position": camera.position,
            "assigned_at": optional_time(camera.assigned_at),
            "status": self._cameras.status(camera),
            "name": camera.name,
        }
        return without_none(record)

    def monitored(self, camera: Camera) -> dict[str, Any]:
        """Return what the monitoring says of a camera (§4)."""
        online = self._cameras.status(camera) == "online"
        return {
            "online": online,
            "rssi": self._rssi(camera) or 0,
            "free_heap": _HEAP if online else 0,
            "last_seen": self.last_seen(camera),
        }

    def last_seen(self, camera: Camera) -> str:
        """Return its last sign of life, Go's zero time when there never was one."""
        return optional_time(self._cameras.last_seen(camera)) or NEVER

    def _health(self, camera: Camera) -> dict[str, Any] | None:
        if (uptime := self._cameras.uptime(camera)) is None:
            return None
        return {
            "wifi_rssi": camera.rssi,
            "free_heap": _HEAP,
            "uptime_seconds": int(uptime),
            "resolution": self._config.value("resolution"),
            "firmware_version": camera.firmware_version,
        }

    def _rssi(self, camera: Camera) -> int | None:
        return camera.rssi if self._cameras.status(camera) == "online" else None
