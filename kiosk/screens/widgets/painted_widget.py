"""A widget that is painted with a handful of instructions, and anew only when it looks different.

A label or a bound instruction costs ten times as much as painting the same text: what there are
many of on a screen has neither.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Line, RoundedRectangle
from kivy.metrics import mm
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens import kv
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
        Color(*surface)
        RoundedRectangle(pos=self.pos, size=self.size, radius=[mm(1.6)])
        Color(*frame)
        # The corners are so many short lines that they need no joints: those would be most of the
        # triangles on the panel.
        Line(
            rounded_rectangle=(*self.pos, *self.size, mm(1.6)),
            width=mm(line_mm),
            joint="none",
            cap="none",
        )

    def _paint_anew(self, *_args: Any) -> None:
        painter = Painter()
        self.canvas.clear()
        if self.theme is not None and self.width >= 1 and self.height >= 1:
            with self.canvas:
                self.paint(painter)
        self.painted = tuple(painter.painted)


kv.load("painted_widget")
