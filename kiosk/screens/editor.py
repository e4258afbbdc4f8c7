"""The one-field editor's screen."""

from __future__ import annotations

from kivy.properties import BooleanProperty

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import keyboard, target  # noqa: F401 - the kv below uses them


class EditorScreen(KioskScreen):
    """Shows an ``EditorView``; ``stacked``: the buttons stand below the field."""

    stacked = BooleanProperty(False)


kv.load("editor")
