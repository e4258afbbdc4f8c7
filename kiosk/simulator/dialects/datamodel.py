# ruff: noqa: D102 - Dialect documents the methods that are overridden here
"""Dialect A: the V1 data model (S0 §4). Payloads are flat; states come as previous and new."""

from __future__ import annotations

from kiosk.simulator.dialects.base import Dialect, Record, Typed, frame, without_none
from kiosk.simulator.entities import (
    DeviceHappening,
    NetworkHappening,
    NetworkStatus,
    ProblemHappening,
    SessionHappening,
)
from kiosk.simulator.errors import CODES
from kiosk.simulator.wifi import Link


class DataModel(Dialect):
    """Few event types, progress in per cent, heartbeats as events."""

    name = "datamodel"

    def wifi_status(self, link: Link, onboarding: NetworkStatus) -> Record:
        connected = link.state == "connected"
        status = {
            "connected": connected,
            "ssid": link.ssid,
            "ip_address": link.address,
            "signal": link.signal,
            "mode": _wifi_mode(connected=connected, onboarding=onboarding.is_active),
        }
        return {"status": without_none(status)}

    def heartbeat(self, now: float) -> bytes:
        return frame("connection.heartbeat", now, None, None)

    def session_event(self, happening: SessionHappening) -> Typed | None:
        if happening.kind == "ending_soon":
            return None
        return "session.status", {"session": self.session(happening.session, happening.counts)}

    def device_event(self, happening: DeviceHappening) -> Typed | None:
        device = happening.device
        if happening.kind == "discovered":
            found = {
                "mac": device.mac,
                "ip": device.ip,
                "rssi": device.rssi,
                "firmware_version": device.firmware_version,
                "in_allowlist": device.in_allowlist,
            }
            return "device.discovered", found
        if happening.kind == "queued" and device.state == happening.previous_state:
            return None
        changed = {
            "mac": device.mac,
            "previous_state": happening.previous_state,
            "new_state": device.state,
            "progress": device.progress,
            "error": device.error_message,
        }
        return "device.state_changed", without_none(changed)

    def network_event(self, happening: NetworkHappening) -> Typed:
        return "network.status_changed", self.network(happening.status)

    def problem_event(self, happening: ProblemHappening) -> Typed:
        known = CODES[happening.code]
        problem = {
            "code": happening.code,
            "message": happening.message,
            "retryable": known.retryable,
        }
        return "error", problem


def _wifi_mode(*, connected: bool, onboarding: bool) -> str:
    if connected:
        return "client"
    return "ap" if onboarding else "disconnected"
