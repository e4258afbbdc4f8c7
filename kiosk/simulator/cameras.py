"""Installed cameras: those of the world that were verified, and some that were there before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Literal

from kiosk.simulator.entities import Device
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.macs import canonical
from kiosk.simulator.notes import Tell
from kiosk.simulator.records import Shelf
from kiosk.simulator.timeline import Timeline

REBOOT = 8.0  # world seconds
HEARTBEAT = 10.0  # world seconds between two signs of life

FIRST_CONTAINER = "lobby-fridge-001"
_DAY = 86_400.0

Status = Literal["online", "offline", "rebooting"]


@dataclass(frozen=True, slots=True)
class Camera:
    """One installed camera; times are Unix seconds, ``seen_at`` None means never.

    ``silent`` cameras show no sign of life after ``seen_at``.
    """

    mac: str
    name: str
    ip: str
    firmware_version: str
    rssi: int
    paired_at: float
    seen_at: float | None
    silent: bool = False
    container_id: str | None = None
    position: int | None = None
    assigned_at: float | None = None

    @property
    def id(self) -> str:
        """``espcam-`` and the last six digits of the MAC."""
        return "espcam-" + self.mac.replace(":", "")[-6:].lower()


@dataclass(frozen=True, slots=True)
class Captures:
    """How a camera's pictures went since the service started."""

    succeeded: int = 0
    failed: int = 0
    milliseconds: int = 0
    last_at: float | None = None


class Cameras:
    """Finds cameras by id or MAC; keeps names, places and what happened to them."""

    def __init__(self, timeline: Timeline, shelf: Shelf, tell: Tell) -> None:
        self._timeline = timeline
        self._shelf = shelf
        self._tell = tell
        self._reboots = timeline.branch()
        self._rebooting: set[str] = set()
        self._booted_at: dict[str, float] = {}
        self._began = timeline.now
        self._captures: dict[str, Captures] = {}
        if not shelf:
            self._put_all(_installed_earlier(timeline.now))

    def all(self) -> list[Camera]:
        """Return every camera in the order of its installation."""
        return [Camera(**record) for record in self._shelf.values()]

    def get(self, id_: str) -> Camera:
        """Return a camera by its id or its MAC in any spelling. Raise CAMERA_NOT_FOUND."""
        mac = canonical(id_)
        for camera in self.all():
            if id_ == camera.id or mac == camera.mac:
                return camera
        raise RefusalError("CAMERA_NOT_FOUND", id_)

    def status(self, camera: Camera) -> Status:
        """Return what the camera is doing."""
        if camera.mac in self._rebooting:
            return "rebooting"
        return "offline" if camera.silent else "online"

    def last_seen(self, camera: Camera) -> float | None:
        """Return the Unix time of its last sign of life; None when there never was one."""
        if self.status(camera) != "online":
            return camera.seen_at
        beat = HEARTBEAT / self._timeline.speed
        since = max(0.0, self._timeline.now - (camera.seen_at or self._began))
        return self._timeline.now - since % beat

    def uptime(self, camera: Camera) -> float | None:
        """Return world seconds since it started; None when it does not run."""
        if self.status(camera) != "online":
            return None
        started = self._booted_at.get(camera.mac, camera.paired_at)
        here = self._timeline.now - max(started, self._began)
        return here * self._timeline.speed + max(0.0, self._began - started)

    def captures(self, camera: Camera) -> Captures:
        """Return how its pictures went."""
        return self._captures.get(camera.mac, Captures())

    def install(self, device: Device) -> None:
        """Take in a device that came online, or the news of one that is here already."""
        now = device.verified_at or self._timeline.now
        known = self._shelf.get(device.mac)
        camera = Camera(
            mac=device.mac,
            name=device.name,
            ip=device.ip,
            firmware_version=device.firmware_version,
            rssi=device.rssi,
            paired_at=now,
            seen_at=now,
        )
        if known is not None:
            before = Camera(**known)
            camera = replace(before, ip=device.ip, rssi=device.rssi, seen_at=now, silent=False)
        self._put(camera)

    def pair(self, camera: Camera) -> None:
        """Take in a camera that was paired. Raise CONFLICT when it is here already."""
        if camera.mac in self._shelf:
            raise RefusalError("CONFLICT", f"{camera.mac} is paired already")
        self._put(camera)
        self._tell("info", "camera", f"{camera.id} paired")

    def reboot(self, id_: str) -> Camera:
        """Send a camera down for REBOOT world seconds. Raise CAMERA_OFFLINE."""
        camera = self._online(id_)
        camera = replace(camera, seen_at=self._timeline.now)
        self._put(camera)
        self._rebooting.add(camera.mac)
        self._reboots.after(REBOOT, partial(self._come_back, camera.mac))
        self._tell("info", "camera", f"{camera.id} reboots")
        return camera

    def shoot(self, id_: str) -> Camera:
        """Return the camera that begins to take a picture. Raise CAMERA_OFFLINE."""
        try:
            return self._online(id_)
        except RefusalError:
            self._count(self.get(id_), succeeded=False)
            raise

    def deliver(self, camera: Camera, milliseconds: int) -> float:
        """Note that a picture arrived; return when. Raise CAPTURE_FAILED if it went down."""
        if self.status(camera) != "online":
            self._count(camera, succeeded=False)
            raise RefusalError("CAPTURE_FAILED", f"{camera.id} went down")
        self._count(camera, succeeded=True, milliseconds=milliseconds)
        self._tell("info", "camera", f"{camera.id} delivered a picture")
        return self._timeline.now

    def place(self, camera: Camera, container_id: str | None, position: int | None) -> Camera:
        """Put a camera at a position of a container, or nowhere."""
        moment = None if container_id is None else self._timeline.now
        placed = replace(camera, container_id=container_id, position=position, assigned_at=moment)
        self._put(placed)
        return placed

    def reset(self) -> None:
        """Be as at the very beginning."""
        self._reboots.clear()
        self._rebooting.clear()
        self._booted_at.clear()
        self._captures.clear()
        self._shelf.clear()
        self._put_all(_installed_earlier(self._timeline.now))

    def _online(self, id_: str) -> Camera:
        camera = self.get(id_)
        if (status := self.status(camera)) != "online":
            raise RefusalError("CAMERA_OFFLINE", f"{camera.id} is {status}")
        return camera

    def _come_back(self, mac: str) -> None:
        camera = Camera(**self._shelf[mac])
        self._rebooting.discard(mac)
        self._booted_at[mac] = self._timeline.now
        self._put(replace(camera, seen_at=self._timeline.now))
        self._tell("info", "camera", f"{camera.id} is online again")

    def _count(self, camera: Camera, *, succeeded: bool, milliseconds: int = 0) -> None:
        before = self.captures(camera)
        self._captures[camera.mac] = Captures(
            succeeded=before.succeeded + succeeded,
            failed=before.failed + (not succeeded),
            milliseconds=before.milliseconds + milliseconds,
            last_at=self._timeline.now if succeeded else before.last_at,
        )

    def _put(self, camera: Camera) -> None:
        self._shelf[camera.mac] = asdict(camera)

    def _put_all(self, cameras: Iterable[Camera]) -> None:
        for camera in cameras:
            self._put(camera)


def _installed_earlier(now: float) -> list[Camera]:
    """Return two that work, one that fell silent and one that was never heard of."""
    long_ago = now - 30 * _DAY

    def camera(number: int, name: str, place: int | None, seen_at: float | None) -> Camera:
        return Camera(
            mac=f"24:0A:C4:00:0A:{number:02X}",
            name=name,
            ip=f"192.168.1.{100 + number}",
            firmware_version="1.2.3",
            rssi=-50 - 6 * number if seen_at else 0,
            paired_at=long_ago,
            seen_at=seen_at,
            silent=seen_at != now,
            container_id=FIRST_CONTAINER if place else None,
            position=place,
            assigned_at=long_ago if place else None,
        )

    return [
        camera(1, "Lobby upper shelf", 1, now),
        camera(2, "Lobby lower shelf", 2, now),
        camera(3, "Lobby door", 3, now - 3 * _DAY),
        camera(4, "Spare", None, None),
    ]
