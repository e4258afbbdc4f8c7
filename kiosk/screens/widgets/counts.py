"""How many devices are in which state, in numbers that can be read from two metres."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.screens import kv
from kiosk.screens.widgets import words  # noqa: F401 - the kv below uses its rules
from kiosk.services.views.provision import CountView


class Counts(GridLayout):
    """Shows ``CountView``s in a grid; builds its parts once."""

    views = ObjectProperty(())

    def on_views(self, *_args: Any) -> None:
        """Give each part its view."""
        while len(self.children) < len(self.views):
            self.add_widget(Count())
        for part, view in zip(self.children[::-1], self.views, strict=True):
            part.view = view


class Count(BoxLayout):
    """One number with its icon and word; shows a ``CountView``."""

    view = ObjectProperty(CountView("", "", "", "quiet"), rebind=True)
    colour = ColorProperty()


kv.load("counts")
