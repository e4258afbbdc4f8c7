"""One network of the scan's list."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from kiosk.screens import kv
from kiosk.screens.widgets.row_tile import RowTile
from kiosk.screens.widgets.tile_grid import TileGrid
from kiosk.services.views.networks import NetworkRow
from kiosk.services.views.rows import RowView


class NetworkTile(RowTile):
    """Shows a network as a row; a tap picks it."""

    kind = "network"
    icon_share = 1.0
    disabled_frame = "outlineColor"

    def ink(self) -> list[float]:
        """Return the colour of the words: a network that cannot be used is told, no more."""
        return list(self.theme.onSurfaceVariantColor) if self.disabled else super().ink()


class NetworkGrid(TileGrid):
    """Shows the networks of a scan."""

    views = ObjectProperty(())
    intents = ObjectProperty(None, allownone=True)
    upright = False

    def on_views(self, *_args: Any) -> None:
        """Give the rows to the tiles."""
        self.rows = [{"row": _row(view)} for view in self.views]


def _row(view: NetworkRow) -> RowView:
    return RowView(
        key=view.ssid,
        icon=view.icon,
        title=view.title,
        detail=view.detail,
        intent="choose_network" if view.usable else "",
        arguments=(view.ssid,),
        selected=view.chosen,
    )


kv.load("network_tile")
