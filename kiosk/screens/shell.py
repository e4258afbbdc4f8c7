"""What stays while screens come and go: the status bar above, one screen below."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.screen import KioskScreen
from kiosk.screens.widgets import status_bar  # noqa: F401 - the kv below uses it
from kiosk.screens.widgets.arrival import arrival


class Shell(BoxLayout):
    """The root widget; ``view`` is the status bar's. The window itself is the background."""

    view = ObjectProperty(rebind=True)
    screen = ObjectProperty(None, allownone=True)

    def show(self, screen: KioskScreen) -> None:
        """Put a screen below the status bar; the one that was there stays built, unseen."""
        if screen is self.screen:
            return
        if self.screen is not None:
            self.remove_widget(self.screen)
        self.add_widget(screen)
        self.screen = screen
        arrival.begin()

    def make_room(self, screen: KioskScreen) -> None:
        """Give a hidden screen the place that it will have."""
        bar = self.children[-1]
        screen.pos, screen.size = self.pos, (self.width, self.height - bar.height)


kv.load("shell")
