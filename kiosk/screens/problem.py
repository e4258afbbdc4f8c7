"""One problem with its QR code."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import nav, qr_code  # noqa: F401 - the kv below uses them


class ProblemScreen(KioskScreen):
    """Shows a ``ProblemView``."""


kv.load("problem")
