"""A grid of recycled tiles that a finger or the page buttons scroll."""

from __future__ import annotations

from math import ceil, hypot
from typing import Any

from kivy.clock import Clock
from kivy.metrics import mm
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
)
from kivy.uix.recyclegridlayout import RecycleGridLayout  # noqa: F401 - the kv below uses it
from kivy.uix.recycleview import RecycleView
from kivy.uix.widget import Widget

from kiosk.screens import kv
from kiosk.screens.widgets.pressable import WOBBLE_MM, Pressable
from kiosk.screens.widgets.steady_adapter import SteadyAdapter

_HAIR = 1e-6
# What of a size nobody misses: a line of tiles more or less may depend on it.
_UNSEEN_MM = 0.05


class TileGrid(RecycleView):
    """Shows ``rows`` in tiles of at least ``tile_size``, as many side by side as fit.

    It takes as much of the height ``room`` as whole tiles fill; ``away`` is kept free below it.

    Kivy's own scrolling holds a touch back for a while and starts after 20 px. Here a tile sees
    its touch at once, and loses it when the finger has moved ``WOBBLE_MM``.
    """

    scroll_y: float
    rows = ObjectProperty(())
    tile_size = ListProperty([1, 1])
    gap = NumericProperty(1)
    room = NumericProperty(100)
    away = NumericProperty(0)
    live = BooleanProperty(True)

    # There is no bar to fade: Kivy would draw half a second of frames for it after each move.
    _bind_inactive_bar_color_ev = staticmethod(lambda: None)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(view_adapter=SteadyAdapter(), **kwargs)
        # A banner that comes or goes leaves the lines where a page begins.
        self.bind(height=Clock.create_trigger(lambda _dt: self.page(0)))
        self.bind(rows=self._show)

    def _show(self, *_args: Any) -> None:
        """Show the rows; as many as before keep their places, and only what has changed is new.

        Kivy would lay out all of them again, seen or not, for each piece of news.
        """
        if len(self.rows) != len(self.data):
            self.data = self.rows
            return
        for index, (row, shown) in enumerate(zip(self.rows, self.data, strict=True)):
            if row != shown:
                self.renew(index, row)

    def renew(self, index: int, row: dict[str, Any]) -> None:
        """Show one row anew, in its place."""
        # Past the property, which would have everything laid out.
        list.__setitem__(self.data, index, row)
        view = self.view_adapter.views.get(index)
        if view is not None:
            self.view_adapter.refresh_view_attrs(index, row, view)

    def update_from_scroll(self, *args: Any) -> None:
        """Put the content where it is scrolled to, on whole pixels.

        Kivy's own binds the bar's colour once more each time, and unbinds it once half a second
        after the last time.
        """
        self.funbind("bar_color", self._change_bar_color)
        super().update_from_scroll(*args)
        x, y = self.g_translate.xy
        self.g_translate.xy = x, round(y)

    def on_gap(self, *_args: Any) -> None:
        """Have lines stand on whole pixels: between them the last one would lose its edge."""
        self.gap = whole(self.gap)

    def _tile_height(self) -> int:
        return whole(self.tile_size[1])

    # For the same reason.
    tile_height = AliasProperty(_tile_height, bind=("tile_size",))

    def _columns(self) -> int:
        return max(1, int((self.width + self.gap) // (self.tile_size[0] + self.gap)))

    columns = AliasProperty(_columns, bind=("width", "tile_size", "gap"))

    def _tile_width(self) -> float:
        return float((self.width + self.gap) / self.columns - self.gap)

    tile_width = AliasProperty(_tile_width, bind=("columns",), cache=False)

    def whole_tiles(self, room: float, tile_height: float) -> float:
        """Return how much of ``room`` whole lines of tiles take: none is shown cut in half."""
        pitch = tile_height + self.gap
        return float(max(0.0, int((room + self.gap) // pitch) * pitch - self.gap))

    def _overflow(self) -> float:
        content = self.children[0].height if self.children else 0
        return float(max(0.0, content - self.height))

    def _can_page(self) -> bool:
        # Where there is no room for a line, nobody would see what a page button does.
        lines = -(-len(self.rows) // self.columns) if self.height else 0
        return bool(lines * (self.tile_height + self.gap) - self.gap > self.height + 1)

    can_page = AliasProperty(
        _can_page, bind=("rows", "columns", "tile_height", "height", "gap"), cache=False
    )

    def _at_top(self) -> bool:
        return not self.can_page or self.scroll_y >= 1 - _HAIR

    def _at_end(self) -> bool:
        return not self.can_page or self.scroll_y <= _HAIR

    at_top = AliasProperty(_at_top, bind=("can_page", "scroll_y"))
    at_end = AliasProperty(_at_end, bind=("can_page", "scroll_y"))

    def page(self, pages: int) -> None:
        """Scroll by whole pages, downwards if positive, so that no tile is cut in half.

        None at all brings the nearest line to the top.
        """
        overflow = self._overflow()
        if overflow <= 0:
            return
        pitch = self.tile_height + self.gap
        whole = max(1, int((self.height + self.gap) // pitch)) * pitch
        above = (1 - self.scroll_y) * overflow + pages * whole
        above = round(above / pitch) * pitch
        self.scroll_y = 1 - min(overflow, max(0.0, above)) / overflow

    def on_touch_down(self, touch: Any) -> bool:
        """Give the touch to the tile under it, and watch whether it becomes a scroll."""
        if not self.collide_point(*touch.pos):
            return False
        if touch.is_mouse_scrolling:
            self.page(1 if touch.button == "scrollup" else -1)
            return True
        touch.ud[self] = touch.pos
        touch.push()
        touch.apply_transform_2d(self.to_local)
        Widget.on_touch_down(self, touch)
        touch.pop()
        touch.grab(self)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Scroll once the finger has moved far enough, in any direction, that it is no tap."""
        if touch.grab_current is not self:
            return False
        x, y = touch.ud[self]
        if not touch.ud.get((self, "scrolling")):
            if hypot(touch.x - x, touch.y - y) < mm(WOBBLE_MM):
                return True
            touch.ud[self, "scrolling"] = True
            self._take_from_tile(touch)
        overflow = self._overflow()
        if overflow > 0:
            self.scroll_y = min(1.0, max(0.0, self.scroll_y - (touch.y - y) / overflow))
        touch.ud[self] = touch.pos
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let go; a tile that still has the touch acts by itself."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        return True

    def _take_from_tile(self, touch: Any) -> None:
        for reference in touch.grab_list[:]:
            widget = reference()
            if isinstance(widget, Pressable):
                widget.let_go(touch)


def whole(pixels: float) -> int:
    """Return as many whole pixels, none too few by more than nobody sees."""
    return ceil(pixels - mm(_UNSEEN_MM))


kv.load("tile_grid")
