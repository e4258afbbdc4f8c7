"""The log's screen."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, log_list, nav  # noqa: F401 - the kv below uses them


class LogsScreen(KioskScreen):
    """Shows a ``LogsView``."""


kv.load("logs")
