"""The line above every screen: stream, onboarding network, time left."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.screens import kv
from kiosk.screens.widgets import ticker, words  # noqa: F401 - the kv below uses them
from kiosk.services.views.bar import StatusView


class StatusBar(GridLayout):
    """Shows a ``StatusView``."""

    view = ObjectProperty(StatusView(), rebind=True)
    portrait = BooleanProperty(False)


kv.load("status_bar")
