"""Which screen and which view belong to a route; each is loaded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from kiosk.services.state.model import Route, State

if TYPE_CHECKING:
    from kiosk.screens.screen import KioskScreen

# A route has the screen and the kv of its name, unless it is one of these.
WITH_LIST = frozenset(
    {
        Route.SESSIONS,
        Route.ALLOWLIST,
        Route.APPROVE,
        Route.SETTINGS,
        Route.HELP,
        Route.WIFI,
        Route.CAMERAS,
        Route.PLACE,
        Route.CHECKS,
        Route.CONFIG,
    }
)
WITH_SHEET = frozenset(
    {
        Route.SESSION,
        Route.PAST,
        Route.APPROVAL,
        Route.CHOICE,
        Route.WIFI_JOIN,
        Route.CAMERA,
        Route.PAIR,
        Route.SETTING,
    }
)


@dataclass(frozen=True, slots=True)
class Page:
    """A route's screen and the view that it shows."""

    screen: type[KioskScreen]
    view_of: Callable[[State, float], object]


@cache
def page_of(route: Route) -> Page:
    """Return a route's page, loading what it needs."""
    module, name = _screen_of(route)
    screen = getattr(import_module(f"kiosk.screens.{module}"), name)
    return Page(screen, import_module(f"kiosk.services.views.{route}").view_of)


def _screen_of(route: Route) -> tuple[str, str]:
    if route in WITH_LIST:
        return "listing", "ListScreen"
    if route in WITH_SHEET:
        return "sheet", "SheetScreen"
    return route, f"{''.join(map(str.capitalize, route.split('_')))}Screen"
