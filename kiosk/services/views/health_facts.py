"""What is known of the Pi beside its four figures, each with its age where it is not told live."""

from __future__ import annotations

from datetime import datetime

from kiosk.services.state.known import STALE_SECONDS
from kiosk.services.state.model import State
from kiosk.services.state.monitoring import Monitor
from kiosk.services.views.language import UNKNOWN, _, plural
from kiosk.services.views.parts import age_text
from kiosk.services.views.readings import bytes_text, duration_text
from kiosk.services.views.rows import RowView
from kiosk.services.wire.figures import (
    NetworkMetrics,
    SecurityMetrics,
    ServiceStatus,
    SystemHealth,
)
from kiosk.services.wire.marks import N_
from kiosk.services.wire.moments import parse_moment

# A text of the service on one line of a tile.
_LONGEST = 24
_CERTIFICATE_DAYS = 30

_THREATS = {
    "LOW": ("good", N_("Low")),
    "MEDIUM": ("waiting", N_("Medium")),
    "HIGH": ("bad", N_("High")),
}

# Icon, title, value, tone: a line before its age is known.
Line = tuple[str, str, str, str]


def rows_of(state: State, now: float) -> tuple[RowView, ...]:
    """Return the facts, group by group."""
    figures, monitor = state.monitor.figures, state.monitor
    server_now = figures.timestamp
    groups: tuple[tuple[str, tuple[Line, ...]], ...] = (
        ("services", _services(figures.services)),
        ("cameras", (_cameras(monitor),)),
        ("alerts_count", (_alerts(figures.alerts_count),)),
        ("security", _security(figures.security, server_now)),
        ("network", _network(figures.network)),
    )
    rows = [_service_row(state, now)]
    for member, lines in groups:
        old = _age_text(monitor, member, now)
        for index, line in enumerate(lines):
            rows.append(_row(f"{member}-{index}", line, old))
    return tuple(rows)


def _row(key: str, line: Line, old: str) -> RowView:
    icon, title, value, tone = line
    if value == UNKNOWN or not old:
        return RowView(key, icon, title, value, tone if value != UNKNOWN else "quiet")
    return RowView(key, "clock-alert-outline", title, f"{value} · {old}", "quiet")


def _age_text(monitor: Monitor, member: str, now: float) -> str:
    """Return how old a group is; "" while it is told live."""
    age = monitor.age(member, now)
    if age is None or (monitor.connection.state == "live" and age <= STALE_SECONDS):
        return ""
    return _("{age} ago").format(age=age_text(age))


def _service_row(state: State, now: float) -> RowView:
    known = state.machine.health
    title = "PiOrchestrator"
    if known.value is None:
        return RowView("service", "help-circle-outline", title, UNKNOWN, "quiet")
    parts = (known.value.status, known.value.version)
    text = " · ".join(part[:_LONGEST] for part in parts if part) or UNKNOWN
    if known.at is not None and (known.problem is not None or known.is_stale(now)):
        old = _("{age} ago").format(age=age_text(now - known.at))
        return RowView("service", "clock-alert-outline", title, f"{text} · {old}", "quiet")
    is_well = known.value.status in {"healthy", "ok"}
    return RowView(
        "service",
        "check-circle" if is_well else "alert",
        title,
        text,
        "good" if is_well else "waiting",
    )


def _services(services: ServiceStatus) -> tuple[Line, ...]:
    mqtt = _flag("MQTT", services.mqtt_connected, N_("Connected"), N_("Not connected"))
    if services.mqtt_connected and services.mqtt_secure is not None:
        secure = _("secure") if services.mqtt_secure else _("not secure")
        tone = "good" if services.mqtt_secure else "waiting"
        icon = "check-circle" if services.mqtt_secure else "lock-open-alert"
        mqtt = (icon, mqtt[1], f"{mqtt[2]}, {secure}", tone)
    return (
        mqtt,
        _flag(_("API"), services.api_responding, N_("Answers"), N_("Does not answer")),
        _flag(_("Database"), services.database_connected, N_("Connected"), N_("Not connected")),
    )


def _flag(title: str, value: bool | None, yes: str, no: str) -> Line:
    if value is None:
        return "help-circle-outline", title, UNKNOWN, "quiet"
    return ("check-circle", title, _(yes), "good") if value else ("alert", title, _(no), "bad")


def _cameras(monitor: Monitor) -> Line:
    title = _("Cameras")
    if "cameras" not in monitor.told_at:
        return "camera", title, UNKNOWN, "quiet"
    cameras = monitor.figures.cameras.values()
    online = sum(1 for camera in cameras if camera.online)
    text = _("{n} of {all} online").format(n=online, all=len(cameras))
    if any(camera.online is None for camera in cameras):
        return "camera", title, text, "plain"
    return ("camera", title, text, "good" if online == len(cameras) else "waiting")


def _alerts(count: int | None) -> Line:
    title = _("Alerts")
    if count is None:
        return "help-circle-outline", title, UNKNOWN, "quiet"
    if count == 0:
        return "check-circle", title, _("None"), "good"
    return "alert", title, f"{count}", "waiting"


def _security(security: SecurityMetrics, server_now: datetime | None) -> tuple[Line, ...]:
    failed, level = security.failed_ssh_attempts, security.threat_level
    tone, word = _THREATS.get(level or "", ("plain", ""))
    threat = _(word) or (level or UNKNOWN)[:_LONGEST]
    return (
        (
            "account-alert",
            _("Failed SSH sign-ins"),
            UNKNOWN if failed is None else f"{failed}",
            "waiting" if failed else "plain",
        ),
        ("shield-half-full", _("Threat level"), threat, tone),
        ("lock", _("Encryption"), (security.encryption_level or UNKNOWN)[:_LONGEST], "plain"),
        _certificate(security.certificate_expiry, server_now),
    )


def _certificate(expiry: str | None, server_now: datetime | None) -> Line:
    title, icon = _("Certificate"), "certificate"
    moment = parse_moment(expiry)
    if expiry is None or moment is None:
        return icon, title, (expiry or UNKNOWN)[:_LONGEST], "plain"
    date = f"{moment:%Y-%m-%d}"
    if server_now is None:
        return icon, title, date, "plain"
    days = (moment - server_now).days
    if days < 0:
        return "alert", f"{title} {date}", _("Expired"), "bad"
    left = plural("{n} day left", "{n} days left", days)
    return icon, f"{title} {date}", left, "waiting" if days <= _CERTIFICATE_DAYS else "good"


def _network(network: NetworkMetrics) -> tuple[Line, ...]:
    connections, loss, latency = network.active_connections, network.packet_loss, network.latency
    received, sent = bytes_text(network.bytes_received), bytes_text(network.bytes_sent)
    lost = UNKNOWN if loss is None else f"{loss:g} %"
    took = UNKNOWN if latency is None else f"{latency:g} ms"
    return (
        ("lan", _("Connections"), UNKNOWN if connections is None else f"{connections}", "plain"),
        ("swap-vertical", _("Received, sent"), _both(received, sent), "plain"),
        (
            "timer-outline",
            _("Packet loss, latency"),
            _both(lost, took),
            "waiting" if loss else "plain",
        ),
    )


def _both(first: str, second: str) -> str:
    return UNKNOWN if first == second == UNKNOWN else f"{first}, {second}"


def uptime_text(health: SystemHealth) -> str:
    """Return for how long the Pi has been up; the service's own text where that is no duration."""
    seconds = health.uptime_seconds
    if seconds is None:
        return (health.uptime or "")[:_LONGEST]
    return duration_text(seconds)
