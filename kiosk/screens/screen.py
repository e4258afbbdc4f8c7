"""What all screens are: a view to show, intents to call, and whether the panel stands upright."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv


class KioskScreen(BoxLayout):
    """A screen: ``view`` is what it shows, ``intents`` what its taps mean.

    ``grid`` is the screen's grid, if it has one, for the buttons that turn its pages.
    """

    view = ObjectProperty(rebind=True)
    intents = ObjectProperty(rebind=True)
    portrait = BooleanProperty(False)
    grid = ObjectProperty(None, allownone=True, rebind=True)

    def show(self, view: Any) -> None:
        """Show a view."""
        self.view = view


kv.load("screen")
