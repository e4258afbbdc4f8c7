"""The closing summary."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import (  # noqa: F401 - the kv below uses them
    counts,
    device_grid,
    pager,
    target,
)


class SummaryScreen(KioskScreen):
    """Shows a ``SummaryView``."""


kv.load("summary")
