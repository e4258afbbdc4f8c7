"""How the panel itself looks and sounds, whatever is on it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.model import State

# How much a dimmed panel is darkened by what lies over it.
_DIMMED = 0.7
# Without a backlight to turn down, so much of the picture at the least brightness.
_DARKEST = 0.75
_FULL = 100


@dataclass(frozen=True, slots=True)
class PanelView:
    """``shade`` is how dark what lies over everything is, from 0 to 1; ``rotation`` in degrees.

    ``alarm`` is what went wrong last; another one is worth a sound.
    """

    asleep: bool
    shade: float
    rotation: int
    dark: bool
    sound: bool
    alarm: object


def view_of(state: State, now: float) -> PanelView:
    """Return the panel's own view."""
    del now
    preferences, notice = state.preferences, state.notice
    without_light = 0 if preferences.has_backlight else _FULL - preferences.brightness
    return PanelView(
        asleep=state.dimmed,
        shade=_DIMMED if state.dimmed else _DARKEST * without_light / _FULL,
        rotation=preferences.rotation,
        dark=preferences.theme == "dark",
        sound=preferences.sound,
        alarm=notice if notice is not None and notice.problem is not None else None,
    )
