"""The sheet of one network: join it, or leave it."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.readings import known, signal_text, under_way
from kiosk.services.views.rows import FactView, SheetView, banner_of, nav
from kiosk.services.views.wifi import security_text, status_tone, status_word
from kiosk.services.wire.visible import visible
from kiosk.services.wire.wifi import WifiNetwork, WifiStatus


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet at ``now``."""
    ssid = state.navigation.subject or ""
    link = state.machine.wifi
    status = link.value or WifiStatus()
    is_here = bool(status.connected) and status.ssid == ssid
    banner = banner_of(state, now, link)
    return SheetView(
        title=visible(ssid),
        nav=nav(state),
        icon="wifi-check" if is_here else "wifi",
        word=_("Connected") if is_here else "",
        tone="good" if is_here else "plain",
        text="" if banner.text else _text(state, ssid, now, is_here=is_here),
        facts=_facts_here(status) if is_here else _facts(state, ssid, status),
        banner=banner,
        buttons=(_leave_button(state),) if is_here else _join_buttons(state, ssid),
    )


def _text(state: State, ssid: str, now: float, *, is_here: bool) -> str:
    joining = under_way(state, f"join_wifi:{ssid}", now)
    if joining is not None:
        return _("Joining … {n} s. It may take half a minute.").format(n=joining)
    if under_way(state, "leave_wifi", now) is not None:
        return _("Leaving …")
    if is_here:
        return _("Without this network the machine may be out of reach for others.")
    return _(
        "The Pi leaves its present network for this one. If that fails, the machine may be out of "
        "reach. A scan is no proof that a network is there."
    )


def _facts_here(status: WifiStatus) -> tuple[FactView, ...]:
    return (
        FactView(_("Address"), known(status.ip)),
        FactView(_("Signal"), signal_text(status.signal)),
    )


def _facts(state: State, ssid: str, status: WifiStatus) -> tuple[FactView, ...]:
    listed = (network for network in state.scan.networks or () if network.ssid == ssid)
    network = next(listed, None)
    return (
        FactView(_("Security"), UNKNOWN if network is None else security_text(network)),
        FactView(_("Signal"), signal_text(None if network is None else network.signal)),
        FactView(_("Password"), _password(state, ssid, network)),
        FactView(_("The Pi now"), _present(status), status_tone(status)),
    )


def _password(state: State, ssid: str, network: WifiNetwork | None) -> str:
    joining = state.machine.joining
    if joining is not None and joining.ssid == ssid and joining.password.get_secret_value():
        return "•" * 8
    is_open = network is not None and network.security == "open"
    return _("not needed") if is_open else _("not entered")


def _present(status: WifiStatus) -> str:
    return status.ssid if status.connected and status.ssid else status_word(status)


def _join_buttons(state: State, ssid: str) -> tuple[ButtonView, ...]:
    busy = f"join_wifi:{ssid}" in state.busy
    return (
        ButtonView(
            "password", _("Enter password"), "lock-outline", "edit_wifi_password", enabled=not busy
        ),
        ButtonView(
            "join",
            _("Joining …") if busy else _("Hold to join"),
            "wifi-arrow-right",
            "join_wifi",
            (ssid,),
            enabled=not busy,
            hold=True,
            machine=True,
        ),
    )


def _leave_button(state: State) -> ButtonView:
    busy = "leave_wifi" in state.busy
    return ButtonView(
        "leave",
        _("Leaving …") if busy else _("Hold to leave"),
        "wifi-off",
        "leave_wifi",
        enabled=not busy,
        hold=True,
        machine=True,
    )
