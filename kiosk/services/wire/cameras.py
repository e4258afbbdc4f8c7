"""Cameras, their diagnostics and the pictures that they take (contract.md §2.7)."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kiosk.services.wire.marks import N_
from kiosk.services.wire.moments import parse_moment
from kiosk.services.wire.system import uptime_seconds
from kiosk.services.wire.tolerant import (
    Amount,
    Count,
    Dbm,
    Key,
    Moment,
    Number,
    Text,
    Total,
    WireModel,
    first,
    group,
    key_text,
)

MAX_IMAGE_BYTES = 8 << 20

_EXCELLENT, _GOOD, _FAIR = -50, -60, -70
_PNG = b"\x89PNG"


def signal_word(rssi: int | None) -> str | None:
    """Return the msgid for a signal in dBm; None when it was not measured."""
    if rssi is None:
        return None
    if rssi >= _EXCELLENT:
        return N_("excellent")
    if rssi >= _GOOD:
        return N_("good")
    return N_("fair") if rssi >= _FAIR else N_("poor")


def _id_of(data: dict[str, Any]) -> str | None:
    names = ("id", "device_id", "camera_id", "mac_address")
    return next((key for key in map(key_text, map(data.get, names)) if key), None)


class Camera(WireModel):
    """One camera; ids are opaque, and one without a ``last_seen`` was never seen."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    status: Annotated[str, BeforeValidator(lambda value: key_text(value) or "unknown")] = "unknown"
    last_seen: Moment = None
    ip_address: Text = None
    mac_address: Text = None
    rssi: Dbm = None
    free_heap: Total = None
    uptime_seconds: Amount = None
    resolution: Text = None
    firmware_version: Text = None
    last_capture: Moment = None
    last_error: Text = None
    container_id: Key = None
    position: Count = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        health = group(data, "health")
        both = {**data, **{name: value for name, value in health.items() if value is not None}}
        key = _id_of(data)
        return {
            **data,
            "id": key,
            "name": key_text(data.get("name")) or key,
            "last_seen": first(data, "last_seen", "lastSeen"),
            "rssi": first(both, "wifi_rssi", "rssi", "signal_strength"),
            "free_heap": first(both, "free_heap", "heap"),
            "uptime_seconds": uptime_seconds(first(both, "uptime_seconds", "uptime")),
            "resolution": both.get("resolution"),
            "firmware_version": both.get("firmware_version"),
            "last_capture": both.get("last_capture"),
            "last_error": both.get("last_error"),
        }


class CameraDiagnostics(WireModel):
    """How one camera has done; milliseconds, and the success rate as the server counts it."""

    camera_id: str = Field(min_length=1)
    status: Text = None
    rssi: Dbm = None
    capture_success_rate: Number = None
    total_captures: Count = None
    failed_captures: Count = None
    average_capture_ms: Amount = None
    last_seen: Moment = None
    ip_address: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        health = group(data, "health")
        rssi = first(health, "wifi_rssi", "rssi")
        return {
            **data,
            "camera_id": key_text(data.get("camera_id")) or _id_of(data),
            "rssi": first(data, "rssi", "signal_strength") if rssi is None else rssi,
            "last_seen": first(data, "last_seen", "lastSeen"),
        }


@dataclass(frozen=True, slots=True)
class CameraPicture:
    """A picture as the camera took it."""

    image: bytes = field(repr=False)
    content_type: str
    camera_id: str
    captured_at: datetime | None = None


def picture(data: object, camera_id: str) -> CameraPicture | str | None:
    """Return the picture of a capture, or the URL text that it can be fetched from.

    None when the answer holds neither, when its base64 is broken, or above 8 MiB.
    """
    if isinstance(data, bytes):
        return _picture(data, camera_id, None)
    if not isinstance(data, dict):
        return None
    raw = group(data, "data") or data
    text, url = first(raw, "image", "image_data", "image_base64"), raw.get("image_url")
    if text is None and isinstance(url, str) and not url.startswith("data:"):
        return url or None
    text = url if text is None else text
    if not isinstance(text, str):
        return None
    taken = parse_moment(first(raw, "captured_at", "timestamp"))
    return _picture(_decoded(text), key_text(raw.get("camera_id")) or camera_id, taken)


def _picture(image: bytes, camera_id: str, taken: datetime | None) -> CameraPicture | None:
    if not 0 < len(image) <= MAX_IMAGE_BYTES:
        return None
    content_type = "image/png" if image.startswith(_PNG) else "image/jpeg"
    return CameraPicture(image, content_type, camera_id, taken)


def _decoded(text: str) -> bytes:
    """Return the bytes of base64 with or without its ``data:`` prefix; none when it is broken."""
    body = text.partition(",")[2] if text.startswith("data:") else text
    # Measured first, so that a huge text is not copied; Go may leave the padding away.
    if len(body) > MAX_IMAGE_BYTES * 3 // 2:
        return b""
    body = "".join(body.split())
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
