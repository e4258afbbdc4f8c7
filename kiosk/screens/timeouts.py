"""The time-outs screen."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import target  # noqa: F401 - the kv below uses it
from kiosk.services.views.timeouts import StepView


class TimeoutsScreen(KioskScreen):
    """Shows a ``TimeoutsView``."""


class Stepper(BoxLayout):
    """One time-out with its less and more buttons; shows a ``StepView``."""

    view = ObjectProperty(StepView("discovery", "", "", False, False), rebind=True)
    intents = ObjectProperty(None, allownone=True, rebind=True)
    portrait = BooleanProperty(False)


kv.load("timeouts")
