"""What a person does to the allowlist: one by one, one after another, and back."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from kiosk.services.state import actions as a
from kiosk.services.state.approving import SAME_SCAN_SECONDS
from kiosk.services.state.model import Editor, Route
from kiosk.services.wire.allowlist import AllowlistEntry
from tests.services.runtime.fakes import NO_ANSWER, Kit, noticed, refused
from tests.services.state.build import MAC, event, mac


def outcomes(kit: Kit) -> list[tuple[str, str]]:
    """Return what came of each approval, in the order of asking."""
    return [(one.mac, one.outcome) for one in reversed(kit.state.approving.approvals)]


@pytest.fixture
async def form(kit: Kit) -> Kit:
    """Return a kit with the form in sight and the allowlist read."""
    kit.intents.open("approve")
    await kit.settle()
    return kit


async def test_what_is_typed_into_the_editor_fills_the_form(form: Kit) -> None:
    for part, typed in (("mac", "aabbcc000001"), ("description", "Rack 2"), ("container", "C-7")):
        getattr(form.intents, f"edit_{part}")()
        form.intents.type_text(typed)
        form.intents.accept()
        assert form.state.navigation.route is Route.APPROVE
    draft = form.state.approving
    assert (draft.mac, draft.description, draft.container) == (MAC, "Rack 2", "C-7")

    form.intents.edit_mac()
    assert form.state.editor.text.get_secret_value() == "AABBCC000001"
    form.intents.erase()
    form.intents.accept()
    assert form.state.editor.error, "eleven digits are no MAC"
    assert form.state.approving.mac == MAC


async def test_the_form_is_approved_with_all_that_it_says(form: Kit) -> None:
    form.intents.pick_mac(MAC)
    form.intents.accept_description(Editor(text=SecretStr("Rack 2")))
    form.intents.accept_container(Editor(text=SecretStr("C-7")))
    form.intents.approve()
    await form.settle()

    assert form.client.asked("add") == [(MAC, "Rack 2", "C-7")]
    assert outcomes(form) == [(MAC, "approved")]
    assert form.state.busy == frozenset()
    assert len(form.client.asked("entries")) == 2, "the list is read again"


async def test_what_is_scanned_is_approved_one_after_another(form: Kit) -> None:
    gate = form.client.hold("add")
    for number in (1, 2, 3):
        form.intents.approve_next(mac(number))
    await form.settle()
    assert form.client.asked("add") == [(mac(1), None, None)]
    gate.set()
    await form.settle()

    assert [asked[0] for asked in form.client.asked("add")] == [mac(1), mac(2), mac(3)]
    assert form.client.most_at_once == 1
    assert {outcome for _mac, outcome in outcomes(form)} == {"approved"}


async def test_what_is_scanned_at_the_last_moment_is_not_left_in_line(form: Kit) -> None:
    form.intents.approve_next(mac(1))
    await form.settle()
    form.intents.approve_next(mac(2))
    await form.settle()
    assert outcomes(form) == [(mac(1), "approved"), (mac(2), "approved")]


async def test_what_is_listed_already_is_not_sent_again(kit: Kit) -> None:
    kit.client.says("entries", (AllowlistEntry(mac=MAC, description="kept"),))
    kit.intents.open("approve")
    await kit.settle()
    kit.intents.approve_next(MAC)
    await kit.settle()
    assert outcomes(kit) == [(MAC, "known")]
    assert kit.client.asked("add") == []


async def test_each_refusal_stays_readable_and_can_be_tried_again_with_what_it_said(
    form: Kit,
) -> None:
    form.client.says("add", refused("CONFLICT"), refused("VALIDATION_FAILED", 400), NO_ANSWER, None)
    form.intents.accept_description(Editor(text=SecretStr("Rack 2")))
    for number in (1, 2, 3):
        form.intents.approve_next(mac(number))
    await form.settle()
    assert outcomes(form) == [(mac(1), "known"), (mac(2), "refused"), (mac(3), "refused")]
    codes = [one.problem.code for one in form.state.approving.approvals if one.problem]
    assert codes == [None, "VALIDATION_FAILED"]

    form.intents.accept_description(Editor(text=SecretStr("another")))
    form.intents.approve_refused(mac(3))
    await form.settle()
    assert form.client.asked("add")[3:] == [(mac(3), "Rack 2", None)]
    form.intents.approve_refused()
    await form.settle()
    assert {outcome for _mac, outcome in outcomes(form)} == {"known", "approved"}

    form.intents.clear_approvals()
    assert outcomes(form) == []


async def test_a_refused_mac_stays_in_the_form(form: Kit) -> None:
    form.client.says("add", NO_ANSWER)
    form.intents.pick_mac(MAC)
    form.intents.approve()
    await form.settle()
    assert form.state.approving.mac == MAC


@pytest.mark.parametrize("answer", [None, refused("CONFLICT")])
async def test_a_refused_device_is_approved_from_its_sheet_and_listed_again(
    kit: Kit, answer: object
) -> None:
    kit.client.says("add", answer)
    kit.open()
    kit.tell(event(session_id="s1"), a.DeviceRefused(MAC, refused("DEVICE_NOT_IN_ALLOWLIST", 403)))
    kit.intents.allow(MAC)
    kit.intents.allow(MAC)
    await kit.settle()

    assert kit.client.asked("add") == [(MAC, None, None)]
    assert kit.batch.devices[MAC].refusal is None
    assert kit.feed.lists == 1
    assert kit.state.notice is None


async def test_a_failed_approval_says_so_and_can_be_done_again(kit: Kit) -> None:
    kit.client.says("add", NO_ANSWER, None)
    kit.intents.allow(MAC, "Rack 2")
    await kit.settle()
    assert kit.state.notice is not None
    kit.intents.again(noticed(kit.state))
    await kit.settle()
    assert kit.client.asked("add") == [(MAC, "Rack 2", None)] * 2
    assert kit.state.notice is None


async def test_an_approval_is_withdrawn_and_can_be_given_again(form: Kit) -> None:
    form.intents.approve_next(MAC)
    await form.settle()
    form.intents.disallow(MAC)
    await form.settle()
    assert form.client.asked("remove") == [(MAC,)]
    form.intents.approve_next(MAC)
    await form.settle()
    assert len(form.client.asked("add")) == 2

    form.client.says("remove", NO_ANSWER)
    form.intents.disallow(MAC)
    await form.settle()
    assert form.state.notice is not None
    assert outcomes(form) == [(MAC, "approved")]


async def test_what_somebody_else_removed_since_it_was_approved_here_is_approved_anew(
    form: Kit,
) -> None:
    form.intents.approve_next(MAC)
    await form.settle()
    assert form.state.allowlist.entries.value == ()
    await form.clock.advance(SAME_SCAN_SECONDS)
    form.intents.approve_next(MAC)
    await form.settle()
    assert len(form.client.asked("add")) == 2


@pytest.mark.parametrize("reading", ["under way", "failing", "of before"])
async def test_what_was_withdrawn_is_approved_anew_before_a_new_list_is_there(
    kit: Kit, reading: str
) -> None:
    kit.client.says("entries", (AllowlistEntry(mac=MAC),))
    kit.intents.open("allowlist")
    await kit.settle()
    if reading == "failing":
        kit.client.says("entries", NO_ANSWER)
    gate = kit.client.hold("entries")
    if reading == "of before":
        kit.intents.refresh()
        await kit.settle()
    kit.intents.disallow(MAC)
    await kit.settle()
    if reading == "failing":
        gate.set()
        await kit.settle()
    kit.intents.approve_next(MAC)
    await kit.settle()
    assert kit.client.asked("add") == [(MAC, None, None)]


async def test_an_old_list_does_not_tell_that_a_device_is_approved(kit: Kit) -> None:
    kit.client.says("entries", (AllowlistEntry(mac=MAC),))
    kit.intents.open("allowlist")
    await kit.settle()
    kit.intents.back()
    await kit.clock.advance(31)
    kit.intents.approve_next(MAC)
    await kit.settle()
    assert kit.client.asked("add") == [(MAC, None, None)]


async def test_the_filter_is_chosen_by_a_tap(kit: Kit) -> None:
    kit.intents.filter_allowlist("used")
    assert kit.state.approving.usage == "used"
