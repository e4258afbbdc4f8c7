"""Reducers of the devices: merge what is said, never lose, never step back without a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Batch, Device, State
from kiosk.services.wire.events import DeviceUpdated
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.provisioning import DEVICE_RANK, Candidate

MAX_DEVICES = 2000
_ASKABLE = frozenset({"discovered", "failed"})
_READY_RANK = DEVICE_RANK["verified"]

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
        "provisioned_at",
        "verified_at",
    }
)


def device_updated(state: State, action: DeviceUpdated) -> State:
    """Merge one event into its device; an unknown device becomes a row (contract.md §3.4)."""
    batch = state.batch
    if batch is None or not batch.is_meant_by(action.session_id):
        return state
    old = batch.devices.get(action.mac)
    if old is None:
        if len(batch.devices) >= MAX_DEVICES:
            return state
        new = _merged(Device(action.mac), action)
    elif is_older(old, action):
        return state
    else:
        new = _merged(old, action)
    return _with_devices(state, batch, {action.mac: new})


def devices_asked(state: State, action: a.DevicesAsked) -> State:
    """Remember which devices the service agreed to set up, and when."""
    batch = state.batch
    if batch is None:
        return state
    macs = set(action.macs)
    if not any(_is_under_way(d) for d in batch.devices.values() if d.mac not in macs):
        # A new wave: the pause since the last one says nothing about the pace of this one.
        ready = sum(device.state == "verified" for device in batch.devices.values())
        batch = updated(batch, first_asked_at=action.at, ready_before=ready)
    # Its events may be faster than the answer: what has begun no longer stands in line, nor what
    # has already failed again.
    asked = {
        mac: updated(device, asked_at=action.at, refusal=None)
        for mac, device in batch.devices.items()
        if mac in macs - action.failed and device.state in _ASKABLE
    }
    return _with_devices(state, batch, asked)


def failed_since(before: Batch, now: Batch) -> frozenset[str]:
    """Return the devices that have failed in between, perhaps once more."""
    return frozenset(
        mac
        for mac, device in now.devices.items()
        if device.state == "failed" and _has_failed_since(before.devices.get(mac), device)
    )


def device_refused(state: State, action: a.DeviceRefused) -> State:
    """Keep at the device why the service would not do what was asked."""
    batch = state.batch
    if batch is None or action.mac not in batch.devices:
        return state
    refused = updated(batch.devices[action.mac], refusal=action.problem, asked_at=None)
    return _with_devices(state, batch, {action.mac: refused})


def device_approved(state: State, action: a.DeviceApproved) -> State:
    """Take away what kept the device from being set up; its list may not tell of approvals."""
    batch = state.batch
    if batch is None or action.mac not in batch.devices:
        return state
    device = batch.devices[action.mac]
    approved = updated(device, in_allowlist=True, refusal=_still_true(device.refusal))
    return _with_devices(state, batch, {action.mac: approved})


def from_snapshot(old: Device | None, candidate: Candidate) -> Device:
    """Return the device as the service lists it, with what only we know of it."""
    said = {name: getattr(candidate, name) for name in _KEPT & candidate.model_fields_set}
    state = candidate.state or (old.state if old else "discovered")
    kept: dict[str, Any] = {}
    if old is not None:
        for name in _KEPT:
            kept[name] = getattr(old, name)
        # Not changed_at: a server whose clock was set back would never be heard again.
        kept["asked_at"] = _still_asked_at(old, state)
        if old.state == state:
            kept["refusal"], kept["progress"] = old.refusal, old.progress
    if candidate.in_allowlist:
        kept["refusal"] = _still_true(kept.get("refusal"))
    error = None
    if state == "failed":
        error = candidate.error_message or (old.error if old is not None else None)
    return Device(mac=candidate.mac or "", state=state, error=error, **{**kept, **said})


def _is_under_way(device: Device) -> bool:
    return device.asked_at is not None or 0 < DEVICE_RANK.get(device.state, 0) < _READY_RANK


def _has_failed_since(old: Device | None, new: Device) -> bool:
    """Return whether the failure is another one; a list does not date the one that it tells of."""
    if old is None or old.state != "failed":
        return True
    is_dated_anew = new.changed_at is not None and new.changed_at != old.changed_at
    return is_dated_anew or new.retry_count != old.retry_count


def _still_asked_at(old: Device, state: str) -> float | None:
    """Return since when the device stands in line: a failed one that waits anew has not begun."""
    return old.asked_at if state in {old.state, "discovered"} else None


def _still_true(refusal: Problem | None) -> Problem | None:
    """Return what is left of a refusal once the service says that the device is approved."""
    if refusal is not None and refusal.code == "DEVICE_NOT_IN_ALLOWLIST":
        return None
    return refusal


def is_older(device: Device, action: DeviceUpdated) -> bool:
    """Return whether the service dates the event before what the device has told last (§3.4.10)."""
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
        asked_at = _still_asked_at(old, state)
        changes.update(state=state, asked_at=asked_at, refusal=None, progress=None)
    elif candidate.in_allowlist:
        changes["refusal"] = _still_true(old.refusal)
    if action.progress is not None:
        changes["progress"] = action.progress
    changes["error"] = (action.error or old.error) if state == "failed" else None
    return updated(old, **changes)


def _next_state(old: str, said: str | None) -> str:
    """Return the state after ``said``: forwards, into failure, or out of it; never backwards."""
    if said is None or old == said:
        return old
    if old in DEVICE_RANK and said in DEVICE_RANK and DEVICE_RANK[said] < DEVICE_RANK[old]:
        return old
    return said


def _with_devices(state: State, batch: Batch, changed: Mapping[str, Device]) -> State:
    different = {mac: d for mac, d in changed.items() if batch.devices.get(mac) is not d}
    if different:
        batch = replace(batch, devices=MappingProxyType(batch.devices | different))
    return state if batch is state.batch else replace(state, batch=batch)


HANDLERS: Handlers[State] = {
    DeviceUpdated: device_updated,
    a.DevicesAsked: devices_asked,
    a.DeviceRefused: device_refused,
    a.DeviceApproved: device_approved,
}
