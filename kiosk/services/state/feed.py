"""What a feed tells the store: the stream's events, its snapshots and how alive it is."""

from dataclasses import dataclass
from typing import Literal

from kiosk.services.wire.events import Event
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.provisioning import SessionSnapshot

ConnectionState = Literal["connecting", "live", "stale", "reconnecting", "stopped"]


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The stream's honest state; ``retry_at`` is monotonic seconds."""

    state: ConnectionState
    problem: Problem | None = None
    retry_at: float | None = None


@dataclass(frozen=True, slots=True)
class SnapshotLoaded:
    """The whole truth at one moment; ``at`` is monotonic seconds. Replaces what was known."""

    snapshot: SessionSnapshot
    at: float
    correlation_id: str | None = None


FeedEvent = ConnectionChanged | SnapshotLoaded | Event
