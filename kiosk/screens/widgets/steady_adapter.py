"""Rows that keep their widgets when the data changes."""

from __future__ import annotations

from typing import Any

from kivy.uix.recycleview.views import RecycleDataAdapter


class SteadyAdapter(RecycleDataAdapter):
    """Keeps each row's widget when the data changes.

    Kivy's own puts all of them into a heap and takes them out again in another order, so that
    one row's news repaints every row, and a tile walks away from under the finger.
    """

    def invalidate(self) -> None:
        """Have each widget take its row's data anew, in its place."""
        self.make_views_dirty()

    def get_view(self, index: int, data_item: Any, viewclass: Any) -> Any:
        """Return the row's widget, with the row's data."""
        view = super().get_view(index, data_item, viewclass)
        if view is not None:
            self.refresh_view_attrs(index, data_item, view)
        return view
