"""The session's screen."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty
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
from kiosk.screens.widgets.pressable import Pressable
from kiosk.services.views.provision import ProvisionView


class ProvisionScreen(KioskScreen):
    """Shows a ``ProvisionView``; its rows by themselves, for most news are one row's."""

    rows = ObjectProperty(())
    # Counts of three digits need more room.
    many = BooleanProperty(False)

    def __init__(self, view: ProvisionView, **kwargs: Any) -> None:
        super().__init__(view=view, rows=view.rows, **kwargs)

    def show(self, view: ProvisionView) -> None:
        """Show a view."""
        self.rows = view.rows
        super().show(view)


class Overview(Pressable, BoxLayout):
    """How it is going, as one target: a tap opens the sheet about the session."""


class BatchBar(Widget):
    """One bar for the whole batch: shares of it that are ready and failed."""

    ready = NumericProperty(0.0)
    failed = NumericProperty(0.0)
    live = BooleanProperty(True)
    good = ColorProperty()
    bad = ColorProperty()


kv.load("provision")
