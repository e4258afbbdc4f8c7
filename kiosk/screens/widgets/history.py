"""The recent past of one figure as a line, with lines where it gets serious."""

from __future__ import annotations

from typing import Any

from kivy.graphics import InstructionGroup, Line
from kivy.metrics import mm
from kivy.properties import ColorProperty, ListProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens import kv

_LINE_MM = 0.35


class History(Widget):
    """Draws ``runs``, shares of its width and height; anew only when there are other points.

    Each stretch without a gap is one line; ``marks`` are heights, the serious and the worst.
    """

    runs = ObjectProperty(())
    marks = ListProperty([0.0, 0.0])
    ink = ColorProperty()

    def __init__(self, **kwargs: Any) -> None:
        self._drawn = InstructionGroup()
        super().__init__(**kwargs)
        # Above what the kv paints: surface, marks, and the colour of the line.
        self.canvas.add(self._drawn)
        self.bind(runs=self._draw, pos=self._draw, size=self._draw)
        self._draw()

    def _draw(self, *_args: Any) -> None:
        self._drawn.clear()
        for run in self.runs:
            points = [
                self.x + share * self.width if index % 2 == 0 else self.y + share * self.height
                for index, share in enumerate(run)
            ]
            self._drawn.add(Line(points=points, width=mm(_LINE_MM)))


kv.load("history")
