"""The sheet of one line of the log."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import log_list, long_text, nav  # noqa: F401 - the kv uses them


class LogLineScreen(KioskScreen):
    """Shows a ``LogLineView``."""


kv.load("log_line")
