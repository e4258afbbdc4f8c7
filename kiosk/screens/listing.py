"""The screen that is a list: allowlist, sessions, cameras and the like differ in their views."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, column, nav, row_tile  # noqa: F401 - the kv uses them


class ListScreen(KioskScreen):
    """Shows a ``ListView``."""


kv.load("listing")
