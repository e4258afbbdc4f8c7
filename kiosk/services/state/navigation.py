"""Reducers of where the person is."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Batch, Editor, Navigation, Route, State
from kiosk.services.wire.features import Feature

SHEETS = {
    Route.MENU,
    Route.LOG_LINE,
    Route.PROBLEM,
    Route.NETWORKS,
    Route.TIMEOUTS,
    Route.EDITOR,
    Route.CHOICE,
    Route.DEVICE,
    Route.APPROVAL,
    Route.APPROVE,
    Route.SESSION,
    Route.PAST,
    Route.WIFI_JOIN,
    Route.CAMERA,
    Route.PLACE,
    Route.PAIR,
    Route.SETTING,
}
HOMES = {Route.START, Route.PROVISION, Route.SUMMARY}
_OF_A_SESSION = {Route.PROVISION, Route.DEVICE, Route.SESSION, Route.SUMMARY}


def opened(state: State, action: a.Opened) -> State:
    """Open a screen, or a sheet over the screen that is shown.

    A tap may come a frame after its session has gone; then there is nothing to open.
    """
    if action.route in _OF_A_SESSION and state.batch is None:
        return state
    parent = under(state.navigation, action.route) if action.route in SHEETS else None
    return updated(state, navigation=Navigation(action.route, parent, action.subject))


def under(current: Navigation, sheet: Route) -> Navigation | None:
    """Return what a sheet is opened over; never over itself, so that they cannot pile up."""
    itself = next((place for place in _stack(current) if place.route is sheet), None)
    return current if itself is None else itself.parent


def routes_of(navigation: Navigation) -> frozenset[Route]:
    """Return what is shown and all that lies under it."""
    return frozenset(place.route for place in _stack(navigation))


def screen_of(navigation: Navigation) -> Route:
    """Return the screen under all sheets."""
    *_, screen = _stack(navigation)
    return screen.route


def _stack(navigation: Navigation) -> Iterator[Navigation]:
    """Yield what is shown, then what lies under it, down to the screen."""
    place: Navigation | None = navigation
    while place is not None:
        yield place
        place = place.parent


def home_of(state: State) -> Route:
    """Return the screen of the session as it stands; without sessions the menu is home."""
    if state.batch is None:
        return Route.MENU if Feature.BATCH in state.off else Route.START
    return screen_of_session(state.batch)


def screen_of_session(batch: Batch) -> Route:
    """Return where an open session is shown, or what came of it."""
    return Route.PROVISION if batch.ended_at is None else Route.SUMMARY


def homeward(state: State, home: Route) -> Navigation:
    """Return where the person is after the session has changed: home, unless elsewhere.

    Whoever is typing goes on with that; home is what lies under it.
    """
    if screen_of(state.navigation) not in HOMES:
        return state.navigation
    return still_typing(state.navigation, Navigation(home))


def still_typing(current: Navigation, below: Navigation) -> Navigation:
    """Return ``below``; while something is typed that stays, and what it is for elsewhere too."""
    if current.route is not Route.EDITOR:
        return below
    return updated(current, parent=below) if screen_of(current) in HOMES else current


def went_back(state: State, _action: a.WentBack) -> State:
    """Leave the sheet with what was typed on it; a screen that is no sheet cannot be left."""
    parent = state.navigation.parent
    if parent is None:
        return state
    return updated(state, navigation=updated(parent, details=False), editor=Editor())


def details_toggled(state: State, _action: a.DetailsToggled) -> State:
    """Open or close the technical part of what is shown."""
    shown = updated(state.navigation, details=not state.navigation.details)
    return updated(state, navigation=shown)


HANDLERS: Handlers[State] = {
    a.Opened: opened,
    a.WentBack: went_back,
    a.DetailsToggled: details_toggled,
}
