"""ESP-CAMs on the machine's own network: found by a scan, paired with the code they show."""

from __future__ import annotations

from kiosk.simulator.cameras import Camera, Cameras
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.macs import canonical
from kiosk.simulator.notes import Tell
from kiosk.simulator.timeline import Timeline

SCAN = 3.0  # world seconds
# What every simulated camera shows, and what it showed before; they reach nothing but a simulation.
CODE, CODE_BEFORE = "246810", "135790"
_DIGITS = 6

# MAC, address, firmware, dBm
_AROUND = (
    ("24:0A:C4:00:0B:01", "192.168.1.121", "1.3.0", -55),
    ("24:0A:C4:00:0B:02", "192.168.1.122", "1.2.4", -67),
)


class Pairing:
    """One scan at a time; what it found stays known until the next reset."""

    def __init__(self, timeline: Timeline, cameras: Cameras, tell: Tell) -> None:
        self._timeline = timeline
        self._cameras = cameras
        self._tell = tell
        self._scanning = timeline.branch()
        self.scanning = False
        self._found: list[Camera] = []

    def scan(self) -> None:
        """Look around for SCAN world seconds; a second call while it looks changes nothing."""
        if not self.scanning:
            self.scanning = True
            self._scanning.after(SCAN, self._finish)
            self._tell("info", "espcam", "scan started")

    def discovered(self) -> list[tuple[Camera, bool]]:
        """Return what the last scan found, and whether each is paired by now."""
        paired = {camera.mac for camera in self._cameras.all()}
        return [(camera, camera.mac in paired) for camera in self._found]

    def pair(self, mac: str, code: str) -> Camera:
        """Pair a camera that was found.

        Raise VALIDATION_FAILED, DEVICE_NOT_FOUND, CONFLICT, TOTP_INVALID or TOTP_EXPIRED.
        """
        if not (code.isascii() and code.isdigit() and len(code) == _DIGITS):
            raise RefusalError("VALIDATION_FAILED", f"the code must have {_DIGITS} digits")
        if any(camera.mac == canonical(mac) for camera in self._cameras.all()):
            raise RefusalError("CONFLICT", f"{mac} is paired already")
        found = next((c for c in self._found if c.mac == canonical(mac)), None)
        if found is None:
            raise RefusalError("DEVICE_NOT_FOUND", f"{mac} was not found by a scan")
        if code != CODE:
            self._tell("warn", "espcam", f"{found.mac}: wrong pairing code")
            raise RefusalError("TOTP_EXPIRED" if code == CODE_BEFORE else "TOTP_INVALID")
        self._cameras.pair(found)
        return found

    def reset(self) -> None:
        """Forget what was found."""
        self._scanning.clear()
        self.scanning = False
        self._found = []

    def _finish(self) -> None:
        self.scanning = False
        now = self._timeline.now
        self._found = [
            Camera(
                mac=mac,
                name=f"ESP32-CAM-{mac[-5:].replace(':', '')}",
                ip=ip,
                firmware_version=firmware,
                rssi=rssi,
                paired_at=now,
                seen_at=now,
            )
            for mac, ip, firmware, rssi in _AROUND
        ]
        self._tell("info", "espcam", f"scan found {len(self._found)} cameras")
