"""The networks screen."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, network_tile, pager  # noqa: F401 - the kv uses them


class NetworksScreen(KioskScreen):
    """Shows a ``NetworksView``."""


kv.load("networks")
