"""A line that says what happened and what to do next, with the buttons for it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.widgets.target import HoldTarget, Target
from kiosk.services.views.parts import NO_BANNER


class Banner(BoxLayout):
    """Shows a ``BannerView``; takes no room at all when it says nothing."""

    view = ObjectProperty(NO_BANNER, rebind=True)
    intents = ObjectProperty(None, allownone=True)
    surface = ColorProperty()
    ink = ColorProperty()


class ButtonRow(BoxLayout):
    """Shows ``ButtonView``s side by side; builds only when there are others than before.

    With ``fill`` those that have words share the width, and what is primary must be large.
    """

    views = ObjectProperty(())
    fill = BooleanProperty(False)
    intents = ObjectProperty(None, allownone=True)

    def on_views(self, *_args: Any) -> None:
        """Give each button its view."""
        widgets = self.children[::-1]
        if [widget.view.name for widget in widgets] != [view.name for view in self.views]:
            self.clear_widgets()
            for view in self.views:
                kind = HoldButton if view.hold else ViewButton
                button = kind(view=view, intents=self.intents)
                if self.fill and view.text:
                    button.size_hint_x = 1
                if self.fill:
                    button.primary = view.hold or view.role == "primary"
                self.add_widget(button)
            return
        for widget, view in zip(widgets, self.views, strict=True):
            widget.view = view

    def on_intents(self, *_args: Any) -> None:
        """Give them to buttons that are there already."""
        for widget in self.children:
            widget.intents = self.intents


class ViewButton(Target):
    """A button that is what its ``ButtonView`` says, and calls the intent named there."""

    view = ObjectProperty(rebind=True)
    intents = ObjectProperty(None, allownone=True)

    def on_release(self) -> None:
        """Call the intent."""
        call(self.intents, self.view)


class HoldButton(HoldTarget):
    """The same for what takes something away: it acts when held."""

    view = ObjectProperty(rebind=True)
    intents = ObjectProperty(None, allownone=True)

    def on_held(self) -> None:
        """Call the intent."""
        call(self.intents, self.view)


def call(intents: Any, view: Any) -> None:
    """Call the intent that a button or row names, with its arguments."""
    getattr(intents, view.intent)(*view.arguments)


kv.load("banner")
