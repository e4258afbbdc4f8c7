"""The menu."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, column, nav, row_tile  # noqa: F401 - the kv uses them


class MenuScreen(KioskScreen):
    """Shows a ``MenuView``."""


kv.load("menu")
