"""The simulator that both sides watch: sessions that last, devices that are ready at once.

python -m tests.bench.service … is ``kiosk simulate …``.
"""

from __future__ import annotations

import sys
import time
from typing import Any, ClassVar

from kiosk.__main__ import main
from kiosk.simulator import provisioner, storage, world
from tests.support.simulator import SimulatorProcess

_STEP = "/api/v1/provisioning/batch"
_SPEED = 20
_READY_SECONDS = 120.0


class Service(SimulatorProcess):
    """A simulator with a running session whose devices are all ready: none stirs by itself."""

    command: ClassVar = [sys.executable, "-m", "tests.bench.service", "simulate"]

    def __init__(self, devices: int) -> None:
        super().__init__(devices=devices, scenario="smooth", speed=_SPEED)
        self.devices = devices
        self.session_id = ""

    def open_session(self) -> None:
        """Start a session and provision all; raises TimeoutError when that takes too long."""
        self.session_id = self.start_session()
        self._wait_for("discovered")
        self.call("POST", f"{_STEP}/{self.session_id}/provision-all").raise_for_status()
        self._wait_for("verified")

    def emit(self, seconds: float, per_second: float) -> None:
        """Tell of the devices in turn, evenly, for so long."""
        self.burst(round(seconds * per_second), per_second=per_second)

    def _wait_for(self, state: str) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            listed: list[dict[str, Any]] = self.session(self.session_id)["devices"] or []
            if len(listed) == self.devices and all(d["state"] == state for d in listed):
                return
            time.sleep(0.25)
        raise TimeoutError(f"not all devices are {state} after {_READY_SECONDS:g} s")


if __name__ == "__main__":
    world.LIFETIME = 10 * 3600.0 * _SPEED
    provisioner.SLOTS = 500
    # What a disk takes is not what is measured.
    storage.Storage.save = lambda *_: None  # type: ignore[method-assign]
    sys.exit(main())
