"""A box with round corners: a surface and its frame, as nine pieces of one small texture.

Kivy's own rounded rectangle and line are some hundred triangles with edges like stairs, and blend
the surface and the frame one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, hypot

from kivy.factory import Factory
from kivy.graphics import BorderImage, Color
from kivy.graphics.texture import Texture
from kivy.metrics import mm

RADIUS_MM = 1.6
# Two themes with a dozen looks each.
_LOOKS = 64


Look = tuple[Sequence[float], Sequence[float], float]


class Box(BorderImage):
    """Stands at ``area``: x, y, width and height in pixels, rounded so that lines are sharp.

    ``look`` is the surface and the frame, as RGBA, and how thick the frame is in pixels. Whoever
    draws it has set the colour to white.
    """

    def __init__(self, radius: float = 0) -> None:
        super().__init__()
        self._radius = radius or mm(RADIUS_MM)
        self.border = [ceil(self._radius)] * 4

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Return where it stands."""
        return *self.pos, *self.size

    @area.setter
    def area(self, area: tuple[float, float, float, float]) -> None:
        x, y, width, height = area
        left, bottom = round(x), round(y)
        self.pos = left, bottom
        self.size = round(x + width) - left, round(y + height) - bottom

    @property
    def look(self) -> Look:
        """Return how it looks."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._look = look
        surface, frame, line = look
        self.texture = _texture(self._radius, max(1, round(line)), tuple(surface), tuple(frame))


def draw_box(
    area: tuple[float, float, float, float],
    surface: Sequence[float],
    frame: Sequence[float],
    *,
    line: float,
    radius: float = 0,
) -> None:
    """Draw one into the canvas that is open."""
    Color(1, 1, 1, 1)
    box = Box(radius)
    box.area = area
    box.look = surface, frame, line


def pixels(
    radius: float, line: float, surface: Sequence[float], frame: Sequence[float]
) -> tuple[int, bytes]:
    """Return the side of a square, as small as it can be, and its pixels: four bytes each, RGBA."""
    corner = ceil(radius)
    side = 2 * corner + 1
    found = bytearray()
    # How far each pixel's middle is from where the corner's round begins, along one side.
    beyond = [abs(n + 0.5 - side / 2) - (side / 2 - radius) for n in range(side)]
    for up in beyond:
        for along in beyond:
            outside = hypot(max(up, 0), max(along, 0)) + min(max(up, along), 0) - radius
            covered, inner = _share(outside), _share(outside + line)
            # Towards nothing a frame does not change its colour, it goes.
            mixed = inner if surface[3] else 0
            colour = [f + (s - f) * mixed for f, s in zip(frame[:3], surface[:3], strict=True)]
            alpha = covered * (frame[3] + (surface[3] - frame[3]) * inner)
            found += bytes(round(part * 255) for part in (*colour, alpha))
    return side, bytes(found)


def _share(outside: float) -> float:
    """Return how much of a pixel lies within an edge that its middle is so far outside of."""
    return min(1.0, max(0.0, 0.5 - outside))


@lru_cache(_LOOKS)
def _texture(
    radius: float, line: float, surface: Sequence[float], frame: Sequence[float]
) -> Texture:
    side, data = pixels(radius, line, surface, frame)
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(data, colorfmt="rgba", bufferfmt="ubyte")
    return texture


# For kv.
Factory.register("Box", cls=Box)
