"""What a finger can press: it looks pressed at once, and a tap is what it was when it began."""

from __future__ import annotations

from math import hypot
from typing import Any

from kivy.metrics import mm
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from kiosk.screens.widgets.arrival import arrival

SHORTEST_PRESS = 0.12
# A gloved tap wobbles by some millimetres; a finger that goes farther is no tap any more.
WOBBLE_MM = 6

# The name of an intent and its arguments, or whatever else tells one meaning from another.
Meaning = tuple[str, ...]

# Intents that only lead elsewhere, and what the names of others begin with.
_LEADING, _LEADING_KINDS = frozenset({"", "open", "back"}), ("edit_", "show_")


def meaning_of(view: Any) -> Meaning:
    """Return what a button or row stands for; nothing where it calls no intent."""
    return (view.intent, *view.arguments) if view.intent else ()


def call(intents: Any, meaning: Meaning) -> None:
    """Call the intent that is meant, if any, with its arguments."""
    if meaning:
        intent, *arguments = meaning
        getattr(intents, intent)(*arguments)


def changes(view: Any) -> bool:
    """Return whether what a button or row stands for does more than lead elsewhere."""
    intent: str = view.intent
    return intent not in _LEADING and not intent.startswith(_LEADING_KINDS)


class Pressable(ButtonBehavior):
    """Looks pressed in the next frame, and for long enough to be seen.

    A tap counts even when news have moved the target away from under the finger; it does not when
    the finger itself has left. It means what was touched: when that has gone before the finger
    lifts, cannot be done any more or stands for something else by now, nothing is done.

    ``name`` tells it apart in journeys and in the tour's audit; ``machine`` says that it changes
    the machine, so that more room is due around it; ``destructive`` that it takes something away;
    ``guarded`` that a tap which was meant for the screen before would do harm.
    """

    name = StringProperty()
    machine = BooleanProperty(False)
    destructive = BooleanProperty(False)
    primary = BooleanProperty(False)
    guarded = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.touched: Meaning = ()
        super().__init__(**kwargs)
        self.min_state_time = SHORTEST_PRESS
        self.always_release = True

    @property
    def meaning(self) -> Meaning:
        """Return what a touch means that begins now."""
        return (self.name,)

    def is_possible(self, meaning: Meaning) -> bool:
        """Return whether what a touch meant when it began can be done now."""
        return self.is_shown and not self.disabled and self.meaning == meaning

    @property
    def is_shown(self) -> bool:
        """Return whether it is still part of what the window shows."""
        return self.get_root_window() is not None

    @property
    def is_held_back(self) -> bool:
        """Return whether it takes no touch yet: its screen has only just come."""
        return (self.machine or self.guarded) and arrival.is_recent

    def on_touch_down(self, touch: Any) -> bool:
        """Remember what is touched; ``touched`` is that of the last finger."""
        if self.is_held_back and self.collide_point(*touch.pos):
            return True
        meaning = self.meaning
        taken = bool(super().on_touch_down(touch))
        if self in touch.ud:
            self.touched = touch.ud[self] = meaning
        return taken

    def on_touch_move(self, touch: Any) -> bool:
        """Let go of a finger that has left the target, unless it was the target that moved."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        moved = hypot(touch.x - touch.ox, touch.y - touch.oy)
        if moved > mm(WOBBLE_MM) and not self.collide_point(*touch.pos):
            self.let_go(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Act on what was touched, as long as that is possible."""
        if touch.grab_current is self:
            self.touched = touch.ud[self]
            if not self.is_possible(self.touched):
                self.let_go(touch)
                return True
        return bool(super().on_touch_up(touch))

    def let_go(self, touch: Any) -> None:
        """Take the touch for no tap after all."""
        touch.ungrab(self)
        self.state = "normal"
