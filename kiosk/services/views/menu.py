"""The menu: every screen there is, one tap away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.services.state.model import Route, State
from kiosk.services.state.navigation import home_of
from kiosk.services.views import allowlist, cameras, checks, door, logs
from kiosk.services.views.language import _
from kiosk.services.views.parts import NO_BANNER, BannerView
from kiosk.services.views.rows import NavView, RowView, banner_of, nav
from kiosk.services.wire.features import Feature
from kiosk.services.wire.marks import N_


@dataclass(frozen=True, slots=True)
class MenuView:
    """Everything on the menu."""

    title: str
    rows: tuple[RowView, ...]
    nav: NavView
    banner: BannerView = NO_BANNER


@dataclass(frozen=True, slots=True)
class Place:
    """A screen of the menu; it is hidden while ``absent`` says that there is nothing behind it."""

    route: Route
    icon: str
    title: str
    absent: Callable[[State], bool] = lambda _state: False


PLACES: tuple[Place, ...] = (
    Place(Route.ALLOWLIST, "shield-check", N_("Allowlist"), allowlist.is_absent),
    Place(Route.SESSIONS, "history", N_("Sessions"), lambda state: Feature.BATCH in state.off),
    Place(Route.HEALTH, "heart-pulse", N_("Health")),
    Place(Route.LOGS, "text-box-outline", N_("Logs"), logs.is_absent),
    Place(Route.WIFI, "wifi", N_("Wi-Fi of the Pi"), lambda state: state.machine.wifi.is_absent),
    Place(Route.CAMERAS, "cctv", N_("Cameras"), cameras.is_absent),
    Place(Route.DOOR, "door", N_("Door"), door.is_absent),
    Place(Route.CHECKS, "lan-check", N_("Network"), checks.is_absent),
    Place(
        Route.CONFIG,
        "tune-variant",
        N_("Service settings"),
        lambda state: state.machine.config.is_absent,
    ),
    Place(Route.HELP, "lifebuoy", N_("Help")),
    Place(Route.SETTINGS, "cog", N_("Settings")),
)

_HOMES = {
    Route.START: N_("New session"),
    Route.PROVISION: N_("The session"),
    Route.SUMMARY: N_("The session"),
}


def view_of(state: State, now: float) -> MenuView:
    """Return the menu."""
    home = home_of(state)
    first = () if home is Route.MENU else (Place(home, "camera-burst", _HOMES[home]),)
    places = (*first, *PLACES)
    return MenuView(
        title=_("Where to?"),
        rows=tuple(
            RowView(
                place.route.value,
                place.icon,
                _(place.title),
                intent="open",
                arguments=(place.route.value,),
            )
            for place in places
            if not place.absent(state)
        ),
        nav=nav(state),
        banner=banner_of(state, now),
    )
