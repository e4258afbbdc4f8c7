"""Two buttons that turn the pages of a grid: everything that scrolls has them."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.widgets import target  # noqa: F401 - the kv below uses it


class Pager(BoxLayout):
    """Turns the pages of ``grid``; not shown while everything fits on one."""

    grid = ObjectProperty(None, allownone=True, rebind=True)


kv.load("pager")
