# ruff: noqa: D102 - Dialect documents the methods that are overridden here
"""Dialect B: the backend's own hand-off document (S3 §7.2). Payloads are nested records."""

from __future__ import annotations

from kiosk.simulator.dialects.base import COMMENT, Dialect, Record, Typed
from kiosk.simulator.entities import (
    Device,
    DeviceHappening,
    NetworkHappening,
    ProblemHappening,
    SessionHappening,
)

_SESSION_EVENTS = {
    "started": "session.started",
    "changed": "session.state_changed",
    "ending_soon": "session.timeout_warning",
    "closed": "session.closed",
}
_DEVICE_EVENTS = {
    "discovered": "device.discovered",
    "updated": "device.state_changed",
    "drifted": "device.state_changed",
    "started": "device.provisioning_started",
    "completed": "device.provisioning_completed",
    "verifying": "device.state_changed",
    "verified": "device.verified",
    "failed": "device.provisioning_failed",
    "skipped": "device.state_changed",
}


class Handoff(Dialect):
    """Says most: each step of a device has its own event type."""

    name = "handoff"

    def greeting(self, now: float) -> bytes:  # noqa: ARG002 - a comment has no date
        return COMMENT

    def session_event(self, happening: SessionHappening) -> Typed:
        record = self.session(happening.session, happening.counts)
        return _SESSION_EVENTS[happening.kind], {"session": record}

    def device_event(self, happening: DeviceHappening) -> Typed | None:
        device = happening.device
        kind = _DEVICE_EVENTS.get(happening.kind)
        if happening.kind == "queued" and device.state != happening.previous_state:
            kind = "device.state_changed"
        return (kind, {"device": self._streamed(device)}) if kind else None

    def network_event(self, happening: NetworkHappening) -> Typed:
        kind = "network.started" if happening.status.is_active else "network.stopped"
        return kind, {"status": self.network(happening.status)}

    def problem_event(self, happening: ProblemHappening) -> Typed:
        return "error.occurred", {"code": happening.code, "message": happening.message}

    def _streamed(self, device: Device) -> Record:
        """Render for the stream: with the session, without allowlist and container."""
        record = self.device(device)
        del record["in_allowlist"]
        record.pop("container_id", None)
        return {**record, "session_id": device.session_id}
