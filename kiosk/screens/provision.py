"""The session's screen."""

from __future__ import annotations

from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import (  # noqa: F401 - the kv below uses them
    banner,
    counts,
    device_grid,
    pager,
    target,
)


class ProvisionScreen(KioskScreen):
    """Shows a ``ProvisionView``."""


class BatchBar(Widget):
    """One bar for the whole batch: shares of it that are ready and failed."""

    ready = NumericProperty(0.0)
    failed = NumericProperty(0.0)


kv.load("provision")
