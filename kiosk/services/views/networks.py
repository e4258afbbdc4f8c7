"""The list of networks to pick the target from."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.model import Scan, State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import (
    NO_BANNER,
    BannerView,
    seconds_until,
    with_countdown,
    words,
)
from kiosk.services.views.readings import signal_icon
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
    scan = state.scan
    networks = scan.networks or ()
    rescan, can_rescan = scan_label(scan, now)
    return NetworksView(
        title=_("Which Wi-Fi will the cameras use?"),
        rows=tuple(_row(network, state.form.ssid) for network in networks),
        empty=_empty(state),
        banner=NO_BANNER
        if scan.problem is None
        else BannerView("bad", "alert-octagon", words(scan.problem)),
        back=_("Back"),
        rescan=rescan,
        can_rescan=can_rescan,
        by_name=_("Type name"),
    )


def scan_label(scan: Scan, now: float) -> tuple[str, bool]:
    """Return what the button says that scans, and whether it may be tapped."""
    if scan.running:
        return _("Scanning …"), False
    waits = seconds_until(scan.next_at, now) is not None
    return with_countdown(_("Scan"), scan.next_at, now), not waits


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
    scan = state.scan
    if scan.running or (scan.networks is None and scan.problem is None):
        return "" if scan.networks else _("Looking for networks …")
    if scan.networks:
        return ""
    if scan.problem is not None:
        return _("No list of networks. Type the name instead.")
    return _("No network in reach. Scan again or type the name.")
