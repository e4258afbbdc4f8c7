"""The Pi's live figures: how they come, how old each of them is, and their recent past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from kiosk.services.state.change import updated
from kiosk.services.state.feed import ConnectionState
from kiosk.services.state.handlers import Handlers
from kiosk.services.wire.monitoring import Monitoring
from kiosk.services.wire.problem import Problem

Transport = Literal["websocket", "polling"]

# Ten minutes at one point every five seconds.
HISTORY_LENGTH = 120
# A server that tells more often must not push the ten minutes out.
_CLOSEST_POINTS = 4.0

_UNKNOWN = Monitoring()


@dataclass(frozen=True, slots=True)
class MonitorConnection:
    """How the figures come; only ``live`` means that what is shown is so now.

    While they are polled, ``problem`` is why the socket does not tell them, and ``retry_at``
    (monotonic seconds) when it is tried again.
    """

    state: ConnectionState = "stopped"
    transport: Transport | None = None
    problem: Problem | None = None
    retry_at: float | None = None


@dataclass(frozen=True, slots=True)
class MonitoringLoaded:
    """News: all that this transport knows, and which members of it were told just now.

    ``at`` is monotonic seconds.
    """

    monitoring: Monitoring
    told: frozenset[str]
    transport: Transport
    at: float


@dataclass(frozen=True, slots=True)
class MonitorJunk:
    """How many messages could not be read since the feed was started."""

    total: int


MonitorEvent = MonitorConnection | MonitoringLoaded | MonitorJunk


@dataclass(frozen=True, slots=True)
class Point:
    """What the lines are drawn from, at one moment: per cent and degrees Celsius."""

    at: float
    cpu: float | None
    memory: float | None
    temperature: float | None
    disk: float | None = None


@dataclass(frozen=True, slots=True)
class Monitor:
    """The last known figures; ``told_at`` says of each member when it was last told.

    Polling tells fewer of them than the socket does: what it does not tell stays, and ages.
    """

    connection: MonitorConnection = MonitorConnection()
    figures: Monitoring = _UNKNOWN
    told_at: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    history: tuple[Point, ...] = ()
    junk: int = 0

    def age(self, member: str, now: float) -> float | None:
        """Return for how many seconds a member has not been told; None when it never was."""
        at = self.told_at.get(member)
        return None if at is None else max(0.0, now - at)


def told_members(monitoring: Monitoring) -> frozenset[str]:
    """Return the members of which something is known."""
    members = type(monitoring).model_fields
    return frozenset(
        name for name in members if getattr(monitoring, name) != getattr(_UNKNOWN, name)
    )


def connection_told(monitor: Monitor, action: MonitorConnection) -> Monitor:
    """Say how true the rest is."""
    return updated(monitor, connection=action)


def loaded(monitor: Monitor, action: MonitoringLoaded) -> Monitor:
    """Take what was told; a late answer never makes a member older than it is."""
    told = {
        name for name in action.told if action.at >= monitor.told_at.get(name, action.at)
    } & Monitoring.model_fields.keys()
    if not told:
        return monitor
    figures = monitor.figures.model_copy(
        update={name: getattr(action.monitoring, name) for name in told}
    )
    history = monitor.history
    if "system_health" in told:
        history = _longer(history, figures, action.at)
    told_at = MappingProxyType({**monitor.told_at, **dict.fromkeys(told, action.at)})
    return updated(monitor, figures=figures, told_at=told_at, history=history)


def junk_counted(monitor: Monitor, action: MonitorJunk) -> Monitor:
    """Keep the count, for support."""
    return updated(monitor, junk=action.total)


def _longer(history: tuple[Point, ...], figures: Monitoring, at: float) -> tuple[Point, ...]:
    health = figures.system_health
    point = Point(at, health.cpu_usage, health.memory_usage, health.temperature, health.disk_usage)
    if history and at - history[-1].at < _CLOSEST_POINTS:
        return history
    return (*history[1 - HISTORY_LENGTH :], point)


HANDLERS: Handlers[Monitor] = {
    MonitorConnection: connection_told,
    MonitoringLoaded: loaded,
    MonitorJunk: junk_counted,
}
