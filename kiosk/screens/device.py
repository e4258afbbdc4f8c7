"""One device's sheet."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import banner, target  # noqa: F401 - the kv below uses the target
from kiosk.services.views.device import StepMark


class DeviceScreen(KioskScreen):
    """Shows a ``DeviceView``."""


class Steps(BoxLayout):
    """The way of a device, step by step; shows ``StepMark``s and builds its parts once."""

    views = ObjectProperty(())
    portrait = BooleanProperty(False)

    def on_portrait(self, *_args: Any) -> None:
        """Turn each step, too."""
        for part in self.children:
            part.portrait = self.portrait

    def on_views(self, *_args: Any) -> None:
        """Give each step its view."""
        while len(self.children) < len(self.views):
            self.add_widget(Step(portrait=self.portrait))
        for part, view in zip(self.children[::-1], self.views, strict=True):
            part.view = view


class Step(BoxLayout):
    """One step with its mark; shows a ``StepMark``."""

    view = ObjectProperty(StepMark("", "", "quiet"), rebind=True)
    colour = ColorProperty()
    portrait = BooleanProperty(False)


kv.load("device")
