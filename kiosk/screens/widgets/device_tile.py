"""One device of the grid: painted with a handful of instructions, recycled, never rebuilt."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.metrics import mm
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens.widgets.box import draw_box
from kiosk.screens.widgets.painter import Painted, Painter, moved
from kiosk.screens.widgets.picture import Picture
from kiosk.screens.widgets.pressable import Meaning
from kiosk.screens.widgets.tile import Tile
from kiosk.screens.widgets.words import shortened

# From this height on there is room for the name and what went wrong.
LARGE_MM = 22
_LINE_MM, _RADIUS_MM = 0.4, 1.2


class DeviceTile(Tile, Widget):
    """Shows a ``DeviceRow``; repaints only when its row, size or look changes."""

    # Another one when the theme is switched, for tiles that are hidden just then, too.
    look = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._painted: tuple[Painted, ...] = ()
        self._picture = Picture(self)
        # However much of it changes: once before the next frame.
        self._repaint = Clock.create_trigger(self._paint, -1)
        self.bind(row=self._repaint, size=self._repaint, state=self._repaint, look=self._repaint)
        self.bind(pos=self._move)

    @property
    def painted(self) -> tuple[Painted, ...]:
        """Return the texts that stand on it, where they stand in the window."""
        return moved(self._painted, *self._picture.pos)

    def refresh_view_attrs(self, rv: Any, index: int, data: dict[str, Any]) -> None:
        """Take the row that the grid gives; nothing is built."""
        if self.grid is not rv:
            rv.theme.bind(state_colour=self._repaint)
            self._picture.within = rv
        self.name = f"device:{data['row'].mac}"
        super().refresh_view_attrs(rv, index, data)

    def meaning_of(self, row: Any) -> Meaning:
        """Return what opens the device's sheet."""
        return "open", "device", row.mac

    def _paint(self, *_args: Any) -> None:
        row = self.row
        if row is None or self.grid is None or self.width < mm(1):
            return
        theme = self.grid.theme
        pressed = self.state == "down"
        surface, frame, ink, mark = _colours(theme, row, pressed=pressed)
        painter = Painter()
        with self._picture.painted(theme.backgroundColor) as size:
            draw_box((0, 0, *size), surface, frame, line=mm(_LINE_MM), radius=mm(_RADIUS_MM))
            if self.height >= mm(LARGE_MM):
                self._paint_large(painter, row, theme, ink, mark)
            else:
                self._paint_small(painter, row, theme, ink, mark)
            if row.progress and not row.filled:
                Color(*mark)
                room = self.width - 2 * mm(_RADIUS_MM)
                Rectangle(pos=(mm(_RADIUS_MM), 0), size=(room * row.progress, mm(0.9)))
        self._painted = tuple(painter.painted)

    def _move(self, *_args: Any) -> None:
        self._picture.move()

    def _paint_small(
        self, painter: Painter, row: Any, theme: Any, ink: list[float], mark: list[float]
    ) -> None:
        pad, body = mm(0.7), theme.body_size
        tail = body * 1.5
        top = self.height - (self.height - tail * 1.12 - body * 1.15) / 2 + mm(0.2)
        middle = self.width / 2 - painter.width(row.tail, tail, bold=True) / 2
        painter.text(row.tail, middle, top - tail * 1.12, tail, ink, bold=True)
        icon = body * 0.9
        room = self.width - 2 * pad - icon * 1.05
        word = shortened(row.word, body, room)
        left = self.width / 2 - (icon * 1.05 + painter.width(word, body)) / 2
        bottom = top - tail * 1.12 - body * 1.15
        painter.text(row.icon, left, bottom + body * 0.1, icon, mark, icon=True)
        painter.text(word, left + icon * 1.05, bottom, body, mark)

    def _paint_large(
        self, painter: Painter, row: Any, theme: Any, ink: list[float], mark: list[float]
    ) -> None:
        pad, body = mm(1.8), theme.body_size
        number, icon = theme.number_size, theme.body_size * 1.1
        x, inner = pad, self.width - 2 * pad
        y = self.height - pad * 0.6 - number * 1.1
        painter.text(row.tail, x, y, number, ink, bold=True)
        y -= body * 1.15
        painter.text(row.icon, x, y, icon, mark, icon=True)
        word = shortened(row.word, body, inner - icon * 1.2, bold=True)
        painter.text(word, x + icon * 1.2, y, body, mark, bold=True)
        y -= body * 1.15
        painter.text(shortened(row.detail or row.signal, body, inner), x, y, body, ink)


def _colours(theme: Any, row: Any, *, pressed: bool) -> tuple[list[float], ...]:
    """Return surface, frame, text and mark; grey when what is shown may not be so any more."""
    if pressed:
        inverse, surface = list(theme.backgroundColor), list(theme.onSurfaceColor)
        return surface, surface, inverse, inverse
    surface, quiet = list(theme.surfaceContainerColor), list(theme.quiet)
    if not row.live:
        return surface, quiet, quiet, quiet
    if row.filled:
        bad, on_bad = list(theme.bad_surface), list(theme.ink_on_bad)
        return bad, bad, on_bad, on_bad
    mark = list(theme.state_colour(row.tone))
    return surface, mark, list(theme.onSurfaceColor), mark
