"""The machine's door."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, facts, nav, row_tile  # noqa: F401 - the kv uses them


class DoorScreen(KioskScreen):
    """Shows a ``SheetView`` whose word is read from afar."""


kv.load("door")
