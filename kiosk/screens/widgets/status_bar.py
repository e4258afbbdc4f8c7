"""The line above every screen: stream, onboarding network, time left."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.widgets import words  # noqa: F401 - the kv below uses its rules
from kiosk.services.views.status import StatusView


class StatusBar(BoxLayout):
    """Shows a ``StatusView``."""

    view = ObjectProperty(StatusView("quiet", "", "", "", "", "", ""), rebind=True)


kv.load("status_bar")
