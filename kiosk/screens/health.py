"""The Pi's live figures."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import (  # noqa: F401 - the kv below uses them
    banner,
    history,
    nav,
    row_tile,
)
from kiosk.services.views.health import FigureView
from kiosk.services.views.rows import RowView


class HealthScreen(KioskScreen):
    """Shows a ``HealthView``."""


class Figures(GridLayout):
    """Shows ``FigureView``s; builds its parts once."""

    views = ObjectProperty(())
    narrow = BooleanProperty(False)

    def on_narrow(self, *_args: Any) -> None:
        """Turn each part, too."""
        for part in self.children:
            part.narrow = self.narrow

    def on_views(self, *_args: Any) -> None:
        """Give each part its view."""
        while len(self.children) < len(self.views):
            self.add_widget(Figure(narrow=self.narrow))
        for part, view in zip(self.children[::-1], self.views, strict=True):
            part.view = view


class Figure(BoxLayout):
    """One figure with its past; shows a ``FigureView``."""

    view = ObjectProperty(FigureView("", "", "", "", "", "quiet", marks=(0.0, 0.0)), rebind=True)
    colour = ColorProperty()
    narrow = BooleanProperty(False)


class FactTile(RecycleDataViewBehavior, BoxLayout):
    """One line of what there is beside the figures; it only tells."""

    row = ObjectProperty(RowView("", "", ""), rebind=True)


kv.load("health")
