"""What a gloved finger taps: a labelled target of at least 15 mm, with a pressed look at once."""

from __future__ import annotations

from typing import Any

from kivy.animation import Animation
from kivy.graphics import Color, RoundedRectangle
from kivy.metrics import mm
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.screens import kv
from kiosk.screens.widgets.box import RADIUS_MM
from kiosk.screens.widgets.painted_widget import PaintedWidget
from kiosk.screens.widgets.painter import Painter, Style
from kiosk.screens.widgets.pressable import Pressable

HOLD_SECONDS = 1.0


class Target(Pressable, PaintedWidget):
    """A button with an icon above words. ``role``: plain, primary, quiet or danger.

    ``pad`` is what is left free beside the words.
    """

    looks: tuple[str, ...] = (
        "text",
        "icon",
        "font_size",
        "role",
        "selected",
        "state",
        "disabled",
        "pad",
    )

    text = StringProperty()
    icon = StringProperty()
    font_size = NumericProperty(0)
    role = StringProperty("plain")
    selected = BooleanProperty(False)
    pad = NumericProperty(mm(1.2))

    def paint(self, painter: Painter) -> None:
        """Draw the surface, the icon and the words, those in the middle."""
        theme = self.theme
        surface, ink = self._colours()
        framed = self.role in {"plain", "quiet"} and not self.disabled
        down = self.state == "down"
        self.paint_box(
            theme.onSurfaceColor if down else surface,
            # A frame says that it can be tapped.
            theme.outlineColor if framed else surface,
            line_mm=1.0 if self.selected else 0.4,
        )
        self.paint_over()
        ink = list(theme.backgroundColor if down else ink)
        bold = self.role in {"primary", "danger"}
        style, room = Style(self.font_size or theme.body_size, ink, bold), self.width - 2 * self.pad
        icon_size = theme.icon_size * (1 if self.text else 1.25)
        icon_high = painter.height(icon_size, self.icon) if self.icon else 0
        words_high = painter.words_height(self.text, style, room)
        bottom = self.center_y - (icon_high + words_high) / 2
        if self.text:
            painter.words(self.text, self.center_x, bottom, style, room)
        if self.icon:
            above = bottom + words_high + icon_high / 2
            painter.icon(self.icon, self.center_x, above, icon_size, ink)

    def paint_over(self) -> None:
        """Draw between the surface and the words."""

    def _colours(self) -> tuple[list[float], list[float]]:
        """Return what it is painted with while it is not pressed, and what stands on that."""
        theme = self.theme
        if self.disabled:
            return theme.backgroundColor, theme.onSurfaceVariantColor
        if self.role == "primary":
            return theme.primaryContainerColor, theme.onPrimaryContainerColor
        if self.role == "danger":
            return theme.bad_surface, theme.ink_on_bad
        plain = self.role == "plain"
        surface = theme.surfaceContainerHighestColor if plain else theme.backgroundColor
        return surface, theme.onSurfaceColor


class HoldTarget(Target):
    """A button for what cannot be undone: it acts when held for a second, and shows that.

    Fires ``on_held``; lifting the finger early does nothing.
    """

    looks = (*Target.looks, "fill")

    fill = NumericProperty(0.0)
    __events__ = ("on_held",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._filling: Animation | None = None

    @property
    def is_held_back(self) -> bool:
        """Return False: nobody holds what was not meant."""
        return False

    def paint_over(self) -> None:
        """Draw how long it was held."""
        if self.fill:
            Color(*self.theme.onSurfaceColor[:3], 0.55)
            size = self.width * self.fill, self.height
            RoundedRectangle(pos=self.pos, size=size, radius=[mm(RADIUS_MM)])

    def on_press(self) -> None:
        """Begin to fill; a full button acts."""
        self._empty()
        self._filling = Animation(fill=1.0, duration=HOLD_SECONDS)
        self._filling.bind(on_complete=self._full)
        self._filling.start(self)

    def on_fill(self, *_args: Any) -> None:
        """Let go when what was touched cannot be done any more, or is something else by now."""
        if self.fill and not self.is_possible(self.touched):
            self.let_go(self.last_touch)

    def on_touch_up(self, touch: Any) -> bool:
        """Empty the button at once when the finger lifts before it is full."""
        if touch.grab_current is self:
            self._empty()
        return bool(super().on_touch_up(touch))

    def let_go(self, touch: Any) -> None:
        """Empty the button when it loses the finger."""
        self._empty()
        super().let_go(touch)

    def on_held(self) -> None:
        """Do what the button says; for the kv that uses it."""

    def _full(self, *_args: Any) -> None:
        self._empty()
        self.dispatch("on_held")

    def _empty(self) -> None:
        if self._filling is not None:
            self._filling.unbind(on_complete=self._full)
            self._filling.cancel(self)
            self._filling = None
        self.fill = 0.0


kv.load("target")
