"""Cameras come into range, and the signals of those in range drift."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from kiosk.simulator.allowlist import Allowlist
from kiosk.simulator.entities import Device, DeviceChange
from kiosk.simulator.fleet import Camera
from kiosk.simulator.timeline import Branch

_DRIFT_INTERVAL = 10.0  # world seconds
_DRIFT_WORTH_TELLING = 3  # dB


class Discovery:
    """Records every camera of the fleet that shows up before ``finish``."""

    def __init__(  # noqa: PLR0917 - a constructor that takes its collaborators
        self,
        timeline: Branch,
        fleet: Mapping[str, Camera],
        session_id: str,
        devices: Mapping[str, Device],
        allowlist: Allowlist,
        record: Callable[[Device, DeviceChange], None],
    ) -> None:
        self._timeline = timeline
        self._session_id = session_id
        self._devices = devices
        self._allowlist = allowlist
        self._record = record
        self._began = timeline.now
        self.open = True
        for number, camera in enumerate(fleet.values()):
            if camera.mac not in devices:
                timeline.after(camera.in_range_after, partial(self._discover, camera))
            spread = _DRIFT_INTERVAL * (1 + number / len(fleet))
            timeline.after(spread, partial(self._drift, camera))

    def finish(self) -> None:
        """Take in no more cameras."""
        self.open = False

    def _discover(self, camera: Camera) -> None:
        if not self.open:
            return
        entry = self._allowlist.get(camera.mac)
        device = Device(
            session_id=self._session_id,
            mac=camera.mac,
            name=camera.name,
            ip=camera.ip,
            firmware_version=camera.firmware_version,
            state="discovered",
            rssi=self._rssi(camera),
            discovered_at=self._timeline.now,
            container_id=entry.container_id if entry else None,
            in_allowlist=entry is not None,
        )
        self._record(device, "discovered")

    def _drift(self, camera: Camera) -> None:
        self._timeline.after(_DRIFT_INTERVAL, partial(self._drift, camera))
        device = self._devices.get(camera.mac)
        if device is None or device.state not in {"discovered", "failed"}:
            return
        rssi = self._rssi(camera)
        if abs(rssi - device.rssi) >= _DRIFT_WORTH_TELLING:
            self._record(replace(device, rssi=rssi), "drifted")

    def _rssi(self, camera: Camera) -> int:
        return camera.rssi_at((self._timeline.now - self._began) * self._timeline.speed)
