"""The Pi's links to the outside, and pings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kiosk.services.state.known import Known
from kiosk.services.state.model import State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.readings import known, under_way
from kiosk.services.views.rows import ListView, RowView, banner_of, nav
from kiosk.services.wire.network import Bridge, Mqtt, Ping, Tailscale
from kiosk.services.wire.onboarding import AutoOnboard

_ICONS = {"good": "check-circle", "bad": "close-octagon", "quiet": "help-circle-outline"}

# Tone, word, and what there is more to tell.
Told = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """What can be pinged: its address, what it is called and what it is."""

    host: str
    name: str
    what: str


def is_absent(state: State) -> bool:
    """Return whether the service tells of no link at all."""
    return all(link.is_absent for link in _links(state))


def view_of(state: State, now: float) -> ListView:
    """Return the links and the pings at ``now``."""
    pings = [_ping_row(state, target, now) for target in targets_of(state)]
    absent = is_absent(state)
    return ListView(
        title=_("Network"),
        nav=nav(state),
        facts="" if absent else _("Tap a name to ping it from the Pi."),
        banner=banner_of(state, now, *_links(state)),
        rows=() if absent else (*_link_rows(state), *pings),
        empty=_("This PiOrchestrator does not offer that.") if absent else "",
        buttons=()
        if absent
        else (ButtonView("ping-other", _("Ping other"), "keyboard-outline", "edit_host"),),
    )


def targets_of(state: State) -> tuple[Target, ...]:
    """Return what to ping: broker, bridge server, the other machines, what was typed."""
    machine = state.machine
    broker = machine.mqtt.value.broker if machine.mqtt.value else None
    bridge = _host_of(machine.bridge.value.url) if machine.bridge.value else None
    peers = machine.tailscale.value.peers if machine.tailscale.value else ()
    targets = [
        *([Target(broker, broker, _("Message broker"))] if broker else []),
        *([Target(bridge, bridge, _("Bridge server"))] if bridge else []),
        *(
            Target(peer.ip or peer.hostname or "", peer.hostname or peer.ip or "", _peer(peer))
            for peer in peers
            if peer.ip or peer.hostname
        ),
    ]
    listed = {target.host for target in targets}
    tried = (*machine.pings, *(name[5:] for name in state.busy if name.startswith("ping:")))
    others = dict.fromkeys(host for host in tried if host not in listed)
    return (*targets, *(Target(host, host, _("Typed")) for host in others))


def _links(state: State) -> tuple[Known[Any], ...]:
    machine = state.machine
    return machine.tailscale, machine.mqtt, machine.bridge, machine.onboarding


def _link_rows(state: State) -> list[RowView]:
    machine = state.machine
    rows = (
        _link_row("tailscale", _("VPN (Tailscale)"), machine.tailscale, _tailscale),
        _link_row("mqtt", _("Message broker (MQTT)"), machine.mqtt, _mqtt),
        _link_row("bridge", _("Bridge server"), machine.bridge, _bridge),
        _link_row("onboarding", _("Automatic onboarding"), machine.onboarding, _onboarding),
    )
    return [row for row in rows if row is not None]


def _link_row(
    key: str, title: str, link: Known[Any], tell: Callable[[Any], Told]
) -> RowView | None:
    """Return a link's line; None where the service does not have it."""
    if link.is_absent:
        return None
    if link.value is None:
        waiting = UNKNOWN if link.problem is not None else _("Loading …")
        return RowView(f"link:{key}", _ICONS["quiet"], title, waiting, "quiet")
    tone, word, more = tell(link.value)
    return RowView(f"link:{key}", _ICONS[tone], title, word, tone, more=more)


def _connected(flag: bool | None) -> tuple[str, str]:
    if flag is None:
        return "quiet", _("Unknown")
    return ("good", _("Connected")) if flag else ("bad", _("Not connected"))


def _tailscale(vpn: Tailscale) -> Told:
    tone, word = _connected(vpn.connected)
    return tone, _("A login is needed") if vpn.needs_login else word, known(vpn.ip)


def _mqtt(mqtt: Mqtt) -> Told:
    tone, word = _connected(mqtt.connected)
    if mqtt.latency_ms is not None:
        word = f"{word} · {mqtt.latency_ms:.0f} ms"
    where = known(mqtt.broker)
    return tone, word, where if mqtt.port is None else f"{where}:{mqtt.port}"


def _bridge(bridge: Bridge) -> Told:
    if bridge.configured is False:
        return "quiet", _("Not set up"), UNKNOWN
    return *_connected(bridge.connected), known(_host_of(bridge.url))


def _onboarding(auto: AutoOnboard) -> Told:
    numbers = _("{ready} ready, {failed} failed").format(
        ready=UNKNOWN if auto.success is None else auto.success,
        failed=UNKNOWN if auto.failed is None else auto.failed,
    )
    if auto.enabled is None:
        return "quiet", _("Unknown"), numbers
    if not auto.enabled:
        return "quiet", _("Off"), numbers
    if auto.running is False:
        return "bad", _("On, but not running"), numbers
    return "good", _("On"), numbers


def _peer(peer: Any) -> str:
    if peer.online is None:
        return _("VPN: unknown")
    return _("VPN: online") if peer.online else _("VPN: offline")


def _ping_row(state: State, target: Target, now: float) -> RowView:
    seconds = under_way(state, f"ping:{target.host}", now)
    ping = state.machine.pings.get(target.host)
    icon, tone, text = "radar", "plain", _("Tap to ping")
    if seconds is not None:
        icon, tone, text = "timer-sand", "moving", _("Waiting … {n} s").format(n=seconds)
    elif ping is not None:
        tone, text = _result(ping)
        icon = _ICONS[tone]
    intent = "" if seconds is not None else "ping"
    return RowView(
        f"ping:{target.host}",
        icon,
        target.name,
        text,
        tone=tone,
        intent=intent,
        arguments=(target.host,),
        more=target.what,
    )


def _result(ping: Ping) -> tuple[str, str]:
    """Return tone and words of a ping; no answer is a result, too."""
    lost = None if ping.packet_loss is None else f"{ping.packet_loss:.0f} %"
    if ping.success is None:
        return "quiet", _("Unknown")
    if not ping.success:
        text = _("No answer")
        return "bad", text if lost is None else _("No answer, {lost} lost").format(lost=lost)
    average = UNKNOWN if ping.avg_ms is None else f"{ping.avg_ms:.0f} ms"
    text = (
        average if lost is None else _("{average}, {lost} lost").format(average=average, lost=lost)
    )
    return "bad" if ping.packet_loss else "good", text


def _host_of(url: str | None) -> str | None:
    """Return the host of an address; a service's text need not be one."""
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
