"""Draws texts from shared textures, and remembers them for whoever looks at the panel."""

from __future__ import annotations

from dataclasses import dataclass

from kivy.graphics import Color, Rectangle

from kiosk.screens.widgets.words import texture_of


@dataclass(frozen=True, slots=True)
class Painted:
    """A text as it stands on the panel: for the tour's audit. Pixels, colour as RGBA."""

    text: str
    x: float
    y: float
    width: float
    height: float
    size: float
    colour: tuple[float, ...]
    icon: bool = False


class Painter:
    """Draws texts from shared textures and remembers what it drew."""

    def __init__(self) -> None:
        self.painted: list[Painted] = []

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a text would be, in pixels."""
        return float(texture_of(text, size, bold=bold).width)

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        colour: list[float],
        *,
        bold: bool = False,
        icon: bool = False,
    ) -> None:
        """Draw a text with its lower left corner at x and y; ``size`` is its height in pixels."""
        texture = texture_of(text, size, bold=bold, icon=icon)
        Color(*colour)
        Rectangle(texture=texture, pos=(round(x), round(y)), size=texture.size)
        self.painted.append(
            Painted(text, x, y, texture.width, texture.height, size, tuple(colour), icon)
        )
