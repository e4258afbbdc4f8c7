"""What the world holds. All frozen: a change is a new value, so an event is its own snapshot.

Times are Unix seconds. The target network's password is nowhere: the world does not need it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

SessionState = Literal["discovering", "active", "paused", "closed"]
DeviceState = Literal[
    "discovered", "provisioning", "provisioned", "verifying", "verified", "failed", "skipped"
]
Ending = Literal["stopped", "expired"]
SessionChange = Literal["started", "changed", "ending_soon", "closed"]
DeviceChange = Literal[
    "discovered",
    "updated",
    "drifted",
    "queued",
    "started",
    "connected",
    "completed",
    "verifying",
    "verified",
    "failed",
    "skipped",
]

IN_PROGRESS = frozenset({"provisioning", "provisioned", "verifying"})
ONBOARDING_SSID = "DelicasaOnboard"


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """Time-outs in world seconds, with the defaults of contract.md §2.1."""

    discovery_timeout_seconds: int = 60
    provisioning_timeout_seconds: int = 120
    verification_timeout_seconds: int = 90


@dataclass(frozen=True, slots=True)
class Session:
    """One batch."""

    id: str
    state: SessionState
    target_ssid: str
    created_at: float
    updated_at: float
    expires_at: float
    config: SessionConfig
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One camera within a session; the wire calls it a candidate."""

    session_id: str
    mac: str
    name: str
    ip: str
    firmware_version: str
    state: DeviceState
    rssi: int
    discovered_at: float
    provisioned_at: float | None = None
    verified_at: float | None = None
    error_message: str | None = None
    retry_count: int = 0
    container_id: str | None = None
    in_allowlist: bool = False
    accepted: bool = False  # provisioning was asked for and has neither succeeded nor failed
    progress: int = 0  # per cent


@dataclass(frozen=True, slots=True)
class AllowlistEntry:
    """One approved MAC."""

    mac: str
    added_at: float
    description: str | None = None
    container_id: str | None = None
    used_at: float | None = None


@dataclass(frozen=True, slots=True)
class NetworkStatus:
    """The onboarding network that the Pi opens while a session runs."""

    is_active: bool
    connected_devices: int


@dataclass(frozen=True, slots=True)
class Counts:
    """A session's counters at one moment."""

    devices: int
    provisioned: int
    verified: int
    failed: int

    @classmethod
    def of(cls, devices: Iterable[Device]) -> Self:
        """Count the states of these devices."""
        states = [device.state for device in devices]
        return cls(
            devices=len(states),
            provisioned=sum(s in {"provisioned", "verifying", "verified"} for s in states),
            verified=states.count("verified"),
            failed=states.count("failed"),
        )


@dataclass(frozen=True, slots=True)
class SessionHappening:
    """A session began, changed, runs out soon or ended."""

    kind: SessionChange
    session: Session
    counts: Counts
    at: float

    @property
    def session_id(self) -> str:
        """Return the id of the session that it is about."""
        return self.session.id


@dataclass(frozen=True, slots=True)
class DeviceHappening:
    """A device was found or changed."""

    kind: DeviceChange
    device: Device
    previous_state: DeviceState
    at: float

    @property
    def session_id(self) -> str:
        """Return the id of the session that it is about."""
        return self.device.session_id


@dataclass(frozen=True, slots=True)
class NetworkHappening:
    """The onboarding network went up or down."""

    status: NetworkStatus
    session_id: str
    at: float


@dataclass(frozen=True, slots=True)
class ProblemHappening:
    """Something that concerns the whole session went wrong."""

    code: str
    message: str
    session_id: str
    at: float


Happening = SessionHappening | DeviceHappening | NetworkHappening | ProblemHappening
