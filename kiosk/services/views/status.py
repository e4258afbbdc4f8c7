"""The status bar: how true the screen is, the onboarding network, the time left."""

from __future__ import annotations

from kiosk.services.state.model import Batch, State
from kiosk.services.views.bar import StatusView
from kiosk.services.views.language import _
from kiosk.services.views.parts import duration, needs_key
from kiosk.services.wire.checks import MAX_TIMEOUT_SECONDS
from kiosk.services.wire.marks import N_
from kiosk.services.wire.provisioning import NetworkStatus

_STREAM = {
    "connecting": ("waiting", "dots-circle", N_("Connecting")),
    "live": ("good", "access-point", N_("Live")),
    "stale": ("bad", "access-point-off", N_("Not live")),
    "reconnecting": ("bad", "access-point-off", N_("Not live")),
    "stopped": ("quiet", "stop-circle-outline", N_("Ended")),
}
_PAUSED = ("waiting", "pause-circle-outline", N_("Paused"))


def view_of(state: State, now: float) -> StatusView:
    """Return the status bar at ``now``."""
    batch = state.batch
    if batch is None:
        tone, icon, text = _service(state)
        network, time = state.service.network, ""
        # It is off between sessions, and that is as it should be.
        network = network if network is not None and network.is_active else None
    else:
        running = batch.ended_at is None
        # A feed that had to stop, for want of a key perhaps, does not end the session.
        stopped = batch.connection.state == "stopped" and running
        tone, icon, text = _STREAM["stale" if stopped else batch.connection.state]
        if batch.is_paused and batch.connection.state == "live":
            tone, icon, text = _PAUSED
        text = _(text)
        # Nobody tells of it once the session has ended, which switches it off.
        network = batch.network if running else None
        time = _time_left(batch, now) if running else ""
    return StatusView(
        tone=tone,
        icon=icon,
        text=text,
        network_icon="" if network is None else "wifi" if network.is_active else "wifi-off",
        network=_network(network),
        time_icon="timer-outline" if time else "",
        time=time,
    )


def _time_left(batch: Batch, now: float) -> str:
    left = None if batch.deadline is None else batch.deadline - now
    if left is None or left > MAX_TIMEOUT_SECONDS:
        return ""
    return _("{time} left").format(time=duration(left))


def _service(state: State) -> tuple[str, str, str]:
    if state.service.presence == "ready":
        return "good", "check-circle", _("Service ready")
    if state.service.presence == "absent":
        problem = state.service.problem
        if problem is not None and needs_key(problem):
            return "bad", "key-alert", _("Key needed")
        return "bad", "alert-octagon", _("No service")
    return "waiting", "dots-circle", _("Connecting")


def _network(network: NetworkStatus | None) -> str:
    if network is None or not network.ssid:
        return ""
    if network.is_active is False:
        return _("{ssid} is off").format(ssid=network.ssid)
    return network.ssid
