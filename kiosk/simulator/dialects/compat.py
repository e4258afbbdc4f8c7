# ruff: noqa: D102 - Dialect documents the methods that are overridden here
"""Dialect C: the "028" data model (S1): its own states, a lean device record with a name."""

from __future__ import annotations

import random
import uuid

from kiosk.simulator.dialects.base import Dialect, Record, Typed, optional_time, without_none
from kiosk.simulator.entities import (
    ONBOARDING_SSID,
    Counts,
    Device,
    DeviceHappening,
    NetworkHappening,
    NetworkStatus,
    ProblemHappening,
    Session,
    SessionHappening,
)
from kiosk.simulator.logbook import Entry
from kiosk.simulator.moments import clock_duration, rfc3339
from kiosk.simulator.wifi import Link

_INTERFACE = "wlan0"
_CONNECTED = 30  # per cent; below it a device in provisioning is still being connected to


class Compat(Dialect):
    """The oldest shape: no expiry, no verified count, no network events."""

    name = "compat"

    def new_session_id(self, rng: random.Random) -> str:
        return str(uuid.UUID(int=rng.getrandbits(128), version=4))

    def session(self, session: Session, counts: Counts) -> Record:
        return {
            "id": session.id,
            "state": _session_state(session, counts),
            "network_interface": _INTERFACE,
            "created_at": rfc3339(session.created_at),
            "updated_at": rfc3339(session.updated_at),
            "device_count": counts.devices,
            "provisioned_count": counts.verified,
            "failed_count": counts.failed,
        }

    def device(self, device: Device) -> Record:
        record: Record = {
            "mac": device.mac,
            "name": device.name,
            "state": self.device_state(device),
            "rssi": device.rssi,
            "error_message": device.error_message,
            "retry_count": device.retry_count,
            "discovered_at": rfc3339(device.discovered_at),
            "provisioned_at": optional_time(device.verified_at),
        }
        return without_none(record)

    def device_state(self, device: Device) -> str:
        if device.state == "provisioning" and device.progress < _CONNECTED:
            return "connecting"
        return "verifying" if device.state == "provisioned" else device.state

    def network(self, status: NetworkStatus) -> Record:
        return {"interface": _INTERFACE, "ssid": ONBOARDING_SSID, "connected": status.is_active}

    def wifi_network(self, network: Record) -> Record:
        return {
            "ssid": network["ssid"],
            "signal_strength": network["signal"],
            "secured": network["security"] != "Open",
        }

    def wifi_status(self, link: Link, onboarding: NetworkStatus) -> Record:  # noqa: ARG002
        return {
            "connected": link.state == "connected",
            "ssid": link.ssid,
            "ip": link.address,
            "signal_strength": link.signal,
        }

    def log_entry(self, entry: Entry) -> Record:
        return {
            "timestamp": rfc3339(entry.at),
            "level": "warning" if entry.level == "warn" else entry.level,
            "source": entry.component,
            "message": entry.message,
            "details": dict(entry.metadata),
        }

    def remaining(self, seconds: float) -> str:
        return clock_duration(seconds)

    def session_event(self, happening: SessionHappening) -> Typed | None:
        if happening.kind == "ending_soon":
            return None
        record = self.session(happening.session, happening.counts)
        return "session.state_changed", {"session": record}

    def device_event(self, happening: DeviceHappening) -> Typed | None:
        if happening.kind == "discovered":
            return "device.discovered", self.device(happening.device)
        if happening.kind == "queued" and happening.device.state == happening.previous_state:
            return None
        return "device.state_changed", self.device(happening.device)

    def network_event(self, happening: NetworkHappening) -> Typed | None:  # noqa: ARG002
        return None

    def problem_event(self, happening: ProblemHappening) -> Typed:
        return "error", {"code": happening.code, "message": happening.message}


def _session_state(session: Session, counts: Counts) -> str:
    if session.ending is None:
        return "paused" if session.state == "paused" else "active"
    if session.ending == "expired":
        return "failed"
    return "completed" if 0 < counts.devices == counts.verified else "cancelled"
