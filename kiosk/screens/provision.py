"""The session's screen."""

from __future__ import annotations

from kivy.properties import NumericProperty
from kivy.uix.boxlayout import BoxLayout
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
from kiosk.screens.widgets.target import Pressable


class ProvisionScreen(KioskScreen):
    """Shows a ``ProvisionView``."""


class Overview(Pressable, BoxLayout):
    """How it is going, as one target: a tap opens the sheet about the session."""


class BatchBar(Widget):
    """One bar for the whole batch: shares of it that are ready and failed."""

    ready = NumericProperty(0.0)
    failed = NumericProperty(0.0)


kv.load("provision")
