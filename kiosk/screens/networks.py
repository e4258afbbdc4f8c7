"""The networks screen."""

from __future__ import annotations

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import (  # noqa: F401 - the kv below uses them
    banner,
    column,
    network_tile,
    pager,
)


class NetworksScreen(KioskScreen):
    """Shows a ``NetworksView``."""


kv.load("networks")
