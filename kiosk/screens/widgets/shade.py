"""What lies over everything: it darkens, and keeps the waking touch from what is below."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens import kv

# After the panel lit up, and after the finger that woke it was lifted.
GRACE_SECONDS = 0.3


class Shade(Widget):
    """Takes every touch that begins while it is ``asleep`` or soon after, to the touch's end."""

    strength = NumericProperty(0)
    asleep = BooleanProperty(False)
    intents = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._open_at = 0.0
        self._waking: object = None

    def on_asleep(self, *_args: Any) -> None:
        """Let nothing through at once: a finger may be on its way to a panel that news just lit."""
        if not self.asleep:
            self._wait()

    def on_touch_down(self, touch: Any) -> bool:
        """Tell that somebody is there; keep the touch if it can only have been meant to wake."""
        kept = bool(self.asleep) or Clock.time() < self._open_at
        touch.ud[self] = kept
        if self.asleep:
            self._waking = touch
        self.intents.touched()
        return kept

    def on_touch_move(self, touch: Any) -> bool:
        """Keep what was kept."""
        return bool(touch.ud.get(self))

    def on_touch_up(self, touch: Any) -> bool:
        """Keep what was kept; when the waking finger lifts, let nothing through for a moment.

        No other kept touch prolongs that: whoever taps quickly would be kept out for as long.
        """
        if touch is self._waking:
            self._waking = None
            self._wait()
        return bool(touch.ud.get(self))

    def _wait(self) -> None:
        self._open_at = Clock.time() + GRACE_SECONDS


kv.load("shade")
