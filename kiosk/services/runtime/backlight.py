"""The panel's backlight, where there is one (Linux: ABI/stable/sysfs-class-backlight)."""

from __future__ import annotations

import logging
import os
from pathlib import Path

SYSFS = Path("/sys/class/backlight")
_FULL = 100

_log = logging.getLogger("kiosk.backlight")


class Backlight:
    """The first backlight that may be written; without one, or a folder, nothing is done.

    Files of sysfs block while the driver talks to the panel: ``set`` is for another thread.
    """

    def __init__(self, folder: Path | None = SYSFS) -> None:
        self._device = next(
            (
                device
                for device in (sorted(folder.glob("*")) if folder is not None else ())
                if os.access(device / "brightness", os.W_OK)
            ),
            None,
        )
        self._told = False

    @property
    def is_there(self) -> bool:
        """Return whether there is one."""
        return self._device is not None

    def set(self, percent: int) -> None:
        """Make it as bright as that, never wholly dark; what fails is logged once."""
        if self._device is None:
            return
        try:
            most = int((self._device / "max_brightness").read_text(encoding="ascii"))
            level = max(1, round(most * percent / _FULL))
            (self._device / "brightness").write_text(str(level), encoding="ascii")
        except (OSError, ValueError) as error:
            if not self._told:
                _log.warning("the backlight %s cannot be set: %s", self._device.name, error)
            self._told = True
        else:
            self._told = False
