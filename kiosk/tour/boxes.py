"""What stands on the screen as plain values, in window pixels: nothing here knows Kivy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

RGBA = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its origin at the bottom left."""

    x: float
    y: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Return the width, never negative."""
        return max(0.0, self.right - self.x)

    @property
    def height(self) -> float:
        """Return the height, never negative."""
        return max(0.0, self.top - self.y)

    @property
    def centre(self) -> tuple[float, float]:
        """Return the point in the middle."""
        return (self.x + self.right) / 2, (self.y + self.top) / 2

    def common(self, other: Box) -> Box:
        """Return what both cover; without width or height when they do not meet."""
        return Box(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.top, other.top),
        )

    def gap(self, other: Box) -> float:
        """Return the distance between the nearest edges; 0 when they touch or overlap."""
        across = max(other.x - self.right, self.x - other.right, 0.0)
        upward = max(other.y - self.top, self.y - other.top, 0.0)
        return math.hypot(across, upward)

    def sticks_out(self, other: Box) -> float:
        """Return by how much this leaves ``other``, at the side where it is most."""
        return max(
            other.x - self.x, other.y - self.y, self.right - other.right, self.top - other.top, 0.0
        )

    def overlap(self, other: Box) -> float:
        """Return how deep the two lie in each other, at the side where it is least."""
        shared = self.common(other)
        return min(shared.width, shared.height)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies inside."""
        return self.x <= x <= self.right and self.y <= y <= self.top


def common_box(boxes: Iterable[Box]) -> Box:
    """Return what all ``boxes`` cover."""
    return reduce(Box.common, boxes)


@dataclass(frozen=True, slots=True)
class TargetBox:
    """Something to tap. ``visible`` is what of it a scrolled grid shows.

    ``held_back`` says that it takes no touch yet, for its screen has only just come.
    """

    name: str
    box: Box
    visible: Box
    enabled: bool = True
    primary: bool = False
    machine: bool = False
    destructive: bool = False
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class TextBox:
    """A text or an icon.

    ``ink`` is where its letters stand (cap height to descender), ``area`` where its background is
    looked for, ``room`` what all that it stands in leaves it, ``size`` the font's size. ``owner``
    is the name of the target that it belongs to. ``cut`` says that not all of it is shown though
    the words are ours, ``broken`` that a word was split over two lines.
    """

    text: str
    ink: Box
    area: Box
    room: Box
    size: float
    colour: RGBA
    icon: bool = False
    owner: str | None = None
    cut: bool = False
    broken: bool = False


@dataclass(frozen=True, slots=True)
class SurfaceBox:
    """Something painted that others stand on, with the room that it has itself."""

    name: str
    box: Box
    room: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that one screen shows, in one frame."""

    name: str
    window: Box
    targets: tuple[TargetBox, ...]
    texts: tuple[TextBox, ...]
    surfaces: tuple[SurfaceBox, ...] = ()
