"""The kiosk's own vocabulary for the provisioning stream (contract.md §3.4).

``events.parse_event`` makes these from all three dialects of the wire; a member that a dialect does
not carry is None.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kiosk.services.wire.provisioning import Candidate, NetworkStatus, Session

Outcome = Literal["done", "stopped", "failed", "unknown"]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class StreamOpened(_Event):
    """The server has accepted the stream."""

    event: Literal["stream.opened"] = "stream.opened"


class StreamAlive(_Event):
    """A sign of life without news."""

    event: Literal["stream.alive"] = "stream.alive"


class SessionUpdated(_Event):
    """A session's record, perhaps only in part."""

    event: Literal["session.updated"] = "session.updated"
    session: Session
    session_id: str | None = None
    at: datetime | None = None


class SessionEnded(_Event):
    """A session is over; the word ``closed`` does not tell how, so its outcome is unknown."""

    event: Literal["session.ended"] = "session.ended"
    session: Session
    outcome: Outcome = "unknown"
    session_id: str | None = None
    at: datetime | None = None


class TimeoutWarning(_Event):
    """A session is about to run out of time."""

    event: Literal["session.timeout_warning"] = "session.timeout_warning"
    session: Session
    session_id: str | None = None
    at: datetime | None = None


class DeviceUpdated(_Event):
    """What one event says about one device.

    ``device`` holds exactly that and nothing guessed: merge it by its ``model_fields_set``. Its
    state and error_message equal ``state`` and ``error`` here. ``progress`` is 0-100.
    """

    event: Literal["device.updated"] = "device.updated"
    mac: str
    session_id: str | None = None
    at: datetime | None = None
    state: str | None = None
    previous_state: str | None = None
    progress: int | None = None
    error: str | None = None
    device: Candidate = Candidate()


class NetworkUpdated(_Event):
    """The onboarding network has changed."""

    event: Literal["network.updated"] = "network.updated"
    status: NetworkStatus
    at: datetime | None = None


class ProblemReported(_Event):
    """The server reports a failure of its own on the stream."""

    event: Literal["problem"] = "problem"
    code: str | None = None
    message: str = ""
    retryable: bool | None = None
    at: datetime | None = None


class UnknownEvent(_Event):
    """An event to count and ignore: of an unknown type, of another version, or unreadable."""

    event: Literal["unknown"] = "unknown"
    raw_type: str
    reason: Literal["type", "version", "malformed"] = "type"


Event = (
    StreamOpened
    | StreamAlive
    | SessionUpdated
    | SessionEnded
    | TimeoutWarning
    | DeviceUpdated
    | NetworkUpdated
    | ProblemReported
    | UnknownEvent
)
