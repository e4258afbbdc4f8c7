"""The lines of the log: as many tiles as fit, each given another line when the lines move."""

from __future__ import annotations

from math import hypot
from typing import Any

from kivy.metrics import mm
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.screens import kv
from kiosk.screens.widgets.pressable import WOBBLE_MM, Meaning, Pressable, call
from kiosk.screens.widgets.words import Words
from kiosk.screens.widgets.wrapped import two_lines
from kiosk.services.views.log_lines import LinesView, LineView

_EMPTY = LineView("", "", "", "plain", "", "", "")


class Component(Words):
    """A name that the service gave; it may be cut short."""

    foreign = True


class Message(Words):
    """A message of the service on two lines at most; the sheet has the whole of it."""

    foreign = True
    whole = StringProperty()

    def fitted(self, whole: str, size: float, width: float) -> str:
        """Return what of it there is room for."""
        return two_lines(whole, size, width - 1) if width > size else ""


class LogTile(Pressable, BoxLayout):
    """Shows a ``LineView``; a tap opens the line's sheet."""

    line = ObjectProperty(_EMPTY, rebind=True)
    intents = ObjectProperty(None, allownone=True)
    portrait = BooleanProperty(False)
    surface = ColorProperty()
    ink = ColorProperty()
    tint = ColorProperty()

    @property
    def meaning(self) -> Meaning:
        """Return what opens the line's sheet."""
        return "open_log_line", self.line.key

    def is_possible(self, meaning: Meaning) -> bool:
        """Return whether there is still a log: the sheet itself tells of a line that has gone."""
        del meaning
        return self.is_shown

    def on_line(self, *_args: Any) -> None:
        """Look untouched when the line that was touched has moved on."""
        self.name = f"line:{' '.join(self.line.key.split())}"
        if self.meaning != self.touched:
            self.state = "normal"

    def on_release(self) -> None:
        """Open the sheet of the line that was touched."""
        call(self.intents, self.touched)


class LogList(Widget):
    """Shows ``lines`` from ``first`` on, or the last of them where that is None.

    It has no view of its own: who turns a page or drags asks for another line on top. Fifty lines
    in a frame cost no more than one.
    """

    lines = ObjectProperty(LinesView())
    first = NumericProperty(None, allownone=True)
    intents = ObjectProperty(None, allownone=True)
    portrait = BooleanProperty(False)
    tile_height = NumericProperty(1)
    gap = NumericProperty(1)

    def _page_size(self) -> int:
        return int(max(1.0, (self.height + self.gap) // (self.tile_height + self.gap)))

    page_size = AliasProperty(_page_size, bind=("height", "tile_height", "gap"))

    def _place(self) -> int:
        last = max(0, len(self.lines) - int(self.page_size))
        return last if self.first is None else min(int(self.first), last)

    place = AliasProperty(_place, bind=("lines", "first", "page_size"), cache=False)
    at_top = AliasProperty(lambda self: self.place == 0, bind=("place",), cache=False)
    at_end = AliasProperty(
        lambda self: self.place + self.page_size >= len(self.lines),
        bind=("place", "lines", "page_size"),
        cache=False,
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tiles: list[LogTile] = []
        for name in ("lines", "first", "page_size", "portrait", "size", "pos"):
            self.fbind(name, self._show)

    def page(self, pages: int) -> None:
        """Turn pages, downwards if positive."""
        self._move_to(self.place + pages * self.page_size)

    def on_touch_down(self, touch: Any) -> bool:
        """Give the touch to the tile under it, and watch whether it becomes a scroll."""
        if not self.collide_point(*touch.pos):
            return False
        if touch.is_mouse_scrolling:
            self.page(1 if touch.button == "scrollup" else -1)
            return True
        super().on_touch_down(touch)
        touch.ud[self] = self.place
        touch.grab(self)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Scroll line by line once the finger has moved too far for a tap."""
        if touch.grab_current is not self:
            return False
        if hypot(touch.x - touch.ox, touch.y - touch.oy) >= mm(WOBBLE_MM):
            for tile in self._tiles:
                if tile.state == "down":
                    tile.let_go(touch)
            self._move_to(touch.ud[self] + round((touch.y - touch.oy) / self._pitch))
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let go; a tile that still has the touch acts by itself."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        return True

    @property
    def _pitch(self) -> float:
        return float(self.tile_height + self.gap)

    def _move_to(self, place: int) -> None:
        place = max(0, min(place, len(self.lines) - self.page_size))
        if place != self.place:
            self.intents.scroll_logs(self.lines[place].key)

    def _show(self, *_args: Any) -> None:
        lines = self.lines[self.place : self.place + self.page_size]
        while len(self._tiles) < len(lines):
            self._tiles.append(LogTile())
        # The newest line is at the bottom, also while there are few.
        bottom = self.top - len(lines) * self._pitch + self.gap
        for number, tile in enumerate(self._tiles):
            if number >= len(lines):
                self.remove_widget(tile)
                continue
            tile.line = lines[number]
            tile.intents = self.intents
            tile.portrait = self.portrait
            tile.size = self.width, self.tile_height
            tile.pos = self.x, bottom + (len(lines) - 1 - number) * self._pitch
            if tile.parent is None:
                self.add_widget(tile)


kv.load("log_list")
