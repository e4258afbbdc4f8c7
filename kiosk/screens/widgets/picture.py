"""A widget's look, painted once into a texture for all the frames in which it is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from kivy.core.window import Window
from kivy.graphics import ClearBuffers, ClearColor, Color, Fbo, Rectangle
from kivy.graphics.opengl import (
    GL_COLOR_ATTACHMENT0,
    GL_FRAMEBUFFER,
    GL_TEXTURE_2D,
    glFramebufferTexture2D,
)
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from kiosk.screens.frame import Spot, frame


class Picture:
    """Stands where its widget does; ``within`` is what may cut it, once it is known."""

    within: Widget | None = None

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        with widget.canvas:
            Color(1, 1, 1, 1)
            self._place = Rectangle()

    @property
    def texture(self) -> Any:
        """Return what was painted; opaque."""
        return self._place.texture

    @property
    def pos(self) -> tuple[float, float]:
        """Return where it stands, in the widget's coordinates."""
        x, y = self._place.pos
        return x, y

    @contextmanager
    def painted(self, background: Sequence[float]) -> Iterator[tuple[float, float]]:
        """Take what is drawn within as the new look, on a background; gives its size."""
        self._fit()
        # No part of the widget's canvas: what is painted here does not make Kivy draw everything.
        easel = _easel(self._place.size)
        easel.clear()
        with easel:
            ClearColor(*background)
            ClearBuffers()
            yield self._place.size
        easel.bind()
        glFramebufferTexture2D(
            GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, self.texture.id, 0
        )
        easel.release()
        easel.draw()
        frame.changed(self)

    def clear(self) -> None:
        """Show nothing, until it is painted again."""
        self._place.texture = None
        self._place.size = 0, 0

    def _fit(self) -> None:
        """Be as large as the widget, and where it is."""
        # Not one pixel more: what stands at the edge of a grid would be cut there.
        size = max(1, int(self._widget.width)), max(1, int(self._widget.height))
        if self._place.texture is None or self._place.size != size:
            texture = Texture.create(size)
            # Pixel for pixel.
            texture.mag_filter = texture.min_filter = "nearest"
            # Its pixels are made when it is first bound.
            texture.bind()
            self._place.texture = texture
            self._place.size = size
        self.move()

    def move(self) -> None:
        """Be where the widget is, on whole pixels: a picture between them would be blurred."""
        self._place.pos = round(self._widget.x), round(self._widget.y)

    def spot(self) -> Spot | None:
        """Return left, bottom, width and height in the window, None when out of sight."""
        if self._widget.get_parent_window() is not Window:
            return None
        x, y = self._widget.to_window(*self.pos)
        width, height = self._place.size
        return x, y, width, height

    def is_whole(self, spot: Spot) -> bool:
        """Return whether nothing cuts it or lies over it there."""
        x, y, width, height = spot
        box = self.within
        # Of what lies over the root only the shade knows when it is not to be seen.
        if box is None or any(getattr(over, "strength", 1) for over in Window.children[:-1]):
            return False
        left, bottom = box.to_window(box.x, box.y)
        is_within = left <= x and x + width <= left + box.width + 1
        return bool(is_within and bottom <= y + 1 and y + height <= bottom + box.height + 1)

    def ask_for_frame(self) -> None:
        """Have the whole window drawn."""
        self._widget.canvas.ask_update()


@cache
def _one_easel() -> Fbo:
    return Fbo(size=(1, 1))


def _easel(size: tuple[int, int]) -> Fbo:
    """Return what pictures of that size are painted with, one after the other.

    One for all: each has a shader program of its own, which takes Mesa a megabyte.
    """
    easel = _one_easel()
    if tuple(easel.size) != size:
        easel.size = size
    return easel
