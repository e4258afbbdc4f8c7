"""Reducers of where the person is."""

from __future__ import annotations

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Editor, Navigation, Route, State

_SHEETS = {Route.NETWORKS, Route.TIMEOUTS, Route.EDITOR, Route.DEVICE}
_OF_A_SESSION = {Route.PROVISION, Route.DEVICE, Route.SUMMARY}


def opened(state: State, action: a.Opened) -> State:
    """Open a screen, or a sheet over the screen that is shown.

    A tap may come a frame after its session has gone; then there is nothing to open.
    """
    if action.route in _OF_A_SESSION and state.batch is None:
        return state
    current = state.navigation
    parent = (current.parent or current.route) if action.route in _SHEETS else None
    return updated(state, navigation=Navigation(action.route, parent, action.mac))


def went_back(state: State, _action: a.WentBack) -> State:
    """Leave the sheet with what was typed on it; a screen that is no sheet cannot be left."""
    parent = state.navigation.parent
    if parent is None:
        return state
    return updated(state, navigation=Navigation(parent), editor=Editor())


def details_toggled(state: State, _action: a.DetailsToggled) -> State:
    """Open or close the technical part of what is shown."""
    shown = updated(state.navigation, details=not state.navigation.details)
    return updated(state, navigation=shown)


HANDLERS: Handlers = {
    a.Opened: opened,
    a.WentBack: went_back,
    a.DetailsToggled: details_toggled,
}
