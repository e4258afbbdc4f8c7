"""Health and system figures of the Pi (contract.md §2.4)."""

from typing import Any

from kiosk.services.wire.moments import parse_duration
from kiosk.services.wire.tolerant import (
    Count,
    Flag,
    Moment,
    Number,
    Percent,
    Text,
    WireModel,
    group,
)

# Above this an uptime can only be nanoseconds: as seconds it would be three thousand years.
_NANOSECONDS_FROM = 1e11


def uptime_seconds(value: object) -> float | None:
    """Return seconds from seconds, nanoseconds or a Go duration; None when it is neither."""
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**63:
        return None
    return value / 1e9 if value > _NANOSECONDS_FROM else float(value)


class Health(WireModel):
    """Whether the service is well, in its own word: ``healthy``, ``ok`` or anything else."""

    status: Text = None
    version: Text = None
    uptime_seconds: Number = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return with_uptime(data)


class AuthStatus(WireModel):
    """Whether the server wants a key; both are None on a server that does not tell."""

    required: Flag = None
    configured: Flag = None


class SystemInfo(WireModel):
    """The Pi's figures, flat: percentages 0-100, memory in MB, disk in GB, degrees Celsius.

    ``uptime`` is the server's own text where it sent one that is not a duration.
    """

    timestamp: Moment = None
    cpu_percent: Percent = None
    core_count: Count = None
    memory_used_mb: Number = None
    memory_total_mb: Number = None
    memory_percent: Percent = None
    disk_used_gb: Number = None
    disk_total_gb: Number = None
    disk_percent: Percent = None
    temperature_celsius: Number = None
    uptime_seconds: Number = None
    uptime: Text = None
    load_1: Number = None
    load_5: Number = None
    load_15: Number = None
    overall_status: Text = None
    hostname: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        cpu, memory, disk, load = (
            group(data, name) for name in ("cpu", "memory", "disk", "load_average")
        )
        flat = {
            "cpu_percent": cpu.get("usage_percent", data.get("cpu_usage")),
            "core_count": cpu.get("core_count"),
            "memory_used_mb": memory.get("used_mb"),
            "memory_total_mb": memory.get("total_mb"),
            "memory_percent": memory.get("used_percent", data.get("memory_usage")),
            "disk_used_gb": disk.get("used_gb"),
            "disk_total_gb": disk.get("total_gb"),
            "disk_percent": disk.get("used_percent", data.get("disk_usage")),
            "temperature_celsius": data.get("temperature"),
            "load_1": load.get("load_1"),
            "load_5": load.get("load_5"),
            "load_15": load.get("load_15"),
        }
        return with_uptime(
            {**{k: v for k, v in flat.items() if v is not None}, **_without_groups(data)}
        )


def _without_groups(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if not isinstance(value, dict)}


def with_uptime(data: dict[str, Any]) -> dict[str, Any]:
    """Return an object with ``uptime_seconds`` read from its ``uptime`` where it has none."""
    if data.get("uptime_seconds") is not None:
        return data
    return {**data, "uptime_seconds": uptime_seconds(data.get("uptime"))}
