"""Text of any length that is read page by page."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from kiosk.screens import kv
from kiosk.screens.widgets import words  # noqa: F401 - the kv below uses its rules
from kiosk.screens.widgets.tile_grid import TileGrid
from kiosk.screens.widgets.wrapped import all_lines


class TextLine(RecycleDataViewBehavior, BoxLayout):
    """One line; ``label`` is what it begins with, told apart from the rest."""

    label = StringProperty()
    text = StringProperty()
    bold = BooleanProperty(False)


class LongText(TileGrid):
    """Shows ``FactView``s one below the other, each on as many lines as it needs."""

    views = ObjectProperty(())
    font_size = NumericProperty(1)
    label_width = NumericProperty(1)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("views", "width", "font_size", "label_width"):
            self.fbind(name, self._wrap)

    def _wrap(self, *_args: Any) -> None:
        rows: list[dict[str, object]] = []
        for view in self.views:
            bold = not view.label
            room = self.width - 1 if bold else self.width - self.label_width - 1
            if room <= self.font_size:
                return
            lines = all_lines(view.value, self.font_size, room, bold=bold)
            for number, line in enumerate(lines):
                label = view.label if number == 0 else ""
                rows.append({"label": label, "text": line, "bold": bold})
        self.rows = rows


kv.load("long_text")
