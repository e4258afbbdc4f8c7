"""The Pi's own Wi-Fi: what it is connected to, and what else is in reach."""

from __future__ import annotations

from kiosk.services.state.model import Route, State
from kiosk.services.views.language import _
from kiosk.services.views.networks import scan_label, scan_problem
from kiosk.services.views.parts import ButtonView, words
from kiosk.services.views.readings import known, signal_icon, signal_name
from kiosk.services.views.rows import ListView, RowView, banner_of, empty_text, nav
from kiosk.services.wire.visible import visible
from kiosk.services.wire.wifi import WifiNetwork, WifiStatus


def view_of(state: State, now: float) -> ListView:
    """Return the Pi's Wi-Fi at ``now``."""
    link, scan = state.machine.wifi, state.scan
    rows = [] if link.value is None else [_link_row(link.value)]
    here = link.value.ssid if link.value is not None else None
    rows += [_row(network) for network in scan.networks or () if network.ssid != here]
    return ListView(
        title=_("Wi-Fi of the Pi"),
        nav=nav(state),
        facts=_facts(state),
        banner=banner_of(state, now, link),
        rows=tuple(rows),
        empty="" if rows else empty_text(link, _("Not known.")),
        buttons=() if link.is_absent else (_scan_button(state, now), _name_button()),
    )


def status_word(link: WifiStatus) -> str:
    """Return whether the Pi is connected; a dash when it does not tell."""
    if link.connected is None:
        return known(None)
    return _("Connected") if link.connected else _("Not connected")


def status_tone(link: WifiStatus) -> str:
    """Return the tone of being connected, or not."""
    if link.connected is None:
        return "quiet"
    return "good" if link.connected else "bad"


def security_text(network: WifiNetwork) -> str:
    """Return how a network is secured."""
    if network.security == "unknown":
        return _("security unknown")
    return _("open") if network.security == "open" else network.security.upper()


def _link_row(link: WifiStatus) -> RowView:
    if not link.connected or not link.ssid:
        return RowView("link", "wifi-off", status_word(link), tone=status_tone(link))
    return RowView(
        "link",
        "check-circle",
        visible(link.ssid),
        f"{status_word(link)} · {signal_name(link.signal)}",
        tone="good",
        intent="open",
        arguments=(Route.WIFI_JOIN.value, link.ssid),
        selected=True,
    )


def _row(network: WifiNetwork) -> RowView:
    ssid = network.ssid or ""
    return RowView(
        f"network:{ssid}",
        signal_icon(network.signal),
        visible(ssid),
        f"{security_text(network)} · {signal_name(network.signal)}",
        intent="open",
        arguments=(Route.WIFI_JOIN.value, ssid),
    )


def _facts(state: State) -> str:
    """Return why there is no list, else the Pi's address and what it offers itself."""
    if (problem := scan_problem(state)) is not None:
        return words(problem)
    link = state.machine.wifi.value
    if link is None:
        return ""
    address = _("Address {ip}").format(ip=known(link.ip))
    if link.ap_active is None:
        return address
    name = known(link.ap_ssid) if link.ap_active else _("off")
    return f"{address}\n" + _("Access point: {name}").format(name=name)


def _scan_button(state: State, now: float) -> ButtonView:
    text, free = scan_label(state, now)
    return ButtonView("rescan", text, "wifi-refresh", "scan", enabled=free)


def _name_button() -> ButtonView:
    return ButtonView("by-name", _("Type name"), "keyboard-outline", "edit_wifi_name")
