"""A line that says what happened and what to do next, with the buttons for it."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.widgets.target import Target
from kiosk.services.views.parts import NO_BANNER


class Banner(BoxLayout):
    """Shows a ``BannerView``; takes no room at all when it says nothing."""

    view = ObjectProperty(NO_BANNER, rebind=True)
    intents = ObjectProperty(None, allownone=True)
    surface = ColorProperty()
    ink = ColorProperty()


class ButtonRow(BoxLayout):
    """Shows ``ButtonView``s side by side; builds only when there are others than before."""

    views = ObjectProperty(())
    intents = ObjectProperty(None, allownone=True)

    def on_views(self, *_args: Any) -> None:
        """Give each button its view."""
        widgets = self.children[::-1]
        if [widget.view.name for widget in widgets] != [view.name for view in self.views]:
            self.clear_widgets()
            for view in self.views:
                self.add_widget(ViewButton(view=view, intents=self.intents))
            return
        for widget, view in zip(widgets, self.views, strict=True):
            widget.view = view


class ViewButton(Target):
    """A button that is what its ``ButtonView`` says, and calls the intent named there."""

    view = ObjectProperty(rebind=True)
    intents = ObjectProperty(None, allownone=True)

    def on_release(self) -> None:
        """Call the intent."""
        getattr(self.intents, self.view.intent)(*self.view.arguments)


kv.load("banner")
