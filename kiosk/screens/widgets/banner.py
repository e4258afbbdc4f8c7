"""A line that says what happened and what to do next, with the buttons for it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import kv
from kiosk.screens.widgets.pressable import Meaning, call, changes, meaning_of
from kiosk.screens.widgets.target import HoldTarget, Target
from kiosk.services.views.parts import NO_BANNER, ButtonView


class Banner(BoxLayout):
    """Shows a ``BannerView``; takes no room at all when it says nothing."""

    view = ObjectProperty(NO_BANNER, rebind=True)
    intents = ObjectProperty(None, allownone=True)
    surface = ColorProperty()
    ink = ColorProperty()


class ButtonRow(BoxLayout):
    """Shows ``ButtonView``s side by side; builds only those that were not there before.

    With ``fill`` those that have words share the width, and what is primary must be large.
    """

    views = ObjectProperty(())
    fill = BooleanProperty(False)
    intents = ObjectProperty(None, allownone=True)

    def on_views(self, *_args: Any) -> None:
        """Give each view its button: what a finger is on stays, wherever it moves."""
        there = {_kind_of(button.view): button for button in self.children}
        buttons = [there.get(_kind_of(view)) or self._built(view) for view in self.views]
        if buttons != self.children[::-1]:
            self.clear_widgets()
            for button in buttons:
                self.add_widget(button)
        for button, view in zip(buttons, self.views, strict=True):
            button.view = view

    def on_intents(self, *_args: Any) -> None:
        """Give them to buttons that are there already."""
        for widget in self.children:
            widget.intents = self.intents

    def _built(self, view: ButtonView) -> Any:
        kind = HoldButton if view.hold else ViewButton
        button = kind(view=view, intents=self.intents)
        if self.fill and view.text:
            button.size_hint_x = 1
        if self.fill:
            button.primary = view.hold or view.role == "primary"
        return button


def _kind_of(view: ButtonView) -> tuple[str, bool]:
    return view.name, view.hold


class Calling:
    """What a button is that means what its ``ButtonView`` says."""

    guarded: bool

    view = ObjectProperty(rebind=True)
    intents = ObjectProperty(None, allownone=True)
    touched: Meaning

    @property
    def meaning(self) -> Meaning:
        """Return the intent that it calls."""
        return meaning_of(self.view)

    def on_view(self, *_args: Any) -> None:
        """Be on guard where the intent does more than lead elsewhere."""
        self.guarded = changes(self.view)

    def call(self) -> None:
        """Call the intent that was touched."""
        call(self.intents, self.touched)


class ViewTarget(Calling, Target):
    """A target that calls the intent of its view; for the kv that dresses it."""

    def on_release(self) -> None:
        """Call the intent."""
        self.call()


class ViewButton(ViewTarget):
    """A button that is what its view says."""


class HoldButton(Calling, HoldTarget):
    """The same for what takes something away: it acts when held."""

    def on_held(self) -> None:
        """Call the intent."""
        self.call()


kv.load("banner")
