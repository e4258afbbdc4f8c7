"""What a grid shows its rows in; each is recycled for another row when the rows move."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from kiosk.screens.widgets.pressable import Meaning, Pressable, call, meaning_of


class Tile(RecycleDataViewBehavior, Pressable):
    """Shows a ``row`` of a ``grid``; a tap calls the intent of the row that was touched.

    That may have another tile when the finger lifts.
    """

    row = ObjectProperty(None, allownone=True)
    grid = ObjectProperty(None, allownone=True)

    def meaning_of(self, row: Any) -> Meaning:
        """Return what a tap on a row means."""
        return meaning_of(row)

    @property
    def meaning(self) -> Meaning:
        """Return what a tap means on the row that it shows."""
        return self.meaning_of(self.row)

    def is_possible(self, meaning: Meaning) -> bool:
        """Return whether the grid still has a row that means this, wherever."""
        rows = (entry["row"] for entry in self.grid.data)
        is_shown = self.grid.get_root_window() is not None
        return is_shown and any(self.meaning_of(row) == meaning for row in rows)

    def refresh_view_attrs(self, rv: Any, index: int, data: dict[str, Any]) -> None:
        """Take the row that the grid gives; look untouched when another one was touched."""
        self.grid = rv
        if self.meaning_of(data["row"]) != self.touched:
            self.state = "normal"
        super().refresh_view_attrs(rv, index, data)

    def on_release(self) -> None:
        """Do what the row that was touched is for."""
        call(self.grid.intents, self.touched)
