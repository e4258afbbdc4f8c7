"""What is approved: the form that nothing is lost from, the line, what came of each."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.approving import (
    AllowlistFiltered,
    Approval,
    ApprovalAnswered,
    ApprovalAsked,
    ApprovalsCleared,
    ApprovalWithdrawn,
    Approving,
    DraftTyped,
    next_waiting,
)
from kiosk.services.state.model import State
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import MAC, after, device_of, event, live, mac

BUSY = Problem(Kind.DOMAIN, "RATE_LIMITED", http_status=429)


def approving(*actions: a.Action) -> Approving:
    return after(State(), *actions).approving


def outcomes(slice_: Approving) -> list[tuple[str, str]]:
    return [(approval.mac, approval.outcome) for approval in slice_.approvals]


def test_the_form_keeps_what_is_typed_and_a_mac_in_its_one_form() -> None:
    form = approving(
        DraftTyped("mac", "aabbcc000001"),
        DraftTyped("description", " Rack 2 "),
        DraftTyped("container", "C-7"),
    )
    assert (form.mac, form.description, form.container) == (MAC, "Rack 2", "C-7")


def test_what_is_approved_leaves_the_form_and_the_rest_of_it_stays() -> None:
    filled = (DraftTyped("mac", MAC), DraftTyped("description", "Rack 2"))
    asked = (*filled, ApprovalAsked(MAC, 0.0, "Rack 2"))
    for outcome in ("approved", "known"):
        form = approving(*asked, ApprovalAnswered(MAC, outcome, 1.0))
        assert (form.mac, form.description) == ("", "Rack 2")
    refused = approving(*asked, ApprovalAnswered(MAC, "refused", 1.0, BUSY))
    assert refused.mac == MAC
    other = approving(*asked, ApprovalAnswered(mac(2), "approved", 1.0))
    assert other.mac == MAC


def test_what_is_scanned_first_is_approved_first_and_the_newest_is_shown_first() -> None:
    slice_ = approving(
        ApprovalAsked(mac(1), 0.0), ApprovalAsked(mac(2), 0.0), ApprovalAsked(mac(3), 0.0)
    )
    assert [approval.mac for approval in slice_.approvals] == [mac(3), mac(2), mac(1)]
    first = next_waiting(slice_)
    assert first is not None
    assert first.mac == mac(1)
    assert next_waiting(Approving()) is None


def test_a_device_stands_in_line_once() -> None:
    slice_ = approving(
        ApprovalAsked(mac(1), 0.0, "a"), ApprovalAsked(mac(2), 0.0), ApprovalAsked(mac(1), 0.0, "b")
    )
    assert outcomes(slice_) == [(mac(1), "waiting"), (mac(2), "waiting")]
    assert slice_.approvals[0].description == "a"


def test_what_was_just_approved_is_not_asked_for_again_but_comes_first() -> None:
    slice_ = approving(
        ApprovalAsked(mac(1), 0.0),
        ApprovalAnswered(mac(1), "approved", 1.0),
        ApprovalAsked(mac(2), 0.0),
        ApprovalAsked(mac(1), 0.0),
    )
    assert outcomes(slice_) == [(mac(1), "approved"), (mac(2), "waiting")]


def test_what_was_approved_a_while_ago_is_asked_for_again_for_it_may_be_gone() -> None:
    once = (ApprovalAsked(MAC, 0.0), ApprovalAnswered(MAC, "approved", 1.0))
    assert outcomes(approving(*once, ApprovalAsked(MAC, 5.9))) == [(MAC, "approved")]
    assert outcomes(approving(*once, ApprovalAsked(MAC, 6.0))) == [(MAC, "waiting")]


def test_what_was_refused_can_be_asked_for_again() -> None:
    slice_ = approving(
        ApprovalAsked(MAC, 0.0),
        ApprovalAnswered(MAC, "refused", 1.0, BUSY),
        ApprovalAsked(MAC, 0.0),
    )
    assert slice_.approvals == (Approval(MAC),)


def test_what_was_withdrawn_can_be_approved_anew() -> None:
    slice_ = approving(
        ApprovalAsked(MAC, 0.0), ApprovalAnswered(MAC, "approved", 1.0), ApprovalWithdrawn(MAC)
    )
    assert slice_.approvals == ()


def test_clearing_the_list_leaves_what_stands_in_line() -> None:
    slice_ = approving(
        ApprovalAsked(mac(1), 0.0),
        ApprovalAnswered(mac(1), "refused", 1.0, BUSY),
        ApprovalAsked(mac(2), 0.0),
        ApprovalsCleared(),
    )
    assert outcomes(slice_) == [(mac(2), "waiting")]


def test_the_filter_is_kept() -> None:
    assert approving(AllowlistFiltered("used")).usage == "used"


@pytest.mark.parametrize("known", [False, None])
def test_an_approved_device_waits_to_be_set_up_even_if_its_list_tells_nothing(
    known: bool | None,
) -> None:
    refusal = Problem(Kind.DOMAIN, "DEVICE_NOT_IN_ALLOWLIST", http_status=403)
    blocked = live(event(in_allowlist=known), a.DeviceRefused(MAC, refusal))
    device = device_of(after(blocked, a.DeviceApproved(MAC)))
    assert (device.refusal, device.in_allowlist) == (None, True)


def test_an_approval_of_what_is_not_in_the_session_changes_nothing_there() -> None:
    state = live(event())
    assert after(state, a.DeviceApproved(mac(9))) is state
    assert after(State(), a.DeviceApproved(MAC)) == State()
