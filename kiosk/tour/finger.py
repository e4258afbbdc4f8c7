"""A finger on the panel: an input provider whose touches take Kivy's whole way to the widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent

_DEVICE = "finger"


class FingerTouch(MotionEvent):
    """One touch; ``args`` are its place in shares of the panel, as a driver reports it."""

    def __init__(self, args: tuple[float, float]) -> None:
        super().__init__(_DEVICE, 1, args, is_touch=True, type_id="touch")
        self.profile = ["pos"]

    def depack(self, args: tuple[float, float]) -> None:
        """Take a new place."""
        self.sx, self.sy = args
        super().depack(args)


class Finger:
    """One finger; what it does reaches the widgets in the next frame.

    It is given to Kivy's event loop as an input provider is, so that post-processing, rotation and
    the window's own dispatch all apply as for a panel.
    """

    def __init__(self) -> None:
        self._touch: FingerTouch | None = None
        self._events: list[tuple[str, FingerTouch]] = []

    def plug_in(self) -> None:
        """Connect to the event loop; it lets go by itself when it stops."""
        EventLoop.add_input_provider(self)

    def down(self, x: float, y: float) -> None:
        """Touch the panel at ``x``, ``y``, in window pixels."""
        self.touch_glass(*_share(x, y))

    def touch_glass(self, sx: float, sy: float) -> None:
        """Touch the panel itself, however the picture is turned: shares from its lower left."""
        self._touch = FingerTouch((sx, sy))
        self._events.append(("begin", self._touch))

    def move(self, x: float, y: float) -> None:
        """Slide to ``x``, ``y`` without lifting."""
        if self._touch is not None:
            self._touch.move(_share(x, y))
            self._events.append(("update", self._touch))

    def up(self) -> None:
        """Lift."""
        if self._touch is not None:
            self._touch.update_time_end()
            self._events.append(("end", self._touch))
            self._touch = None

    def start(self) -> None:
        """Begin; there is no device to open."""

    def stop(self) -> None:
        """End; a touch under way is forgotten with the loop that it belonged to."""
        self._touch = None
        self._events.clear()

    def update(self, dispatch_fn: Callable[[str, Any], None]) -> None:
        """Hand over what the finger did since the last frame."""
        events, self._events = self._events, []
        for kind, touch in events:
            dispatch_fn(kind, touch)


def _share(x: float, y: float) -> tuple[float, float]:
    """Return where a place in the window lies on the unrotated panel, in shares of it."""
    width, height = (max(1.0, side - 1.0) for side in Window.system_size)
    match Window.rotation:
        case 90:
            return 1 - y / width, x / height
        case 180:
            return 1 - x / width, 1 - y / height
        case 270:
            return y / width, 1 - x / height
        case _:
            return x / width, y / height
