"""One device's sheet: where it is, what went wrong, what to do, the technical part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.services.state.model import Device, State
from kiosk.services.views.devices import (
    MOVING,
    STEPS,
    is_blocked,
    is_queued,
    look_of,
    problem_of,
    signal_of,
    tail_of,
    tone_in,
    what_to_do,
    what_went_wrong,
)
from kiosk.services.views.language import UNKNOWN, _, plural
from kiosk.services.views.parts import NO_BANNER, BannerView, ButtonView, notice_banner
from kiosk.services.wire.features import Feature
from kiosk.services.wire.provisioning import DEVICE_RANK

_SENDING, _CHECKING = 1, 3
_UNTOUCHED = frozenset({"discovered", "failed"})


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step of the way: its word and whether it is done, under way or still ahead."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class DeviceView:
    """Everything on a device's sheet."""

    tail: str
    title: str
    word: str
    icon: str
    tone: str
    steps: tuple[StepMark, ...]
    problem: str
    advice: str
    facts: str
    details: str
    details_label: str
    banner: BannerView
    back: str
    skip: ButtonView
    action: ButtonView


def view_of(state: State, now: float) -> DeviceView:
    """Return the sheet of the device that was opened, at ``now``."""
    batch, mac = state.open_batch(), state.navigation.subject or ""
    device = batch.devices.get(mac) or Device(mac, state="?")
    anything_moves = any(d.state in MOVING for d in batch.devices.values())
    queued = is_queued(device, anything_moves=anything_moves, now=now)
    look = look_of(device, anything_moves=anything_moves, now=now)
    shown = state.navigation.details
    return DeviceView(
        tail=tail_of(mac),
        title=" · ".join(part for part in (device.name, mac) if part),
        word=_(look.word),
        icon=look.icon,
        tone=tone_in(batch, look.tone),
        steps=tuple(replace(mark, tone=tone_in(batch, mark.tone)) for mark in _steps(device)),
        # The technical part takes the place of the plain words: both do not fit on 89 mm.
        problem="" if shown or queued else what_went_wrong(device),
        advice="" if shown or queued else _advice(state, device),
        facts="" if shown else _facts(device),
        details=_details(device) if shown else "",
        details_label=_("Less") if shown else _("Details"),
        banner=notice_banner(state.notice, now, shown=shown) if state.notice else NO_BANNER,
        back=_("Back"),
        skip=_skip(state, device, queued=queued),
        action=_action(state, device, queued=queued),
    )


def _advice(state: State, device: Device) -> str:
    if state.open_batch().is_paused and device.state in _UNTOUCHED:
        return _("The session is paused: continue it first.")
    return what_to_do(device)


def _skip(state: State, device: Device, *, queued: bool) -> ButtonView:
    """Return the button that leaves the device out, where it can be left out."""
    possible = device.state in _UNTOUCHED and not queued and "skip" not in state.lacking
    if state.open_batch().ended_at is not None or not possible:
        return ButtonView("", "", enabled=False)
    busy = bool({f"{name}:{device.mac}" for name in ("skip", "provision", "retry")} & state.busy)
    label = _("Asking …") if f"skip:{device.mac}" in state.busy else _("Hold to skip")
    return ButtonView(
        "skip", label, "skip-next", "skip", (device.mac,), enabled=not busy, hold=True
    )


def _facts(device: Device) -> str:
    facts = [_("Signal {signal}").format(signal=signal_of(device))]
    if device.retry_count:
        facts.append(plural("tried again once", "tried again {n} times", device.retry_count))
    return " · ".join(facts)


def _steps(device: Device) -> tuple[StepMark, ...]:
    """Mark each step as done, under way, failed or still ahead."""
    rank = DEVICE_RANK.get(device.state, -1)
    last = len(STEPS) - 1
    failed_at = _failed_step(device)
    marks = []
    for index, (word, reached) in enumerate(STEPS):
        at = DEVICE_RANK[reached]
        if index == failed_at:
            mark = StepMark(_(word), "close-octagon", "bad")
        elif index < failed_at or rank > at or (rank == at and index in {0, last}):
            mark = StepMark(_(word), "check-circle", "good")
        elif rank == at:
            mark = StepMark(_(word), "progress-clock", "moving")
        else:
            mark = StepMark(_(word), "circle-outline", "quiet")
        marks.append(mark)
    return tuple(marks)


def _failed_step(device: Device) -> int:
    """Return the index of the step that failed; -1 when none did or nobody says which."""
    problem = problem_of(replace(device, refusal=None))
    if device.state != "failed" or problem is None:
        return -1
    return _CHECKING if problem.code == "VERIFICATION_TIMEOUT" else _SENDING


def _details(device: Device) -> str:
    problem = problem_of(device)
    parts = [
        f"MAC {device.mac}",
        f"IP {device.ip or '–'}",
        _("firmware {version}").format(version=device.firmware_version or UNKNOWN),
        _("state {state}").format(state=device.state),
    ]
    if problem is not None and problem.code:
        parts.append(_("code {code}").format(code=problem.code))
    if problem is not None and problem.correlation_id:
        parts.append(_("correlation id {id}").format(id=problem.correlation_id))
    if device.error:
        parts.append(device.error)
    return " · ".join(parts)


def _action(state: State, device: Device, *, queued: bool) -> ButtonView:
    if state.open_batch().ended_at is not None:
        return ButtonView("", "", enabled=False)
    if is_blocked(device) and Feature.ALLOWLIST not in state.off:
        busy = f"allow:{device.mac}" in state.busy
        label = _("Approving …") if busy else _("Approve")
        return ButtonView(
            "approve", label, "shield-check", "allow", (device.mac,), enabled=not busy
        )
    if device.state == "failed":
        name, of_all, text, icon = "retry", "retry_failed", _("Retry"), "refresh"
    elif device.state == "discovered":
        name, of_all, text, icon = "provision", "provision_all", _("Provision"), "upload"
    else:
        return ButtonView("", "", enabled=False)
    busy = bool({f"{name}:{device.mac}", of_all} & state.busy)
    # Asked for twice, a failed device would spend two of its retries.
    enabled = not (busy or queued or is_blocked(device) or state.open_batch().is_paused)
    label = _("Asking …") if busy else text
    return ButtonView(name, label, icon, name, (device.mac,), enabled=enabled, role="primary")
