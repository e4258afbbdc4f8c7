"""Colours and text sizes of both themes: KivyMD's tonal palette, and what a machine needs besides.

KivyMD's palette at its highest contrast gives surfaces, text and the primary colour. The colours
of states are ours: told apart by the colour-blind (after Okabe and Ito), 3:1 against the surface
as shapes; where text stands on them, 7:1.
"""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path
from typing import Any

from kivy.core.text import LabelBase
from kivy.metrics import mm
from kivy.properties import ColorProperty, NumericProperty, ObjectProperty
from kivy.utils import get_color_from_hex
from kivymd import fonts_path
from kivymd.theming import ThemeManager

_ASSETS = Path(__file__).parent.parent / "assets"

FONT = "Kiosk"
ICON_FONT = "KioskIcons"

# Cap height plus descender of Roboto Condensed, in em: what ergonomics.md measures text by.
CAP_TO_DESCENDER = 0.919
BODY_MM = 4.35

_STATE_COLOURS = {
    "Light": {
        "good": "#00573F",
        "bad": "#7D1F00",
        "moving": "#004C7A",
        "waiting": "#634200",
        "quiet": "#3E4847",
        "bad_surface": "#8F1D00",
        "ink_on_bad": "#FFFFFF",
        "caution_surface": "#FFE0A3",
        "ink_on_caution": "#241800",
        "track": "#C3CFCE",
    },
    "Dark": {
        "good": "#3DD6A3",
        "bad": "#FF9466",
        "moving": "#6CC3FF",
        "waiting": "#F2B84B",
        "quiet": "#A9B4B3",
        "bad_surface": "#FFA27A",
        "ink_on_bad": "#1A0500",
        "caution_surface": "#4A3600",
        "ink_on_caution": "#FFF3DC",
        "track": "#39504E",
    },
}


class KioskTheme(ThemeManager):
    """KivyMD's theme with the colours of states and text sizes in millimetres."""

    good = ColorProperty()
    bad = ColorProperty()
    moving = ColorProperty()
    waiting = ColorProperty()
    quiet = ColorProperty()
    bad_surface = ColorProperty()
    ink_on_bad = ColorProperty()
    caution_surface = ColorProperty()
    ink_on_caution = ColorProperty()
    track = ColorProperty()

    body_size = NumericProperty()
    title_size = NumericProperty()
    number_size = NumericProperty()
    icon_size = NumericProperty()

    # What a tone looks like, as a function; a property, so that whatever asked for a colour asks
    # again when the theme is switched.
    state_colour = ObjectProperty()

    def __init__(self, *, dark: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theme_style = _style(dark=dark)
        self.set_colors()
        self._colour_states()
        self.body_size = mm(BODY_MM) / CAP_TO_DESCENDER
        self.title_size = self.body_size * 1.35
        self.number_size = self.body_size * 2
        self.icon_size = self.body_size * 1.15

    def set_colors(self, *_args: Any) -> None:
        """Take KivyMD's palette as it was made once; making it takes longer than a first frame."""
        for name, colour in _palettes()[self.theme_style].items():
            setattr(self, name, get_color_from_hex(colour))

    def switch(self, *, dark: bool) -> None:
        """Be the other theme, for all that is on the screen and all that is built and hidden."""
        if self.theme_style == _style(dark=dark):
            return
        self.theme_style = _style(dark=dark)
        self.set_colors()
        self._colour_states()

    def _colour_states(self) -> None:
        for name, colour in _STATE_COLOURS[self.theme_style].items():
            setattr(self, name, get_color_from_hex(colour))
        # A new function each time: the property is told apart by it.
        self.state_colour = partial(self._colour_of)

    def _colour_of(self, tone: str) -> list[float]:
        """Return the colour of a tone: good, bad, moving, waiting, quiet, or plain text's."""
        return list(self.onSurfaceColor if tone == "plain" else getattr(self, tone))


@cache
def _palettes() -> Any:
    return json.loads((_ASSETS / "palette.json").read_text(encoding="ascii"))


def _style(*, dark: bool) -> str:
    return "Dark" if dark else "Light"


def register_fonts() -> None:
    """Make the product's typeface and the icon font known to Kivy."""
    folder = _ASSETS / "fonts"
    LabelBase.register(
        FONT,
        fn_regular=str(folder / "RobotoCondensed-Regular.ttf"),
        fn_bold=str(folder / "RobotoCondensed-Bold.ttf"),
    )
    LabelBase.register(
        ICON_FONT, fn_regular=str(Path(fonts_path) / "materialdesignicons-webfont.ttf")
    )
