"""Reducers of how the panel is set, dimmed and locked."""

from __future__ import annotations

from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state import preferences as p
from kiosk.services.state.change import updated
from kiosk.services.state.form import field_opened
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Editor, Navigation, Route, State
from kiosk.services.state.navigation import home_of, opened, routes_of


def preferences_known(state: State, action: p.PreferencesKnown) -> State:
    """Take what the kiosk was started with."""
    return updated(state, preferences=action.preferences)


def preference_changed(state: State, action: p.PreferenceChanged) -> State:
    """Set one thing; whoever set a PIN need not enter it at once."""
    changes: dict[str, Any] = {action.name: action.value}
    after = updated(state, preferences=updated(state.preferences, **changes))
    if action.name == "has_pin":
        return updated(after, lock=p.Lock(is_open=True))
    return after


def feature_switched(state: State, action: p.FeatureSwitched) -> State:
    """Use a feature, or leave it alone."""
    feature = frozenset({action.feature})
    return updated(state, off=state.off - feature if action.on else state.off | feature)


def pin_asked(state: State, action: p.PinAsked) -> State:
    """Ask for the PIN, and remember what for."""
    asked = field_opened(state, a.FieldOpened("pin"))
    return updated(asked, lock=updated(state.lock, wanted=(action.route, action.subject)))


def pin_refused(state: State, action: p.PinRefused) -> State:
    """Count the try; what was typed is gone, so that the next one begins anew."""
    lock = updated(state.lock, tries=state.lock.tries + 1, next_at=action.next_at)
    if not _asks(state):
        return updated(state, lock=lock)
    return updated(state, lock=lock, editor=Editor(field="pin", shown=False))


def unlocked(state: State, _action: p.Unlocked) -> State:
    """Open what the PIN was entered for, if it is still asked for."""
    wanted, asks = state.lock.wanted, _asks(state)
    state = updated(state, lock=p.Lock(is_open=True))
    if wanted is None or not asks:
        return state
    route, subject = wanted
    below = state.navigation.parent or Navigation()
    return opened(
        updated(state, editor=Editor(), navigation=below), a.Opened(Route(route), subject)
    )


def locked(state: State, _action: p.Locked) -> State:
    """Ask for the PIN again from now on; nobody stays where only it leads."""
    if not state.lock.is_open:
        return state
    state = updated(state, lock=p.Lock())
    return (
        updated(state, navigation=Navigation(home_of(state)), editor=Editor())
        if _is_guarded(state)
        else state
    )


def dimmed(state: State, _action: p.Dimmed) -> State:
    """Darken the panel; whoever touches it next may be somebody else."""
    return updated(locked(state, p.Locked()), dimmed=True)


def woken(state: State, _action: p.Woken) -> State:
    """Light the panel."""
    return updated(state, dimmed=False)


def _asks(state: State) -> bool:
    return state.navigation.route is Route.EDITOR and state.editor.field == "pin"


def _is_guarded(state: State) -> bool:
    return state.preferences.has_pin and bool(routes_of(state.navigation) & p.GUARDED)


HANDLERS: Handlers[State] = {
    p.PreferencesKnown: preferences_known,
    p.PreferenceChanged: preference_changed,
    p.FeatureSwitched: feature_switched,
    p.PinAsked: pin_asked,
    p.PinRefused: pin_refused,
    p.Unlocked: unlocked,
    p.Locked: locked,
    p.Dimmed: dimmed,
    p.Woken: woken,
}
