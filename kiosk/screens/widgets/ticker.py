"""A text that is another one each second: a picture, so that it can be drawn without the rest."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.screens import kv
from kiosk.screens.widgets.painter import Painted, Painter, Style, moved
from kiosk.screens.widgets.picture import Picture
from kiosk.screens.widgets.wrapped import all_lines


class Ticker(Widget):
    """Looks like ``Words``, on the ``background`` that it stands on; nothing may lie over it."""

    text = StringProperty()
    line = BooleanProperty(False)
    font_size = NumericProperty(1)
    color = ColorProperty()
    background = ColorProperty()
    text_height = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._painted: tuple[Painted, ...] = ()
        self._lines: list[str] = []
        super().__init__(**kwargs)
        self._picture = Picture(self)
        self._picture.within = self
        self._repaint = Clock.create_trigger(self._paint, -1)
        for name in ("text", "line", "font_size", "width"):
            self.fbind(name, self._break)
        for name in ("text", "line", "font_size", "size", "color", "background"):
            self.fbind(name, self._repaint)
        self.fbind("pos", lambda *_: self._picture.move())
        self._break()
        self._repaint()

    @property
    def painted(self) -> tuple[Painted, ...]:
        """Return the lines that stand on it, where they stand in its parent."""
        return moved(self._painted, *self._picture.pos)

    def _break(self, *_args: Any) -> None:
        parts = self.text.splitlines()
        if not self.line:
            parts = [one for part in parts for one in all_lines(part, self.font_size, self.width)]
        self._lines = parts
        self.text_height = len(parts) * Painter().height(self.font_size) if parts else 0

    def _paint(self, *_args: Any) -> None:
        painter = Painter()
        if self._lines and self.width >= 1 and self.height >= 1:
            style, high = Style(self.font_size, self.color), painter.height(self.font_size)
            with self._picture.painted(self.background):
                for number, text in enumerate(self._lines):
                    painter.line(text, 0, self.height - (number + 0.5) * high, style, self.width)
        else:
            self._picture.clear()
        self._painted = tuple(painter.painted)


kv.load("ticker")
