"""Short ways to say what a test is about: devices, events, snapshots, sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce as fold
from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged, SnapshotLoaded
from kiosk.services.state.model import Batch, Device, State
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.events import DeviceUpdated
from kiosk.services.wire.provisioning import Candidate, Session, SessionSnapshot

T0 = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SESSION_ID = "sess_1"


def mac(number: int) -> str:
    """Return a MAC address; its last two bytes tell the number."""
    return f"AA:BB:CC:00:{number >> 8 & 255:02X}:{number & 255:02X}"


MAC = mac(1)


def moment(seconds: float | None) -> datetime | None:
    """Return a server's time, seconds after a fixed one."""
    return None if seconds is None else T0 + timedelta(seconds=seconds)


def stamp(seconds: float) -> str:
    """Return the same time as the wire writes it."""
    return (T0 + timedelta(seconds=seconds)).isoformat()


def event(
    address: str = MAC,
    state: str | None = None,
    *,
    at: float | None = None,
    session_id: str | None = SESSION_ID,
    progress: int | None = None,
    error: str | None = None,
    **fields: Any,
) -> DeviceUpdated:
    """Return what the wire makes of a device event that says this and nothing else."""
    record = {"mac": address, "state": state, "error_message": error, **fields}
    return DeviceUpdated(
        mac=address,
        session_id=session_id,
        at=moment(at),
        state=state,
        progress=progress,
        error=error,
        device=Candidate.model_validate(record),
    )


def snapshot(
    *devices: dict[str, Any], session: dict[str, Any] | None = None, at: float = 50.0, **more: Any
) -> SnapshotLoaded:
    """Return the service's whole word at a moment."""
    whole = SessionSnapshot(
        session=Session(**{"id": SESSION_ID, **(session or {})}),
        devices=tuple(Candidate.model_validate(device) for device in devices),
        **more,
    )
    return SnapshotLoaded(whole, at)


def listed(*states: str, **session: object) -> SnapshotLoaded:
    """Return the list of a session whose devices, from the first on, are in these states."""
    records = ({"mac": mac(n), "state": state} for n, state in enumerate(states, start=1))
    return snapshot(*records, session={"id": "s1", **session})


def opened(*actions: a.Action, session: dict[str, Any] | None = None, at: float = 0.0) -> State:
    """Return the state after a session was opened and all this has happened."""
    first = Session(**{"id": SESSION_ID, "target_ssid": "Hall", **(session or {})})
    return after(State(), a.SessionOpened(first, at), *actions)


def live(*actions: a.Action) -> State:
    """Return an open session whose stream is live, after all this has happened."""
    return opened(snapshot(), ConnectionChanged("live"), *actions)


def after(state: State, *actions: a.Action) -> State:
    """Return the state after all this has happened."""
    return fold(reduce, actions, state)


def batch_of(state: State) -> Batch:
    """Return the open session."""
    return state.open_batch()


def device_of(state: State, address: str = MAC) -> Device:
    """Return one device of the open session."""
    return state.open_batch().devices[address]


def in_states(states: Iterable[str]) -> tuple[DeviceUpdated, ...]:
    """Return an event for each device, which puts it into its state."""
    return tuple(event(mac(n), state) for n, state in enumerate(states, start=1))
