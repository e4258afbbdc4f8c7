"""A widget that is painted with a handful of instructions, and anew only when it looks different.

A label or a bound instruction costs ten times as much as painting the same text: what there are
many of on a screen has neither.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.metrics import mm
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens import kv
from kiosk.screens.widgets.box import draw_box
from kiosk.screens.widgets.painter import Painted, Painter


class PaintedWidget(Widget):
    """Calls ``paint`` before the next frame when its place changes, or what ``looks`` names."""

    looks: tuple[str, ...] = ()

    theme = ObjectProperty(None, allownone=True)
    # Another one when the theme is switched, for what is hidden just then, too.
    look = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        self.painted: tuple[Painted, ...] = ()
        super().__init__(**kwargs)
        trigger = Clock.create_trigger(self._paint_anew, -1)
        for name in ("pos", "size", "look", *self.looks):
            self.fbind(name, trigger)
        trigger()

    def paint(self, painter: Painter) -> None:
        """Draw into the canvas that is open."""
        raise NotImplementedError

    def paint_box(self, surface: list[float], frame: list[float], *, line_mm: float) -> None:
        """Draw a surface with round corners, and its frame."""
        draw_box((*self.pos, *self.size), surface, frame, line=mm(line_mm))

    def _paint_anew(self, *_args: Any) -> None:
        painter = Painter()
        self.canvas.clear()
        if self.theme is not None and self.width >= 1 and self.height >= 1:
            with self.canvas:
                self.paint(painter)
        self.painted = tuple(painter.painted)


kv.load("painted_widget")
