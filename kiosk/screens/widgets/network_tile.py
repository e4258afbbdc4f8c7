"""One network of the scan's list."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from kiosk.screens import kv
from kiosk.screens.widgets.target import Pressable
from kiosk.screens.widgets.tile_grid import TileGrid
from kiosk.services.views.networks import NetworkRow

_EMPTY = NetworkRow(ssid="", title="", icon="", detail="", chosen=False, usable=False)


class NetworkTile(RecycleDataViewBehavior, Pressable, BoxLayout):
    """Shows a ``NetworkRow``; a tap picks the network."""

    row = ObjectProperty(_EMPTY, rebind=True)
    grid = ObjectProperty(None, allownone=True)
    ink = ColorProperty()

    def refresh_view_attrs(self, rv: Any, index: int, data: dict[str, Any]) -> None:
        """Take the row that the grid gives."""
        self.grid = rv
        self.name = f"network:{data['row'].ssid}"
        self.disabled = not data["row"].usable
        super().refresh_view_attrs(rv, index, data)

    def on_release(self) -> None:
        """Take this network as the target."""
        self.grid.intents.choose_network(self.row.ssid)


class NetworkGrid(TileGrid):
    """Shows the networks of a scan."""

    intents = ObjectProperty(None, allownone=True)


kv.load("network_tile")
