"""The grid of devices: large cards while they all fit, tiles when there are many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count
from operator import is_not
from typing import Any

from kivy.metrics import mm
from kivy.properties import ObjectProperty

from kiosk.screens import kv
from kiosk.screens.widgets import device_tile  # noqa: F401 - the kv below uses it
from kiosk.screens.widgets.tile_grid import TileGrid, whole
from kiosk.services.views.devices import DeviceRow

CARD_MM = (33, 24)
TILE_MM = (23, 15)


class DeviceGrid(TileGrid):
    """Shows ``DeviceRow``s; a tap opens the device's sheet through ``intents``."""

    intents = ObjectProperty(None, allownone=True)
    devices = ObjectProperty(())
    theme = ObjectProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._shown: Sequence[DeviceRow] = ()
        self.bind(width=self._arrange, room=self._arrange, devices=self._show_devices)

    def _arrange(self, *_args: Any) -> None:
        size = CARD_MM if self._fit(CARD_MM) else TILE_MM
        self.tile_size = [mm(size[0]), mm(size[1])]

    def _show_devices(self, *_args: Any) -> None:
        """Show the devices; of as many as before only those that are others."""
        before, self._shown = self._shown, self.devices
        if len(before) == len(self._shown):
            for index in compress(count(), map(is_not, self._shown, before)):
                self.renew(index, {"row": self._shown[index]})
        else:
            self._arrange()
            self.rows = [{"row": row} for row in self._shown]

    def _fit(self, size: tuple[int, int]) -> bool:
        across = int((self.width + self.gap) // (mm(size[0]) + self.gap))
        down = int((self.room + self.gap) // (whole(mm(size[1])) + self.gap))
        return len(self.devices) <= across * down


kv.load("device_grid")
