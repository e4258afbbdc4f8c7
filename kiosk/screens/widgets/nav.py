"""The way around: to the menu or back, and to the open session."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.screens import kv
from kiosk.screens.widgets import pager  # noqa: F401 - the kv below uses it
from kiosk.screens.widgets.banner import ButtonRow


class NavBar(ButtonRow):
    """Shows a ``NavView`` as one or two buttons of 15 mm."""

    view = ObjectProperty(None, allownone=True)

    def on_view(self, *_args: Any) -> None:
        """Show the buttons that there are."""
        self.views = tuple(button for button in (self.view.menu, self.view.session) if button)


class Footer(GridLayout):
    """The bottom of a screen: the way around, the pages, what can be done.

    Side by side where there is room, one above the other where the panel stands upright. Beside
    what takes something away there is a wide ``gap``; ``line`` is how high the buttons are.
    """

    nav = ObjectProperty(None, allownone=True, rebind=True)
    grid = ObjectProperty(None, allownone=True, rebind=True)
    views = ObjectProperty(())
    gap = NumericProperty(0)
    line = NumericProperty(0)
    intents = ObjectProperty(None, allownone=True)
    portrait = BooleanProperty(False)


kv.load("nav")
