"""The panel itself: how it is turned, how dark it is, what it sounds like."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window

from kiosk.screens.widgets.shade import Shade
from kiosk.screens.widgets.sounds import Sounds
from kiosk.services.views.panel import PanelView


class Panel:
    """Makes the window what a ``PanelView`` says, over and around whatever is shown."""

    def __init__(self, intents: Any) -> None:
        self._shade = Shade(intents=intents)
        self._sounds = Sounds()
        self._alarm: object = None

    def lay_over(self) -> None:
        """Put what darkens the panel over everything; the window has its root widget by now."""
        Window.add_widget(self._shade)

    def show(self, view: PanelView) -> None:
        """Turn, darken, sound."""
        # Kivy turns what is drawn, and the touches of every input provider with it.
        if Window.rotation != view.rotation:
            Window.rotation = view.rotation
        self._shade.strength = view.shade
        self._shade.asleep = view.asleep
        self._sounds.switch(on=view.sound)
        if view.alarm is not self._alarm:
            self._alarm = view.alarm
            if view.alarm is not None:
                self._sounds.alarm()

    def release(self) -> None:
        """Leave the window as it was."""
        self._sounds.switch(on=False)
        Window.remove_widget(self._shade)
        Window.rotation = 0
