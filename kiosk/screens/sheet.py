"""The screen that is a sheet of facts about one thing, and what can be done with it."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import (  # noqa: F401 - the kv below uses them
    banner,
    column,
    facts,
    nav,
    row_tile,
)


class SheetScreen(KioskScreen):
    """Shows a ``SheetView``."""


kv.load("sheet")
