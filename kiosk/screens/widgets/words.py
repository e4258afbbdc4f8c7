"""Text and icons in the product's typefaces, never as markup: server text may hold anything."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.label import Label
from kivymd.icon_definitions import md_icons

from kiosk.screens import kv
from kiosk.screens.theme import FONT, ICON_FONT
from kiosk.screens.widgets.wrapped import ELLIPSIS, fitting, width_of


class Words(Label):
    """Text that wraps at its own width and is as high as it needs; ``line`` cuts it to one line."""

    line = BooleanProperty(False)


class Caption(Label):
    """Text on one line, as wide as it is."""


class Glyph(Label):
    """One icon, by its Material Design name."""

    icon = StringProperty()

    def glyph(self, icon: str) -> str:
        """Return the icon's character; none for an empty name."""
        return md_icons[icon] if icon else ""


# As many as are on a few panels: texts with times and figures never come to an end.
@lru_cache(maxsize=512)
def texture_of(text: str, size: float, *, bold: bool = False, icon: bool = False) -> Any:
    """Return the white texture of a short text or icon, made once for all who paint it.

    The lines of a text that has several are centred.
    """
    label = CoreLabel(
        text=md_icons[text] if icon else text,
        font_size=size,
        font_name=ICON_FONT if icon else FONT,
        bold=bold and not icon,
        halign="center",
    )
    label.refresh()
    # Its pixels are made when it is first bound: now, and not in the middle of a frame.
    label.texture.bind()
    return label.texture


def shortened(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """Return ``text``, or its beginning and an ellipsis where it is wider than ``width``."""
    if width_of(text, size, bold=bold) <= width:
        return text
    room = width - width_of(ELLIPSIS, size, bold=bold)
    return text[: fitting(text, size, room, bold=bold)].rstrip() + ELLIPSIS


kv.load("words")
