"""A QR code that a phone can read from the panel."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget


class QrCode(Widget):
    """Shows ``modules``, dark on white in both themes, each of them whole pixels wide."""

    modules = ObjectProperty(())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._colour = Color(1, 1, 1, 0)
            self._rectangle = Rectangle()
        self.bind(modules=self._make, pos=self._place, size=self._place)
        self._make()

    def _make(self, *_args: Any) -> None:
        side = len(self.modules)
        self._colour.a = 1 if side else 0
        if not side:
            return
        texture = Texture.create(size=(side, side), colorfmt="luminance")
        texture.mag_filter = texture.min_filter = "nearest"
        # The texture's first row is at the bottom.
        pixels = b"".join(self.modules[::-1]).translate(_LIGHT_OF)
        texture.blit_buffer(pixels, colorfmt="luminance", bufferfmt="ubyte")
        self._rectangle.texture = texture
        self._place()

    def _place(self, *_args: Any) -> None:
        if not self.modules:
            return
        module = int(min(self.size) // len(self.modules))
        side = module * len(self.modules)
        self._rectangle.size = side, side
        x, y = self.x + (self.width - side) / 2, self.y + (self.height - side) / 2
        self._rectangle.pos = int(x), int(y)


_LIGHT_OF = bytes((255, 0)) + bytes(254)
