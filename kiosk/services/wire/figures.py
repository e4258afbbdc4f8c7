"""The Pi's live figures as records (contract.md §4)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeGuard

from kiosk.services.wire.records import group_of, record
from kiosk.services.wire.system import uptime_seconds
from kiosk.services.wire.tolerant import (
    Amount,
    Count,
    Dbm,
    Flag,
    Moment,
    Number,
    Percent,
    ReadBy,
    Text,
    Total,
    WireModel,
    first,
)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def load_text(value: object) -> str | None:
    """Return load averages as text: the server's own, one number, three, or a group of them."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, dict):
        value = [value[name] for name in ("load_1", "load_5", "load_15") if name in value]
    loads = value if isinstance(value, list) else [value]
    # Compared first: an integer with hundreds of digits cannot be formatted as a float.
    if not all(_is_number(load) and 0 <= load < 2**31 for load in loads):
        return None
    return " ".join(f"{load:g}" for load in loads) or None


class SystemHealth(WireModel):
    """Per cent, degrees Celsius; texts as the server writes them."""

    cpu_usage: Percent = None
    memory_usage: Percent = None
    disk_usage: Percent = None
    temperature: Number = None
    uptime: Text = None
    uptime_seconds: Amount = None
    load_average: Annotated[str | None, ReadBy(load_text)] = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "uptime_seconds": uptime_seconds(first(data, "uptime_seconds", "uptime"))}


class SecurityMetrics(WireModel):
    """How well the Pi is guarded, in the server's own words."""

    failed_ssh_attempts: Count = None
    last_security_check: Text = None
    certificate_expiry: Text = None
    mqtt_secure_connections: Count = None
    encryption_level: Text = None
    threat_level: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        level = data.get("threat_level")
        return {**data, "threat_level": level.upper() if isinstance(level, str) else None}


class ServiceStatus(WireModel):
    """Which of the Pi's services answer."""

    mqtt_connected: Flag = None
    mqtt_secure: Flag = None
    api_responding: Flag = None
    database_connected: Flag = None
    last_health_check: Text = None
    service_uptime: Text = None


class NetworkMetrics(WireModel):
    """Bytes since the start; loss in per cent and latency in milliseconds by the usual reading."""

    active_connections: Count = None
    bytes_received: Total = None
    bytes_sent: Total = None
    packet_loss: Percent = None
    latency: Amount = None


class CameraState(WireModel):
    """One camera at a glance; free heap in bytes."""

    online: Flag = None
    rssi: Dbm = None
    free_heap: Total = None
    last_seen: Moment = None
    fps: Amount = None


def _cameras(value: object) -> dict[str, CameraState]:
    if not isinstance(value, dict):
        return {}
    read = ((key, record(CameraState, raw)) for key, raw in value.items())
    return {key: camera for key, camera in read if camera is not None}


_FIELD_OF: Mapping[str, str] = MappingProxyType(
    {
        "security_metrics": "security",
        "service_status": "services",
        "network_metrics": "network",
        "camera_status": "cameras",
    }
)


class Monitoring(WireModel):
    """What is known of the Pi; a group of which nothing is known has only unknown members."""

    timestamp: Moment = None
    alerts_count: Count = None
    connected_clients: Count = None
    system_health: Annotated[SystemHealth, group_of(SystemHealth)] = SystemHealth()
    security: Annotated[SecurityMetrics, group_of(SecurityMetrics)] = SecurityMetrics()
    services: Annotated[ServiceStatus, group_of(ServiceStatus)] = ServiceStatus()
    network: Annotated[NetworkMetrics, group_of(NetworkMetrics)] = NetworkMetrics()
    cameras: Annotated[Mapping[str, CameraState], ReadBy(_cameras)] = {}

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {_FIELD_OF.get(name, name): value for name, value in data.items()}
