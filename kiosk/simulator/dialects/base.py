"""What every dialect shares: the event envelope, the frame, the fullest records."""

from __future__ import annotations

import json
import random
from abc import ABC, abstractmethod
from dataclasses import asdict
from typing import Any, ClassVar

from kiosk.simulator.entities import (
    ONBOARDING_SSID,
    Counts,
    Device,
    DeviceHappening,
    Happening,
    NetworkHappening,
    NetworkStatus,
    ProblemHappening,
    Session,
    SessionHappening,
)
from kiosk.simulator.logbook import Entry
from kiosk.simulator.moments import go_duration, rfc3339
from kiosk.simulator.wifi import Link

Record = dict[str, Any]
Typed = tuple[str, Any]  # event type, payload

COMMENT = b":\n\n"


class Dialect(ABC):
    """Renders the world; the records here are those of contract.md §2.1, S3 §9.1 and S0."""

    name: ClassVar[str]

    def new_session_id(self, rng: random.Random) -> str:
        """Make an id in this dialect's form."""
        return f"sess_{rng.getrandbits(40):010x}"

    def session(self, session: Session, counts: Counts) -> Record:
        """Render a session."""
        return {
            "id": session.id,
            "state": session.state,
            "target_ssid": session.target_ssid,
            "created_at": rfc3339(session.created_at),
            "updated_at": rfc3339(session.updated_at),
            "expires_at": rfc3339(session.expires_at),
            "device_count": counts.devices,
            "provisioned_count": counts.provisioned,
            "verified_count": counts.verified,
            "failed_count": counts.failed,
            "config": asdict(session.config),
        }

    def device(self, device: Device) -> Record:
        """Render a device as REST answers it."""
        record: Record = {
            "mac": device.mac,
            "ip": device.ip,
            "state": self.device_state(device),
            "rssi": device.rssi,
            "firmware_version": device.firmware_version,
            "discovered_at": rfc3339(device.discovered_at),
            "provisioned_at": optional_time(device.provisioned_at),
            "verified_at": optional_time(device.verified_at),
            "error_message": device.error_message,
            "retry_count": device.retry_count,
            "container_id": device.container_id,
            "in_allowlist": device.in_allowlist,
        }
        return without_none(record)

    def device_state(self, device: Device) -> str:
        """Return the device's state in this dialect's words."""
        return device.state

    def network(self, status: NetworkStatus) -> Record:
        """Render the onboarding network."""
        return {"ssid": ONBOARDING_SSID, **asdict(status)}

    def wifi_network(self, network: Record) -> Record:
        """Render a network that a scan found (contract.md §2.6)."""
        return network

    def wifi_status(self, link: Link, onboarding: NetworkStatus) -> Record:
        """Render the Pi's Wi-Fi: dialect (a) of contract.md §2.6."""
        status: Record = {
            "client_status": link.state,
            "client_ssid": link.ssid,
            "client_ip": link.address,
            "client_signal": link.signal,
            "ap_status": "active" if onboarding.is_active else "inactive",
        }
        if onboarding.is_active:
            status["ap_ssid"] = ONBOARDING_SSID
            status["ap_ip"] = "192.168.4.1"
            status["connected_devices"] = onboarding.connected_devices
        return {"status": without_none(status)}

    def log_entry(self, entry: Entry) -> Record:
        """Render an entry of the log as REST and stream tell it (contract.md §2.5)."""
        return {
            "id": str(entry.id),
            "timestamp": rfc3339(entry.at),
            "level": entry.level,
            "component": entry.component,
            "message": entry.message,
            "metadata": dict(entry.metadata),
        }

    def remaining(self, seconds: float) -> str:
        """Render the time that a session has left."""
        return go_duration(seconds)

    def greeting(self, now: float) -> bytes:
        """Return what a stream begins with, so that the reader sees it alive."""
        opened = {"message": "Connected to provisioning events"}
        return frame("connection.established", now, None, opened)

    def heartbeat(self, now: float) -> bytes:  # noqa: ARG002 - only one dialect dates it
        """Return what an idle stream carries every 15 s."""
        return COMMENT

    def frame(self, happening: Happening) -> bytes | None:
        """Render what happened; None when this dialect does not tell of it."""
        match happening:
            case SessionHappening():
                typed = self.session_event(happening)
            case DeviceHappening():
                typed = self.device_event(happening)
            case NetworkHappening():
                typed = self.network_event(happening)
            case ProblemHappening():
                typed = self.problem_event(happening)
        if typed is None:
            return None
        return frame(typed[0], happening.at, happening.session_id, typed[1])

    @abstractmethod
    def session_event(self, happening: SessionHappening) -> Typed | None:
        """Return type and payload for a session; None when this dialect is silent."""

    @abstractmethod
    def device_event(self, happening: DeviceHappening) -> Typed | None:
        """Return type and payload for a device; None when this dialect is silent."""

    @abstractmethod
    def network_event(self, happening: NetworkHappening) -> Typed | None:
        """Return type and payload for a network; None when this dialect is silent."""

    @abstractmethod
    def problem_event(self, happening: ProblemHappening) -> Typed | None:
        """Return type and payload for a problem; None when this dialect is silent."""


def frame(kind: str, at: float, session_id: str | None, payload: Any) -> bytes:
    """Make a named SSE frame without a space after the colon, as captured from a Pi (§3.1)."""
    envelope: Record = {"version": "1.0", "type": kind, "timestamp": rfc3339(at)}
    if session_id is not None:
        envelope["session_id"] = session_id
    envelope["payload"] = payload
    data = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    return f"event:{kind}\ndata:{data}\n\n".encode()


def optional_time(seconds: float | None) -> str | None:
    """Return Unix seconds as RFC 3339, or None."""
    return None if seconds is None else rfc3339(seconds)


def without_none(record: Record) -> Record:
    """Leave out what is unknown, as Go's ``omitempty`` does."""
    return {key: value for key, value in record.items() if value is not None}
