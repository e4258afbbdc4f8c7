"""The slice of what a person approves: the form, what was scanned, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.problem import Problem

Usage = Literal["all", "available", "used"]
Part = Literal["mac", "description", "container"]
Outcome = Literal["waiting", "approved", "known", "refused"]

# As many as there are devices in the largest session.
_MOST = 2000
# What is scanned once more so soon was not meant so; later its approval may be gone by then.
SAME_SCAN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Approval:
    """One device that was to be approved, with what was said of it then; ``at`` is the answer's."""

    mac: str
    description: str = ""
    container: str = ""
    outcome: Outcome = "waiting"
    problem: Problem | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Approving:
    """The form, kept for all that is scanned, and the approvals, the newest first.

    ``usage`` is which of the approved devices are in sight.
    """

    mac: str = ""
    description: str = ""
    container: str = ""
    approvals: tuple[Approval, ...] = ()
    usage: Usage = "all"


@dataclass(frozen=True, slots=True)
class DraftTyped:
    """A part of the form was typed, picked or scanned."""

    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A device is to be approved; ``mac`` is canonical."""

    mac: str
    at: float
    description: str = ""
    container: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalAnswered:
    """What came of an approval; a refusal has its problem."""

    mac: str
    outcome: Outcome
    at: float
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ApprovalsCleared:
    """The list of what came of it was read."""


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn:
    """A device is approved no more."""

    mac: str


@dataclass(frozen=True, slots=True)
class AllowlistFiltered:
    """Only these approved devices are to be in sight."""

    usage: Usage


ApprovingAction = (
    DraftTyped
    | ApprovalAsked
    | ApprovalAnswered
    | ApprovalsCleared
    | ApprovalWithdrawn
    | AllowlistFiltered
)


def draft_typed(approving: Approving, action: DraftTyped) -> Approving:
    """Keep what was typed; a MAC in its canonical form once it is one."""
    text = action.text.strip()
    if action.part == "mac":
        text = canonical(text) or text
    return updated(approving, **{action.part: text})


def approval_asked(approving: Approving, action: ApprovalAsked) -> Approving:
    """Put the device in line, unless it stands there or was just approved: then it comes first."""
    old = next((approval for approval in approving.approvals if approval.mac == action.mac), None)
    new = Approval(action.mac, action.description, action.container)
    if old is not None and _still_stands(old, action.at):
        new = old
    others = tuple(approval for approval in approving.approvals if approval.mac != action.mac)
    return updated(approving, approvals=(new, *others[: _MOST - 1]))


def approval_answered(approving: Approving, action: ApprovalAnswered) -> Approving:
    """Note what came of it; a MAC that has done its work leaves the form, a refused one stays."""
    approvals = tuple(
        updated(approval, outcome=action.outcome, problem=action.problem, at=action.at)
        if approval.mac == action.mac
        else approval
        for approval in approving.approvals
    )
    is_done = action.outcome != "refused" and approving.mac == action.mac
    return updated(approving, approvals=approvals, mac="" if is_done else approving.mac)


def approvals_cleared(approving: Approving, _action: ApprovalsCleared) -> Approving:
    """Forget what came of it, but nothing that still stands in line."""
    waiting = tuple(a for a in approving.approvals if a.outcome == "waiting")
    return updated(approving, approvals=waiting)


def approval_withdrawn(approving: Approving, action: ApprovalWithdrawn) -> Approving:
    """Forget that it was approved here: scanned once more, it is approved anew."""
    others = tuple(a for a in approving.approvals if a.mac != action.mac)
    return updated(approving, approvals=others)


def allowlist_filtered(approving: Approving, action: AllowlistFiltered) -> Approving:
    """Show only these."""
    return updated(approving, usage=action.usage)


def _still_stands(approval: Approval, now: float) -> bool:
    if approval.outcome == "approved" and approval.at is not None:
        return now - approval.at < SAME_SCAN_SECONDS
    return approval.outcome == "waiting"


def next_waiting(approving: Approving) -> Approval | None:
    """Return the approval that has waited longest."""
    return next((a for a in reversed(approving.approvals) if a.outcome == "waiting"), None)


HANDLERS: Handlers[Approving] = {
    DraftTyped: draft_typed,
    ApprovalAsked: approval_asked,
    ApprovalAnswered: approval_answered,
    ApprovalsCleared: approvals_cleared,
    ApprovalWithdrawn: approval_withdrawn,
    AllowlistFiltered: allowlist_filtered,
}
