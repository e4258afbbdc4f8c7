"""From an SSE frame to an internal event, whatever the dialect (contract.md §3.2-§3.4).

Dialects share type names with different payloads, so the payload's content decides and the type's
name only fills what the payload leaves open.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from kiosk.services.wire.jsontext import loads
from kiosk.services.wire.moments import parse_moment
from kiosk.services.wire.provisioning import (
    ENDED_STATES,
    Candidate,
    NetworkStatus,
    Session,
    device_state,
)
from kiosk.services.wire.tolerant import mac_text
from kiosk.services.wire.vocabulary import (
    DeviceUpdated,
    Event,
    NetworkUpdated,
    Outcome,
    ProblemReported,
    SessionEnded,
    SessionUpdated,
    StreamAlive,
    StreamOpened,
    TimeoutWarning,
    UnknownEvent,
)

__all__ = [
    "DeviceUpdated",
    "Event",
    "NetworkUpdated",
    "Outcome",
    "ProblemReported",
    "SessionEnded",
    "SessionUpdated",
    "StreamAlive",
    "StreamOpened",
    "TimeoutWarning",
    "UnknownEvent",
    "parse_event",
]

_SIGNS_OF_LIFE = frozenset({"connection.heartbeat", "heartbeat", "keepalive"})
_PROBLEMS = frozenset({"error", "error.occurred"})

_IMPLIED_STATE = {
    "device.discovered": "discovered",
    "device.provisioning_started": "provisioning",
    "device.provisioning_completed": "provisioned",
    "device.provisioning_failed": "failed",
    "device.verified": "verified",
}
# These two win over the record inside, which may have been taken before the change (§3.4.3).
_DECISIVE_TYPES = frozenset({"device.provisioning_failed", "device.verified"})

# Without the MAC or the session's id these are of no use.
_NEEDING_A_NAME = frozenset(_IMPLIED_STATE) | {
    "device.state_changed",
    "session.status",
    "session.started",
    "session.state_changed",
    "session.closed",
    "session.timeout_warning",
}

_OUTCOMES: Mapping[str | None, Outcome] = {
    "completed": "done",
    "cancelled": "stopped",
    "failed": "failed",
}

_LONGEST_TYPE = 100


def parse_event(name: str, data: str) -> Event:
    """Return the internal event of a frame; never raises.

    ``name`` is the frame's ``event:`` line, used where the JSON does not tell its type.
    """
    try:
        envelope = loads(data)
        return _of_envelope(name, envelope)
    except ValueError:  # pydantic's ValidationError is one of them
        if name in _SIGNS_OF_LIFE:
            return StreamAlive()
        return UnknownEvent(raw_type=_shown(name), reason="malformed")


def _of_envelope(name: str, envelope: object) -> Event:
    if not isinstance(envelope, dict):
        if name in _SIGNS_OF_LIFE:
            return StreamAlive()
        return UnknownEvent(raw_type=_shown(name), reason="malformed")
    kind = envelope.get("type")
    if not isinstance(kind, str) or not kind:
        kind = name
    if not _is_version_1(envelope.get("version")):
        return UnknownEvent(raw_type=_shown(kind), reason="version")
    if kind == "connection.established":
        return StreamOpened()
    if kind in _SIGNS_OF_LIFE:
        return StreamAlive()
    payload = envelope.get("payload", envelope)
    return _of_payload(kind, envelope, payload if isinstance(payload, dict) else {})


def _of_payload(kind: str, envelope: dict[str, Any], payload: dict[str, Any]) -> Event:
    at = parse_moment(envelope.get("timestamp"))
    event: Event | None = None
    if kind.startswith("device."):
        event = _device(kind, envelope, payload, at)
    elif kind in _PROBLEMS:
        event = _problem(payload, at)
    elif kind.startswith("network."):
        event = _network(kind, payload, at)
    elif kind.startswith("session.") or isinstance(payload.get("session"), dict):
        event = _session(kind, envelope, payload, at)
    # One of ours that does not say what it is about has something to tell all the same.
    reason: Literal["type", "malformed"] = "malformed" if kind in _NEEDING_A_NAME else "type"
    return event or UnknownEvent(raw_type=_shown(kind), reason=reason)


def _device(
    kind: str, envelope: dict[str, Any], payload: dict[str, Any], at: datetime | None
) -> DeviceUpdated | None:
    nested = payload.get("device")
    record: dict[str, Any] = nested if isinstance(nested, dict) else payload
    mac = mac_text(record.get("mac")) or mac_text(payload.get("mac"))
    if mac is None:
        return None
    state = device_state(record.get("state")) or device_state(payload.get("new_state"))
    if state is None or kind in _DECISIVE_TYPES:
        state = _IMPLIED_STATE.get(kind, state)
    error = _text(record.get("error_message")) or _error_text(payload.get("error"))
    if error is None and state == "failed":
        error = _text(payload.get("message"))
    device = Candidate.model_validate(
        {**record, "mac": mac, "state": state, "error_message": error}
    )
    return DeviceUpdated(
        mac=mac,
        session_id=_text(envelope.get("session_id"))
        or device.session_id
        or _text(payload.get("session_id")),
        at=at,
        state=state,
        previous_state=device_state(payload.get("previous_state")),
        progress=_percent(payload.get("progress")),
        error=device.error_message,
        device=device,
    )


def _session(
    kind: str, envelope: dict[str, Any], payload: dict[str, Any], at: datetime | None
) -> SessionUpdated | SessionEnded | TimeoutWarning | None:
    nested = payload.get("session")
    record: dict[str, Any] = nested if isinstance(nested, dict) else payload
    watched = _text(envelope.get("session_id")) or _text(payload.get("session_id"))
    session_id = _text(record.get("id")) or watched
    if session_id is None:
        return None
    state = _text(record.get("state")) or _text(payload.get("new_state"))
    if state is None and kind == "session.closed":
        state = "closed"
    session = Session.model_validate({**record, "id": session_id, "state": state})
    watched = watched or session_id
    if kind == "session.timeout_warning":
        return TimeoutWarning(session=session, session_id=watched, at=at)
    if kind == "session.closed" or state in ENDED_STATES:
        outcome = _OUTCOMES.get(state, "unknown")
        return SessionEnded(session=session, outcome=outcome, session_id=watched, at=at)
    return SessionUpdated(session=session, session_id=watched, at=at)


def _network(kind: str, payload: dict[str, Any], at: datetime | None) -> NetworkUpdated:
    nested = payload.get("status")
    status = NetworkStatus.model_validate(nested if isinstance(nested, dict) else payload)
    if status.is_active is None and kind in {"network.started", "network.stopped"}:
        status = status.model_copy(update={"is_active": kind == "network.started"})
    return NetworkUpdated(status=status, at=at)


def _problem(payload: dict[str, Any], at: datetime | None) -> ProblemReported:
    nested = payload.get("error")
    record: dict[str, Any] = nested if isinstance(nested, dict) else payload
    retryable = record.get("retryable")
    return ProblemReported(
        code=_text(record.get("code")),
        message=_text(record.get("message")) or _text(nested) or "",
        retryable=retryable if isinstance(retryable, bool) else None,
        at=at,
    )


def _is_version_1(version: object) -> bool:
    """Return whether a version is missing, ``1`` or ``1.x``, as text or as number (§3.2)."""
    if isinstance(version, bool):
        return False
    if isinstance(version, int | float):
        return 1 <= version < 2  # noqa: PLR2004 - the next major version
    return version is None or (
        isinstance(version, str) and (version == "1" or version.startswith("1."))
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _error_text(value: object) -> str | None:
    return _text(value.get("message")) if isinstance(value, dict) else _text(value)


def _percent(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value) if 0 <= value <= 100 else None  # noqa: PLR2004 - per cent


def _shown(kind: str) -> str:
    return kind[:_LONGEST_TYPE]
