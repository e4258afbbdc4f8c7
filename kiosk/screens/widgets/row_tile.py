"""One line of a list, and the list of them."""

from __future__ import annotations

from typing import Any

from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from kiosk.screens import kv
from kiosk.screens.widgets.banner import call
from kiosk.screens.widgets.target import Pressable
from kiosk.screens.widgets.tile_grid import TileGrid
from kiosk.services.views.rows import RowView

_EMPTY = RowView("", "", "")


class RowTile(RecycleDataViewBehavior, Pressable, BoxLayout):
    """Shows a ``RowView``; a tap calls its intent. ``upright``: the icon stands above the words."""

    upright = BooleanProperty(False)
    row = ObjectProperty(_EMPTY, rebind=True)
    grid = ObjectProperty(None, allownone=True)
    ink = ColorProperty()
    tint = ColorProperty()

    def refresh_view_attrs(self, rv: Any, index: int, data: dict[str, Any]) -> None:
        """Take the row that the grid gives."""
        row = data["row"]
        self.grid = rv
        self.upright = rv.upright
        self.name = f"row:{row.key}"
        self.disabled = not row.intent
        super().refresh_view_attrs(rv, index, data)

    def on_release(self) -> None:
        """Call the intent."""
        call(self.grid.intents, self.row)


class RowGrid(TileGrid):
    """Shows ``views``, in as many columns of ``least_width`` as there is room for."""

    views = ListProperty()
    intents = ObjectProperty(None, allownone=True)
    least_width = NumericProperty(1)
    three_lines = BooleanProperty(False)
    upright = BooleanProperty(False)

    def on_views(self, *_args: Any) -> None:
        """Give the rows to the tiles."""
        self.three_lines = any(view.more for view in self.views)
        self.rows = [{"row": view} for view in self.views]


kv.load("row_tile")
