"""One line of a list, painted with a handful of instructions, and the list of them."""

from __future__ import annotations

from typing import Any

from kivy.metrics import mm
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty

from kiosk.screens import kv
from kiosk.screens.widgets.painted_widget import PaintedWidget
from kiosk.screens.widgets.painter import Painter, Style
from kiosk.screens.widgets.pressable import changes
from kiosk.screens.widgets.tile import Tile
from kiosk.screens.widgets.tile_grid import TileGrid

_MARK_SHARE = 1.15


class RowTile(Tile, PaintedWidget):
    """Shows a ``RowView``; a tap calls its intent. In an ``upright`` grid the icon stands above."""

    looks = ("row", "state", "disabled")
    # What its name begins with; how large its icon is, in icons of a line of text.
    kind = "row"
    icon_share = 1.2
    # A frame that stands out says that it can be tapped.
    disabled_frame = "surfaceContainerHighColor"

    def refresh_view_attrs(self, rv: Any, index: int, data: dict[str, Any]) -> None:
        """Take the row that the grid gives."""
        row = data["row"]
        self.name = f"{self.kind}:{row.key}"
        self.disabled = not row.intent
        self.guarded = changes(row)
        super().refresh_view_attrs(rv, index, data)

    def paint(self, painter: Painter) -> None:
        """Draw the surface, the icon and the lines of text."""
        if self.row is None:
            return
        theme, width = self.theme, 1.2 if self.row.selected else 0.4
        if self.state == "down":
            self.paint_box(theme.onSurfaceColor, theme.outlineColor, line_mm=width)
        elif self.disabled:
            frame = getattr(theme, self.disabled_frame)
            self.paint_box(theme.backgroundColor, frame, line_mm=width)
        else:
            self.paint_box(theme.surfaceContainerHighestColor, theme.outlineColor, line_mm=width)
        if self.grid.upright:
            self._paint_upright(painter)
        else:
            self._paint_lying(painter)

    def _paint_lying(self, painter: Painter) -> None:
        row, theme, ink = self.row, self.theme, self.ink()
        pad = mm(2)
        left = self.x + pad
        if row.icon:
            size = theme.icon_size * self.icon_share
            painter.icon(row.icon, left + size / 2, self.center_y, size, self._tint(ink))
            left += size
        left += pad
        right = self.right - pad
        if row.mark:
            style = Style(theme.title_size * _MARK_SHARE, ink, bold=True)
            left += painter.line(row.mark, left, self.center_y, style, right - left) + pad
        lines = [(row.title, True), (row.detail, False), (row.more, False)]
        lines = [line for line in lines if line[0]]
        high = painter.height(theme.body_size)
        middle = self.center_y + (len(lines) - 1) * high / 2
        for number, (text, bold) in enumerate(lines):
            style = Style(theme.body_size, ink, bold)
            painter.line(text, left, middle - number * high, style, right - left)

    def _paint_upright(self, painter: Painter) -> None:
        row, theme, ink = self.row, self.theme, self.ink()
        size = theme.icon_size * self.icon_share
        high = painter.height(theme.body_size)
        bottom = self.y + mm(0.8)
        above = bottom + high + painter.height(size, row.icon) / 2
        painter.icon(row.icon, self.center_x, above, size, self._tint(ink))
        room = self.width - 2 * mm(1)
        style = Style(theme.body_size, ink, bold=True)
        left = self.center_x - min(room, painter.width(row.title, style.size, bold=True)) / 2
        painter.line(row.title, left, bottom + high / 2, style, room)

    def ink(self) -> list[float]:
        """Return the colour of the words."""
        theme = self.theme
        return list(theme.backgroundColor if self.state == "down" else theme.onSurfaceColor)

    def _tint(self, ink: list[float]) -> list[float]:
        """Return the icon's colour: that of the row's tone, but on a pressed row."""
        if self.state == "down" or self.row.tone == "plain":
            return ink
        return list(self.theme.state_colour(self.row.tone))


class RowGrid(TileGrid):
    """Shows ``views``, in as many columns of ``least_width`` as there is room for."""

    views = ListProperty()
    intents = ObjectProperty(None, allownone=True)
    least_width = NumericProperty(1)
    three_lines = BooleanProperty(False)
    upright = BooleanProperty(False)

    def on_views(self, *_args: Any) -> None:
        """Give the rows to the tiles."""
        self.three_lines = any(view.more for view in self.views)
        self.rows = [{"row": view} for view in self.views]


kv.load("row_tile")
