"""How a device looks: its word, icon and tone, its place in the order, what went wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from kiosk.services.state.model import Batch, Device, Shown
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.wire.codes import CODES, next_step, sentence
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind, Problem

MOVING = frozenset({"connecting", "provisioning", "provisioned", "verifying"})

# A device that was asked for and still waits is believed to be in line for this long after the
# last sign that the service is at work; then it waits for a person again.
QUEUE_PATIENCE_SECONDS = 30.0

_CODE = re.compile(r"[A-Z][A-Z_]{4,}")


class Group(IntEnum):
    """What a device needs, in the order of the screen: a person first, nobody last."""

    FAILED = 0
    BLOCKED = 1
    WAITING = 2
    QUEUED = 3
    MOVING = 4
    READY = 5
    SKIPPED = 6


@dataclass(frozen=True, slots=True)
class Among:
    """Groups that are counted, and can be shown alone, under one word."""

    icon: str
    word: str
    tone: str
    among: frozenset[Group]


GROUPS: Mapping[Shown, Among] = MappingProxyType(
    {
        "problems": Among(
            "close-octagon", N_("Problem"), "bad", frozenset({Group.FAILED, Group.BLOCKED})
        ),
        "waiting": Among("gesture-tap", N_("Waiting"), "waiting", frozenset({Group.WAITING})),
        "busy": Among(
            "progress-upload", N_("Busy"), "moving", frozenset({Group.QUEUED, Group.MOVING})
        ),
        "ready": Among("check-circle", N_("Ready"), "good", frozenset({Group.READY})),
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """A state's word, icon and tone, how far it is (0 to 1) and its group in the order."""

    word: str
    icon: str
    tone: str
    progress: float
    group: Group


FAILED = Look(N_("Failed"), "close-octagon", "bad", 0.0, Group.FAILED)
_BLOCKED = Look(N_("Blocked"), "shield-alert", "bad", 0.0, Group.BLOCKED)
WAITING = Look(N_("Waiting"), "gesture-tap", "waiting", 0.0, Group.WAITING)
_QUEUED = Look(N_("In line"), "timer-sand", "moving", 0.1, Group.QUEUED)
_VERIFIED = Look(N_("Ready"), "check-circle", "good", 1.0, Group.READY)
_SKIPPED = Look(N_("Skipped"), "skip-next-circle-outline", "quiet", 0.0, Group.SKIPPED)

_LOOKS = {
    "failed": FAILED,
    "discovered": WAITING,
    "connecting": Look(N_("Sending"), "upload", "moving", 0.25, Group.MOVING),
    "provisioning": Look(N_("Sending"), "upload", "moving", 0.4, Group.MOVING),
    "provisioned": Look(N_("Sent"), "check", "moving", 0.6, Group.MOVING),
    "verifying": Look(N_("Checking"), "wifi-sync", "moving", 0.8, Group.MOVING),
    "verified": _VERIFIED,
    "skipped": _SKIPPED,
}

# The steps that the device's sheet names, in order, with the states that have reached them.
STEPS = (
    (N_("Found"), "discovered"),
    (N_("Sending"), "provisioning"),
    (N_("Sent"), "provisioned"),
    (N_("Checking"), "verifying"),
    (N_("Ready"), "verified"),
)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One tile: everything that it paints."""

    mac: str
    tail: str
    title: str
    word: str
    icon: str
    tone: str
    progress: float
    filled: bool
    detail: str
    signal: str
    live: bool


def tone_in(batch: Batch, tone: str) -> str:
    """Return the tone, or grey for what may be otherwise by now: the stream is lost."""
    return tone if batch.is_sure else "quiet"


def is_blocked(device: Device) -> bool:
    """Return whether the device waits but the service will not take it."""
    if device.state != "discovered":
        return False
    refused = device.refusal is not None and device.refusal.code == "DEVICE_NOT_IN_ALLOWLIST"
    return refused or device.in_allowlist is False


def is_queued(device: Device, *, anything_moves: bool, now: float) -> bool:
    """Return whether the service took the device on and has not begun with it."""
    if device.state not in {"discovered", "failed"} or device.asked_at is None:
        return False
    return anything_moves or now - device.asked_at < QUEUE_PATIENCE_SECONDS


def look_of(device: Device, *, anything_moves: bool, now: float) -> Look:
    """Return the device's look; a state that nobody has heard of shows its own word."""
    if is_blocked(device):
        return _BLOCKED
    if is_queued(device, anything_moves=anything_moves, now=now):
        return _QUEUED
    known = _LOOKS.get(device.state)
    return known or Look(device.state, "help-circle-outline", "waiting", 0.5, Group.QUEUED)


def row_of(device: Device, look: Look, *, live: bool) -> DeviceRow:
    """Return the device's tile; what is tried anew no longer shows why it failed before."""
    return DeviceRow(
        mac=device.mac,
        tail=tail_of(device.mac),
        title=device.name or device.mac,
        word=_(look.word),
        icon=look.icon,
        tone=look.tone,
        progress=look.progress,
        filled=look.tone == "bad",
        detail="" if look is _QUEUED else what_went_wrong(device),
        signal=signal_of(device),
        live=live,
    )


def tail_of(mac: str) -> str:
    """Return the last two bytes, which is what a device's label is told apart by."""
    return mac[-5:]


def signal_of(device: Device) -> str:
    """Return the signal with its unit, or a dash: absent is unknown."""
    return f"{device.rssi} dBm" if device.rssi is not None else UNKNOWN


def problem_of(device: Device) -> Problem | None:
    """Return what is wrong with the device as a problem, if its code is one we know."""
    if device.refusal is not None:
        return device.refusal
    if is_blocked(device):
        return Problem(Kind.DOMAIN, code="DEVICE_NOT_IN_ALLOWLIST")
    code = next((word for word in _CODE.findall(device.error or "") if word in CODES), None)
    if code is None:
        return None
    return Problem(
        Kind.DOMAIN, code=code, message=device.error or "", retryable=CODES[code].retryable
    )


def what_went_wrong(device: Device) -> str:
    """Return what happened in a technician's words; the service's own where we have none."""
    problem = problem_of(device)
    return _(sentence(problem)) if problem else (device.error or "")


def what_to_do(device: Device) -> str:
    """Return the next step for a device that needs a person."""
    problem = problem_of(device)
    if problem:
        return _(next_step(problem))
    return _("Try again; if it fails again, power-cycle the device.") if device.error else ""
