"""Reducers of the devices: merge what is said, never lose, never step back without a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Batch, Device, State
from kiosk.services.wire.events import DeviceUpdated
from kiosk.services.wire.provisioning import DEVICE_RANK, Candidate

MAX_DEVICES = 2000

# A candidate's fields that a device keeps under the same name.
_KEPT = frozenset(
    {
        "name",
        "ip",
        "rssi",
        "firmware_version",
        "in_allowlist",
        "container_id",
        "retry_count",
    }
)


def device_updated(state: State, action: DeviceUpdated) -> State:
    """Merge one event into its device; an unknown device becomes a row (contract.md §3.4)."""
    batch = state.batch
    if batch is None or (action.session_id or batch.session.id) != batch.session.id:
        return state
    old = batch.devices.get(action.mac)
    if old is None:
        if len(batch.devices) >= MAX_DEVICES:
            return state
        new = _merged(Device(action.mac), action)
    elif _is_older(old, action):
        return state
    else:
        new = _merged(old, action)
    return _with_devices(state, batch, {action.mac: new})


def devices_asked(state: State, action: a.DevicesAsked) -> State:
    """Remember which devices the service agreed to set up, and when."""
    batch = state.batch
    if batch is None:
        return state
    macs = action.macs
    if macs is None:
        macs = tuple(
            device.mac
            for device in batch.devices.values()
            if device.state == "discovered" and device.in_allowlist is not False
        )
    asked = {
        mac: replace(batch.devices[mac], asked_at=action.at, refusal=None)
        for mac in macs
        if mac in batch.devices
    }
    first = batch.first_asked_at if batch.first_asked_at is not None else action.at
    marked = replace(batch, first_asked_at=first, asked_at=action.at)
    return _with_devices(replace(state, batch=marked), marked, asked)


def device_refused(state: State, action: a.DeviceRefused) -> State:
    """Keep at the device why the service would not do what was asked."""
    batch = state.batch
    if batch is None or action.mac not in batch.devices:
        return state
    refused = replace(batch.devices[action.mac], refusal=action.problem, asked_at=None)
    return _with_devices(state, batch, {action.mac: refused})


def from_snapshot(old: Device | None, candidate: Candidate) -> Device:
    """Return the device as the service lists it, with what only we know of it."""
    said = {name: getattr(candidate, name) for name in _KEPT & candidate.model_fields_set}
    state = candidate.state or (old.state if old else "discovered")
    kept: dict[str, Any] = {}
    if old is not None:
        for name in _KEPT:
            kept[name] = getattr(old, name)
        kept["changed_at"] = old.changed_at
        if old.state == state:
            kept["asked_at"], kept["refusal"] = old.asked_at, old.refusal
            kept["progress"] = old.progress
    error = candidate.error_message if state == "failed" else None
    return Device(mac=candidate.mac or "", state=state, error=error, **{**kept, **said})


def _is_older(device: Device, action: DeviceUpdated) -> bool:
    return action.at is not None and device.changed_at is not None and action.at < device.changed_at


def _merged(old: Device, action: DeviceUpdated) -> Device:
    candidate = action.device
    changes: dict[str, Any] = {
        name: getattr(candidate, name) for name in _KEPT & candidate.model_fields_set
    }
    if action.at is not None:
        changes["changed_at"] = action.at
    state = _next_state(old.state, action.state)
    if state != old.state:
        changes.update(state=state, asked_at=None, refusal=None, progress=None)
    if action.progress is not None:
        changes["progress"] = action.progress
    changes["error"] = (action.error or old.error) if state == "failed" else None
    return replace(old, **changes)


def _next_state(old: str, said: str | None) -> str:
    """Return the state after ``said``: forwards, into failure, or out of it; never backwards."""
    if said is None or old == said:
        return old
    if old in DEVICE_RANK and said in DEVICE_RANK and DEVICE_RANK[said] < DEVICE_RANK[old]:
        return old
    return said


def _with_devices(state: State, batch: Batch, changed: Mapping[str, Device]) -> State:
    devices = MappingProxyType({**batch.devices, **changed})
    return replace(state, batch=replace(batch, devices=devices))


HANDLERS: Handlers = {
    DeviceUpdated: device_updated,
    a.DevicesAsked: devices_asked,
    a.DeviceRefused: device_refused,
}
