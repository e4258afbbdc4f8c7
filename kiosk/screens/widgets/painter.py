"""Draws texts from shared textures, and remembers them for whoever looks at the panel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kivy.graphics import Color, Rectangle

from kiosk.screens.widgets.words import shortened, texture_of
from kiosk.screens.widgets.wrapped import all_lines


@dataclass(frozen=True, slots=True)
class Painted:
    """A text as it stands on the panel: for the tour's audit. Pixels, colour as RGBA.

    ``whole`` is what it was before it was cut short, or broken into lines, to its room, where it
    had one; ``broken`` says that a line ends inside a word.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    size: float
    colour: tuple[float, ...]
    icon: bool = False
    whole: str = ""
    broken: bool = False


def moved(painted: Iterable[Painted], x: float, y: float) -> tuple[Painted, ...]:
    """Return texts that were painted around an origin which now stands at x and y."""
    return tuple(replace(text, x=x + text.x, y=y + text.y) for text in painted)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: its size in pixels, its colour as RGBA."""

    size: float
    colour: list[float]
    bold: bool = False


class Painter:
    """Draws texts from shared textures and remembers what it drew."""

    def __init__(self) -> None:
        self.painted: list[Painted] = []

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a text would be, in pixels."""
        return float(texture_of(text, size, bold=bold).width)

    def height(self, size: float, icon: str = "") -> float:
        """Return how high a line of text, or this icon, is, in pixels."""
        return float(texture_of(icon or "A", size, icon=bool(icon)).height)

    def icon(self, name: str, x: float, y: float, size: float, colour: list[float]) -> None:
        """Draw an icon with its middle at x and y."""
        texture = texture_of(name, size, icon=True)
        left, bottom = int(x - texture.width / 2), int(y - texture.height / 2)
        self.text(name, left, bottom, size, colour, icon=True)

    def line(self, text: str, x: float, y: float, style: Style, room: float) -> float:
        """Draw as much of a text as there is room for, from x on, its middle at y.

        Returns how wide that is.
        """
        size, bold = style.size, style.bold
        shown = shortened(text, size, room, bold=bold)
        texture = texture_of(shown, size, bold=bold)
        bottom = int(y - texture.height / 2)
        self.text(shown, int(x), bottom, size, style.colour, bold=bold, whole=text)
        return float(texture.width)

    def words_height(self, text: str, style: Style, room: float) -> float:
        """Return how high ``words`` would be, in pixels; 0 without text."""
        return float(_lines_of(text, style, room)[1].height) if text else 0

    def words(self, text: str, x: float, y: float, style: Style, room: float) -> None:
        """Draw a text on as many lines as it needs, the middle of their lower edge at x and y."""
        shown, texture = _lines_of(text, style, room)
        left = int(x - texture.width / 2)
        self.text(shown, left, int(y), style.size, style.colour, bold=style.bold, whole=text)

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
        whole: str = "",
    ) -> None:
        """Draw a text with its lower left corner at x and y; ``size`` is its height in pixels."""
        texture = texture_of(text, size, bold=bold, icon=icon)
        Color(*colour)
        Rectangle(texture=texture, pos=(round(x), round(y)), size=texture.size)
        area = x, y, texture.width, texture.height
        broken = "\n" in text and text.split() != whole.split()
        self.painted.append(Painted(text, *area, size, tuple(colour), icon, whole, broken))


def _lines_of(text: str, style: Style, room: float) -> tuple[str, Any]:
    """Return a text with a line break wherever there is no more room, and its texture."""
    lines = [
        line
        for part in text.splitlines()
        for line in all_lines(part, style.size, room, bold=style.bold)
    ]
    shown = "\n".join(lines)
    return shown, texture_of(shown, style.size, bold=style.bold)
