"""Reducers of the open session: its stream, its times, its end."""

from __future__ import annotations

from itertools import islice
from types import MappingProxyType
from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.devices import MAX_DEVICES, from_snapshot
from kiosk.services.state.feed import ConnectionChanged, SnapshotLoaded
from kiosk.services.state.form import without_errors
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Batch, Connection, Navigation, Route, Service, State
from kiosk.services.state.navigation import home_of, homeward, still_typing, went_back
from kiosk.services.state.notices import without_outage
from kiosk.services.wire.events import (
    NetworkUpdated,
    SessionEnded,
    SessionUpdated,
    TimeoutWarning,
    UnknownEvent,
)
from kiosk.services.wire.provisioning import NetworkStatus, Session

# What is under way for a session is over with it; the door's command, say, is not.
_OF_A_SESSION = frozenset(
    {"provision_all", "retry_failed", "stop", "pause", "unpause", "provision", "retry", "skip"}
)


def session_opened(state: State, action: a.SessionOpened) -> State:
    """Show the session; what the form said is on its way and stays for the next one."""
    return updated(
        state,
        batch=Batch(session=action.session, started_at=action.at),
        form=without_errors(state.form),
        navigation=still_typing(state.navigation, Navigation(Route.PROVISION)),
        notice=None,
    )


def connection_changed(state: State, action: ConnectionChanged) -> State:
    """Say how true the rest is; why it is not stays told while the next try is under way."""
    problem = action.problem
    if problem is None and action.state == "connecting" and state.batch is not None:
        problem = state.batch.connection.problem
    connection = Connection(action.state, problem, action.retry_at)
    told = without_outage(state) if action.state == "live" else state
    return _changed(told, connection=connection)


def snapshot_loaded(state: State, action: SnapshotLoaded) -> State:
    """Take the service's word for everything: a snapshot may move a device backwards."""
    batch = state.batch
    if batch is None or action.snapshot.session.id != batch.session.id:
        return state
    listed = {candidate.mac: candidate for candidate in action.snapshot.devices if candidate.mac}
    devices = {
        mac: from_snapshot(batch.devices.get(mac), candidate)
        for mac, candidate in islice(listed.items(), MAX_DEVICES)
    }
    network = action.snapshot.network_status or batch.network
    return _changed(
        state,
        session=merge_session(batch.session, action.snapshot.session),
        devices=MappingProxyType(devices),
        network=network,
        loaded=True,
        is_final=batch.ended_at is not None,
        updated_at=action.at,
        correlation_id=action.correlation_id,
    )


def session_updated(state: State, action: SessionUpdated | TimeoutWarning) -> State:
    """Merge what the service says of the session."""
    batch = state.batch
    if batch is None or not batch.is_meant_by(action.session_id):
        return state
    return _changed(state, session=merge_session(batch.session, action.session))


def session_ended(state: State, action: SessionEnded) -> State:
    """Note that the service ended the session, be it asked to or not."""
    batch = state.batch
    if batch is None or not batch.is_meant_by(action.session_id):
        return state
    return _changed(
        state,
        session=merge_session(batch.session, action.session),
        outcome=batch.outcome or action.outcome,
    )


def network_updated(state: State, action: NetworkUpdated) -> State:
    """Merge what the service says of the onboarding network."""
    batch = state.batch
    if batch is None:
        return state
    known = batch.network.model_dump() if batch.network is not None else {}
    said = action.status.model_dump(exclude_none=True)
    return _changed(state, network=NetworkStatus(**{**known, **said}))


def unknown_event(state: State, _action: UnknownEvent) -> State:
    """Count what could not be understood."""
    return _changed(state, unknown_events=state.batch.unknown_events + 1) if state.batch else state


def clock_aligned(state: State, action: a.ClockAligned) -> State:
    """Take the server's times as they stand on our clock."""
    batch = state.batch
    if batch is None:
        return state
    started = action.started_at if action.started_at is not None else batch.started_at
    if (started, action.deadline) == (batch.started_at, batch.deadline):
        return state
    return _changed(state, started_at=started, deadline=action.deadline)


def heard(state: State, action: a.Heard) -> State:
    """Note when the stream last spoke, so that its silence has an age."""
    return _changed(state, updated_at=action.at)


def session_stopped(state: State, action: a.SessionStopped) -> State:
    """Close the session and show what came of it."""
    batch = state.batch
    if batch is None or batch.ended_at is not None:
        return state
    session = merge_session(batch.session, action.session) if action.session else batch.session
    ended = updated(
        batch,
        session=session,
        outcome=action.outcome,
        ended_at=action.at,
        is_final=action.listed or batch.is_sure,
        connection=Connection("stopped"),
    )
    return updated(state, batch=ended, navigation=homeward(state, Route.SUMMARY), notice=None)


def devices_filtered(state: State, action: a.DevicesFiltered) -> State:
    """Show only these devices; the sheet on which they were chosen is left."""
    filtered = _changed(state, shown=action.shown)
    if state.navigation.route is Route.SESSION:
        return went_back(filtered, a.WentBack())
    return filtered


def session_left(state: State, action: a.SessionLeft) -> State:
    """Forget the session and ask anew what can be resumed."""
    busy = frozenset(c for c in state.busy if c.partition(":")[0] not in _OF_A_SESSION)
    left = updated(state, batch=None, notice=action.notice, service=Service(), busy=busy)
    return updated(left, navigation=homeward(left, home_of(left)))


def merge_session(old: Session, new: Session) -> Session:
    """Return ``old`` with everything that ``new`` really says."""
    said = {name: getattr(new, name) for name in new.model_fields_set}
    present = {name: value for name, value in said.items() if value is not None and name != "id"}
    return old.model_copy(update=present)


def _changed(state: State, **changes: Any) -> State:
    return state if state.batch is None else updated(state, batch=updated(state.batch, **changes))


HANDLERS: Handlers[State] = {
    a.SessionOpened: session_opened,
    a.ClockAligned: clock_aligned,
    a.Heard: heard,
    a.SessionStopped: session_stopped,
    a.SessionLeft: session_left,
    a.DevicesFiltered: devices_filtered,
    ConnectionChanged: connection_changed,
    SnapshotLoaded: snapshot_loaded,
    SessionUpdated: session_updated,
    TimeoutWarning: session_updated,
    SessionEnded: session_ended,
    NetworkUpdated: network_updated,
    UnknownEvent: unknown_event,
}
