"""What is known of something that is read from the service now and then, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from kiosk.services.wire.problem import Kind, Problem

T = TypeVar("T")

# Older than this it is shown as old (contract.md §7).
STALE_SECONDS = 30.0


class Resource(StrEnum):
    """What is read so; each value is the path of its ``Known`` in the state."""

    ALLOWLIST = "allowlist.entries"
    HISTORY = "recovery.history"
    HEALTH = "machine.health"
    WIFI = "machine.wifi"
    CAMERAS = "machine.cameras"
    PAIRED = "machine.paired"
    CONTAINERS = "machine.containers"
    DOOR = "machine.door"
    DOOR_THERE = "machine.door_there"
    DOOR_HISTORY = "machine.door_history"
    CONFIG = "machine.config"
    TAILSCALE = "machine.tailscale"
    MQTT = "machine.mqtt"
    BRIDGE = "machine.bridge"
    ONBOARDING = "machine.onboarding"


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """The last good value, when it was read, and what has come of reading it since.

    Times are monotonic seconds. A failure never takes the value away, and an error never looks
    like an empty list: ``value`` is None until the first success. ``epoch`` is the service's own
    time, in Unix seconds, when our clock was at zero.
    """

    value: T | None = None
    at: float | None = None
    reading: bool = False
    problem: Problem | None = None
    retry_at: float | None = None
    epoch: float | None = None

    @property
    def is_absent(self) -> bool:
        """Return whether this server, or this kiosk's settings, leave the feature out."""
        problem = self.problem
        return problem is not None and (
            problem.kind is Kind.ENDPOINT_ABSENT or problem.code == "FEATURE_OFF"
        )

    def is_stale(self, now: float) -> bool:
        """Return whether what is known is old, or nothing is."""
        return self.at is None or now - self.at > STALE_SECONDS

    def age_of(self, moment: datetime | None, now: float) -> float | None:
        """Return the seconds since a moment that the service told; None when that is unknown."""
        if moment is None or self.epoch is None:
            return None
        return max(0.0, self.epoch + now - moment.timestamp())


@dataclass(frozen=True, slots=True)
class ReadStarted:
    """A resource is being read."""

    resource: Resource


@dataclass(frozen=True, slots=True)
class ReadDone:
    """A resource was read; ``at`` is when it was asked for, ``epoch`` as ``Known`` has it."""

    resource: Resource
    value: Any
    at: float
    epoch: float | None = None


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """A resource could not be read; None: it is not tried again by itself."""

    resource: Resource
    problem: Problem
    retry_at: float | None


ReadAction = ReadStarted | ReadDone | ReadFailed
