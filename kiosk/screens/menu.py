"""The menu."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, nav, row_tile  # noqa: F401 - the kv below uses them


class MenuScreen(KioskScreen):
    """Shows a ``MenuView``."""


kv.load("menu")
