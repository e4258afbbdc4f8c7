"""The list of networks to pick the target from."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.model import State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import (
    NO_BANNER,
    BannerView,
    seconds_until,
    with_countdown,
    words,
)
from kiosk.services.views.readings import signal_icon
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.visible import visible
from kiosk.services.wire.wifi import WifiNetwork


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One network of the list; ``title`` is how its name may be shown."""

    ssid: str
    title: str
    icon: str
    detail: str
    chosen: bool
    usable: bool


@dataclass(frozen=True, slots=True)
class NetworksView:
    """Everything on the networks screen."""

    title: str
    rows: tuple[NetworkRow, ...]
    empty: str
    banner: BannerView
    back: str
    rescan: str
    can_rescan: bool
    by_name: str


def view_of(state: State, now: float) -> NetworksView:
    """Return the networks screen at ``now``."""
    problem = scan_problem(state)
    rescan, can_rescan = scan_label(state, now)
    return NetworksView(
        title=_("Which Wi-Fi will the cameras use?"),
        rows=tuple(_row(network, state.form.ssid) for network in state.scan.networks or ()),
        empty=_empty(state),
        banner=NO_BANNER if problem is None else BannerView("bad", "alert-octagon", words(problem)),
        back=_("Back"),
        rescan=rescan,
        can_rescan=can_rescan,
        by_name=_("Type name"),
    )


def scan_label(state: State, now: float) -> tuple[str, bool]:
    """Return what the button says that scans, and whether it may be tapped."""
    if _is_scanning(state):
        return _("Scanning …"), False
    waits = seconds_until(state.scan.next_at, now) is not None
    return with_countdown(_("Scan"), state.scan.next_at, now), not waits


def scan_problem(state: State) -> Problem | None:
    """Return why the last scan has no list; nothing while the next one is under way."""
    return None if _is_scanning(state) else state.scan.problem


def _is_scanning(state: State) -> bool:
    return "scan" in state.busy


def _row(network: WifiNetwork, chosen: str) -> NetworkRow:
    ssid = network.ssid or ""
    is_open = network.security == "open"
    security = _("open: cannot be used") if is_open else network.security.upper()
    if network.security == "unknown":
        security = _("security unknown")
    signal = UNKNOWN if network.signal is None else f"{network.signal:.0f} dBm"
    return NetworkRow(
        ssid=ssid,
        title=visible(ssid),
        icon=signal_icon(network.signal),
        detail=f"{security} · {signal}",
        chosen=ssid == chosen,
        usable=not is_open,
    )


def _empty(state: State) -> str:
    networks = state.scan.networks
    if networks:
        return ""
    if _is_scanning(state):
        return _("Looking for networks …")
    if networks is None or state.scan.problem is not None:
        return _("No list of networks. Type the name instead.")
    return _("No network in reach. Scan again or type the name.")
