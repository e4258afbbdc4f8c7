"""What stands above a grid, and gives way to it."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.layout import Layout

from kiosk.screens import kv


class Column(Layout):
    """Parts one below the other; the last one, with the ``grid``, takes what is left.

    Where that is less than a line of its tiles, the others give way, the lowest first: on a panel
    that is taken for a denser one, whoever does not see the choices cannot say which it is.
    """

    grid = ObjectProperty(None, allownone=True, rebind=True)
    spacing = NumericProperty(0)
    least = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "children", "spacing", "least"):
            self.fbind(name, self._trigger_layout)

    def do_layout(self, *_args: Any) -> None:
        """Place the parts for which there is room; the rest is out of sight and reach."""
        *parts, last = self.children[::-1]
        kept = self._kept(parts)
        top = self.top
        for number, part in enumerate(parts):
            part.x, part.width = self.x, self.width
            part.opacity = 1 if number < kept else 0
            part.top = top if number < kept else 0
            top -= part.height + self.spacing if number < kept else 0
        last.pos = self.pos
        last.size = self.width, max(0.0, top - self.y)

    def _kept(self, parts: list[Any]) -> int:
        """Return how many of the parts leave enough to the last one."""
        kept = len(parts)
        while kept and self.least and self.least > self._left(parts[:kept]):
            kept -= 1
        return kept

    def _left(self, parts: list[Any]) -> float:
        return float(self.height - sum(part.height + self.spacing for part in parts))


kv.load("column")
