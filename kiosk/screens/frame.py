"""Draws the window: all of it when Kivy says so, else only the pictures that are new.

A whole frame is some sixty draws and every pixel of the panel; one device's news is one tile. What
was drawn is kept in a texture meanwhile, for a window forgets its pixels when it shows them.
"""

from __future__ import annotations

from typing import Any, Protocol

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import Color, Fbo, Rectangle, RenderContext
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable
from kivy.graphics.transformation import Matrix

# Whole frames are kept for so long after a picture's news: to keep one costs a third more.
_KEPT_SECONDS = 2.0

# Nothing but the texture: Mesa's rasteriser has a short way for that.
_COPY = """
#ifdef GL_ES
    precision highp float;
#endif
varying vec4 frag_color;
varying vec2 tex_coord0;
uniform sampler2D texture0;
void main(void) { gl_FragColor = texture2D(texture0, tex_coord0); }
"""

Spot = tuple[float, float, float, float]


class Shown(Protocol):
    """A picture that can be drawn without the rest."""

    @property
    def texture(self) -> Any:
        """Return it, opaque."""

    def spot(self) -> Spot | None:
        """Return its left, bottom, width and height in the window, None when out of sight."""

    def is_whole(self, spot: Spot) -> bool:
        """Return whether nothing cuts it or lies over it there."""

    def ask_for_frame(self) -> None:
        """Have the whole window drawn."""


class Frame:
    """What is on the panel. Until ``begin`` and after ``end`` Kivy draws alone, as it always does.

    In between whoever runs Kivy's event loop calls ``draw_new`` behind each pass of it. ``drawn``
    counts what was drawn.
    """

    def __init__(self) -> None:
        self.drawn = 0
        self._has_begun = False
        self._new: dict[Shown, None] = {}
        self._kept: Fbo | None = None
        self._is_kept = False
        self._keep_until = 0.0

    def begin(self) -> None:
        """Draw for Kivy from now on."""
        Window.bind(on_draw=self._draw)
        self._has_begun = True

    def end(self) -> None:
        """Leave drawing to Kivy, and let go of what was kept."""
        Window.unbind(on_draw=self._draw)
        self._has_begun = self._is_kept = False
        self._kept = None
        self._keep_until = 0.0
        self._new.clear()

    def changed(self, picture: Shown) -> None:
        """Have a picture seen that was painted anew."""
        if self._has_begun:
            self._new[picture] = None
        else:
            picture.ask_for_frame()

    def draw_new(self) -> bool:
        """Draw the pictures that are new; returns whether the window has to be flipped."""
        new, self._new = self._new, {}
        spots = {picture: spot for picture in new if (spot := picture.spot()) is not None}
        if not spots:
            return False
        self._keep_until = Clock.time() + _KEPT_SECONDS
        if self._is_kept and all(picture.is_whole(spot) for picture, spot in spots.items()):
            self._patch(spots)
        else:
            Window.dispatch("on_draw")
        return True

    def _draw(self, window: Any) -> bool:
        """Draw all of the window; returns whether Kivy does not need to."""
        self.drawn += 1
        if self._new:
            # There will be more; and Mesa makes what it needs for that along with the screen.
            self._keep_until = Clock.time() + _KEPT_SECONDS
            self._new.clear()
        self._is_kept = Clock.time() < self._keep_until
        if self._is_kept:
            kept = self._ready()
            kept.bind()
            window.clear()
            window.render_context.draw()
            kept.release()
            self._copy()
        return self._is_kept

    def _patch(self, spots: dict[Shown, Spot]) -> None:
        self.drawn += 1
        kept = self._ready()
        for name in ("projection_mat", "modelview_mat"):
            kept[name] = Window.render_context[name]
        kept.clear()
        with kept:
            Color(1, 1, 1, 1)
            for picture, (x, y, width, height) in spots.items():
                Rectangle(texture=picture.texture, pos=(x, y), size=(width, height))
        kept.draw()
        self._copy()

    def _copy(self) -> None:
        glDisable(GL_BLEND)
        self._whole.draw()
        glEnable(GL_BLEND)

    def _ready(self) -> Fbo:
        """Return a texture as large as the window's own pixels, however they are turned."""
        size = tuple(int(side) for side in Window.system_size)
        if self._kept is None or tuple(self._kept.size) != size:
            self._kept = Fbo(size=size, with_stencilbuffer=True)
            texture = self._kept.texture
            texture.mag_filter = texture.min_filter = "nearest"
            self._whole = RenderContext(fs=_COPY)
            self._whole["projection_mat"] = Matrix()
            with self._whole:
                Rectangle(texture=texture, pos=(-1, -1), size=(2, 2))
        return self._kept


frame = Frame()
