"""Messages of the monitoring socket, and what they add up to (contract.md §4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, NoneType
from typing import Any, Literal

from kiosk.services.wire.figures import (
    CameraState,
    Monitoring,
    NetworkMetrics,
    SecurityMetrics,
    ServiceStatus,
    SystemHealth,
    load_text,
)
from kiosk.services.wire.jsontext import loads
from kiosk.services.wire.records import record
from kiosk.services.wire.system import SystemInfo
from kiosk.services.wire.tolerant import WireModel, group, key_text

__all__ = [
    "MAX_CAMERAS",
    "MAX_MESSAGES",
    "CameraState",
    "MonitorMessage",
    "Monitoring",
    "NetworkMetrics",
    "SecurityMetrics",
    "ServiceStatus",
    "SystemHealth",
    "from_system_info",
    "is_news",
    "merged",
    "messages",
    "monitoring_of",
]

MAX_CAMERAS = 500
# Of one frame; no server has as much to say within its five seconds.
MAX_MESSAGES = 1000

MessageKind = Literal["initial", "update", "ping", "pong", "error", "unknown", "junk"]

_GROUPS: Mapping[str, type[WireModel]] = MappingProxyType(
    {
        "system_health": SystemHealth,
        "security_metrics": SecurityMetrics,
        "service_status": ServiceStatus,
        "network_metrics": NetworkMetrics,
    }
)
_CAMERAS = "camera_status"
_FIGURES = ("timestamp", "alerts_count", "connected_clients")

_KINDS: Mapping[object, MessageKind] = MappingProxyType(
    {
        "initial_data": "initial",
        "monitoring_update": "update",
        "ping": "ping",
        "pong": "pong",
        "error": "error",
    }
)


@dataclass(frozen=True, slots=True)
class MonitorMessage:
    """One message of the socket; ``code`` and ``message`` belong to errors."""

    kind: MessageKind
    data: dict[str, Any] | None = None
    code: str | None = None
    message: str = ""


_JUNK = MonitorMessage("junk")


def messages(frame: str) -> list[MonitorMessage]:
    """Return the messages of a frame, one or several lines of JSON; never raises.

    What cannot be read is junk, so that it can be counted.
    """
    text = frame.strip()
    try:
        return [_message(loads(text))]
    except ValueError:
        lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) == 1:
        return [_JUNK]
    cut = [_JUNK] if len(lines) > MAX_MESSAGES else []
    return [_message_of_line(line) for line in lines[:MAX_MESSAGES]] + cut


def _message_of_line(line: str) -> MonitorMessage:
    try:
        return _message(loads(line))
    except ValueError:
        return _JUNK


def _message(document: object) -> MonitorMessage:
    if not isinstance(document, dict):
        return _JUNK
    word = document.get("type")
    kind = _KINDS.get(word, "unknown") if isinstance(word, str) else "unknown"
    data = document.get("data")
    if kind == "error":
        error = group(document, "error") or group(document, "data") or document
        message = key_text(error.get("message")) or key_text(document.get("error"))
        return MonitorMessage(kind, code=key_text(error.get("code")), message=message or "")
    if kind in {"initial", "update"} and not isinstance(data, dict | NoneType):
        return _JUNK
    return MonitorMessage(kind, data=data if isinstance(data, dict) else None)


def merged(known: dict[str, Any] | None, update: dict[str, Any]) -> dict[str, Any]:
    """Return the raw figures with an update laid over them, member by member and camera by camera.

    Null and a group of the wrong type leave what is known as it is. Only members that the contract
    names are kept, and 500 cameras at most, so that no server makes this grow.
    """
    whole = dict(known or {})
    for name in _FIGURES:
        if update.get(name) is not None:
            whole[name] = update[name]
    for name, model in _GROUPS.items():
        if isinstance(update.get(name), dict):
            whole[name] = _laid_over(group(whole, name), update[name], model)
    if isinstance(update.get(_CAMERAS), dict):
        whole[_CAMERAS] = _merged_cameras(group(whole, _CAMERAS), update[_CAMERAS])
    return whole


def _laid_over(
    known: dict[str, Any], update: dict[str, Any], model: type[WireModel]
) -> dict[str, Any]:
    news = {name: update[name] for name in model.model_fields if update.get(name) is not None}
    return {**known, **news}


def _merged_cameras(known: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    cameras = dict(known)
    for key, camera in update.items():
        if isinstance(camera, dict) and (key in cameras or len(cameras) < MAX_CAMERAS):
            cameras[key] = _laid_over(group(cameras, key), camera, CameraState)
    return cameras


def monitoring_of(raw: object) -> Monitoring:
    """Return what raw figures say; nothing is known where they are no object."""
    return record(Monitoring, raw) or Monitoring()


def is_news(raw: object) -> bool:
    """Return whether raw figures hold at least one known member with a value of the right type."""
    read = monitoring_of(raw)
    if any(camera != CameraState() for camera in read.cameras.values()):
        return True
    return read.model_copy(update={"cameras": {}}) != Monitoring()


def from_system_info(info: SystemInfo) -> Monitoring:
    """Return the figures that polling yields: the system's health and nothing else."""
    loads = (info.load_1, info.load_5, info.load_15)
    health = SystemHealth(
        cpu_usage=info.cpu_percent,
        memory_usage=info.memory_percent,
        disk_usage=info.disk_percent,
        temperature=info.temperature_celsius,
        uptime=info.uptime,
        uptime_seconds=info.uptime_seconds,
        load_average=load_text([load for load in loads if load is not None]),
    )
    return Monitoring(system_health=health)
