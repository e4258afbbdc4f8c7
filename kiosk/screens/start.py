"""The start screen."""

from __future__ import annotations

from kivy.properties import ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, target  # noqa: F401 - the kv below uses them
from kiosk.screens.widgets.pressable import Pressable
from kiosk.services.views.start import FieldView


class StartScreen(KioskScreen):
    """Shows a ``StartView``."""


class FieldTarget(Pressable, BoxLayout):
    """A field that opens when tapped; shows a ``FieldView``."""

    view = ObjectProperty(FieldView("", "", "", ""), rebind=True)
    surface = ColorProperty()
    ink = ColorProperty()


kv.load("start")
