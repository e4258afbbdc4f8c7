"""What taps on the session's screen set off: once, at the right devices, of the right session."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Route
from kiosk.services.views import provision
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import ProvisionAllResult
from tests.services.runtime.fakes import ABSENT, NO_ANSWER, REFUSED_KEY, Kit, noticed, refused
from tests.services.state.build import event, mac, snapshot

REJECTED = Problem(Kind.DOMAIN, "DEVICE_UNREACHABLE", http_status=502, retryable=True)


def devices(kit: Kit, *states: str) -> None:
    """Open a live session with devices 1, 2, 3 ... in these states."""
    kit.open("s1")
    listed = ({"mac": mac(n), "state": state} for n, state in enumerate(states, start=1))
    kit.tell(snapshot(*listed, session={"id": "s1"}), ConnectionChanged("live"))


async def test_provision_all_marks_those_that_waited_when_it_was_asked(kit: Kit) -> None:
    devices(kit, "discovered", "verified", "discovered")
    answered = kit.client.hold("provision_all")
    kit.intents.provision_all()
    await kit.settle()
    kit.tell(event(mac(9), "discovered", session_id="s1"))
    answered.set()
    await kit.settle()
    asked = {d.mac for d in kit.batch.devices.values() if d.asked_at is not None}
    assert asked == {mac(1), mac(3)}
    assert kit.state.notice is None
    assert kit.state.busy == frozenset()


async def test_what_failed_before_the_answer_came_is_not_in_line_any_more(kit: Kit) -> None:
    devices(kit, "discovered", "discovered")
    answered = kit.client.hold("provision_all")
    kit.intents.provision_all()
    await kit.settle()
    kit.tell(event(mac(1), "provisioning", session_id="s1"))
    kit.tell(event(mac(1), "failed", session_id="s1"))
    answered.set()
    await kit.settle()
    assert kit.batch.devices[mac(1)].asked_at is None
    assert kit.batch.devices[mac(2)].asked_at is not None


async def test_what_failed_once_more_before_the_answer_came_is_not_in_line(kit: Kit) -> None:
    devices(kit)
    kit.tell(event(mac(1), "failed", at=10, session_id="s1"))
    answered = kit.client.hold("retry")
    kit.intents.retry(mac(1))
    await kit.settle()
    kit.tell(event(mac(1), "provisioning", at=11, session_id="s1"))
    kit.tell(event(mac(1), "failed", at=12, session_id="s1"))
    answered.set()
    await kit.settle()
    assert kit.batch.devices[mac(1)].asked_at is None


@pytest.mark.parametrize(
    "meanwhile",
    [
        snapshot({"mac": mac(1), "state": "failed"}, session={"id": "s1"}),
        snapshot({"mac": mac(1), "state": "discovered", "retry_count": 1}, session={"id": "s1"}),
        event(mac(1), "discovered", at=11, retry_count=1, session_id="s1"),
    ],
    ids=["listed as before", "listed as waiting", "told to wait"],
)
async def test_what_waits_for_its_retry_is_in_line_whatever_is_told_before_the_answer(
    kit: Kit, meanwhile: a.Action
) -> None:
    devices(kit)
    kit.tell(event(mac(1), "failed", at=10, session_id="s1"))
    answered = kit.client.hold("retry")
    kit.intents.retry(mac(1))
    await kit.settle()
    kit.tell(meanwhile)
    answered.set()
    await kit.settle()
    assert kit.batch.devices[mac(1)].asked_at == kit.clock.now
    kit.intents.retry_failed()
    kit.intents.provision_all()
    await kit.settle()
    assert len(kit.client.calls) == 1


async def test_a_camera_that_announces_itself_again_meanwhile_is_not_asked_for_twice(
    kit: Kit,
) -> None:
    devices(kit)
    kit.tell(*(event(mac(n), "discovered", at=10, session_id="s1") for n in (1, 2)))
    answered = kit.client.hold("provision_all")
    kit.intents.provision_all()
    await kit.settle()
    kit.tell(event(mac(1), "discovered", at=12, rssi=-50, session_id="s1"))
    answered.set()
    await kit.settle()
    assert {device.asked_at for device in kit.batch.devices.values()} == {kit.clock.now}
    kit.intents.provision_all()
    await kit.settle()
    assert len(kit.client.asked("provision_all")) == 1


async def test_provision_all_tells_how_many_were_skipped(kit: Kit) -> None:
    devices(kit, "discovered", "discovered")
    kit.client.says("provision_all", ProvisionAllResult(initiated_count=1, skipped_count=1))
    kit.intents.provision_all()
    await kit.settle()
    assert kit.state.notice is not None
    assert kit.state.notice.numbers == {"asked": 1, "skipped": 1}
    assert kit.state.notice.problem is None


@pytest.mark.parametrize("skipped", [0, 1])
async def test_when_some_were_skipped_the_list_tells_which(kit: Kit, skipped: int) -> None:
    devices(kit, "discovered", "discovered")
    kit.client.says("provision_all", ProvisionAllResult(initiated_count=1, skipped_count=skipped))
    kit.intents.provision_all()
    await kit.settle()
    assert kit.feed.lists == skipped


async def test_what_was_skipped_altogether_is_not_in_line(kit: Kit) -> None:
    devices(kit, "discovered")
    kit.client.says("provision_all", ProvisionAllResult(initiated_count=0, skipped_count=1))
    kit.intents.provision_all()
    await kit.settle()
    assert kit.batch.devices[mac(1)].asked_at is None


async def test_provision_all_with_nobody_waiting_sends_nothing(kit: Kit) -> None:
    devices(kit, "verified", "failed")
    kit.intents.provision_all()
    await kit.settle()
    assert kit.client.calls == []


async def test_a_failed_provision_all_marks_nothing_and_is_not_repeated(kit: Kit) -> None:
    devices(kit, "discovered")
    kit.client.says("provision_all", NO_ANSWER)
    kit.intents.provision_all()
    await kit.settle()
    assert kit.batch.devices[mac(1)].asked_at is None
    assert kit.state.notice is not None
    assert kit.state.notice.problem == NO_ANSWER
    assert len(kit.client.asked("provision_all")) == 1


@pytest.mark.parametrize("intent", ["provision_all", "retry_failed", "stop"])
async def test_a_second_tap_on_a_busy_button_sends_nothing(kit: Kit, intent: str) -> None:
    devices(kit, "discovered", "failed")
    getattr(kit.intents, intent)()
    getattr(kit.intents, intent)()
    await kit.settle()
    assert len(kit.client.calls) == 1


async def test_retry_failed_asks_each_failed_device_once_and_at_most_four_at_a_time(
    kit: Kit,
) -> None:
    devices(kit, *["failed"] * 11, "discovered", "verified")
    kit.intents.retry_failed()
    await kit.settle()
    assert sorted(kit.client.asked("retry")) == [("s1", mac(n)) for n in range(1, 12)]
    assert kit.client.most_at_once == 4
    assert kit.state.busy == frozenset()
    assert kit.state.notice is None


async def test_refusals_stay_at_their_devices_and_are_counted(kit: Kit) -> None:
    devices(kit, *["failed"] * 3)
    spent = refused("MAX_RETRIES_EXCEEDED")
    kit.client.says("retry", spent, REJECTED, None)
    kit.intents.retry_failed()
    await kit.settle()
    refusals = [kit.batch.devices[mac(n)].refusal for n in (1, 2, 3)]
    assert refusals == [spent, REJECTED, None]
    assert kit.batch.devices[mac(3)].asked_at is not None
    assert kit.state.notice is not None
    assert kit.state.notice.problem is None
    assert kit.state.notice.numbers == {"refused": 2}


@pytest.mark.parametrize("problem", [ABSENT, NO_ANSWER, REFUSED_KEY])
async def test_what_concerns_them_all_is_one_notice_and_ends_the_rest(
    kit: Kit, problem: Problem
) -> None:
    devices(kit, *["failed"] * 30)
    kit.client.says("retry", problem)
    kit.intents.retry_failed()
    await kit.settle()
    assert len(kit.client.asked("retry")) == 4
    assert kit.state.notice is not None
    assert kit.state.notice.problem == problem
    assert all(device.refusal is None for device in kit.batch.devices.values())


async def test_a_device_that_is_in_line_is_not_retried_again(kit: Kit) -> None:
    devices(kit, "failed", "failed")
    kit.intents.retry(mac(1))
    await kit.settle()
    kit.intents.retry_failed()
    await kit.settle()
    assert kit.client.asked("retry") == [("s1", mac(1)), ("s1", mac(2))]


async def test_one_failure_is_not_retried_by_two_buttons_at_once(kit: Kit) -> None:
    devices(kit, "failed", "failed")
    kit.intents.retry(mac(1))
    kit.intents.retry_failed()
    kit.intents.retry(mac(2))
    await kit.settle()
    assert sorted(kit.client.asked("retry")) == [("s1", mac(1)), ("s1", mac(2))]


async def test_one_device_is_set_up_by_itself(kit: Kit) -> None:
    devices(kit, "discovered", "discovered")
    kit.intents.provision(mac(2))
    assert kit.state.busy == {f"provision:{mac(2)}"}
    await kit.settle()
    assert kit.client.asked("provision") == [("s1", mac(2))]
    assert kit.batch.devices[mac(2)].asked_at == kit.clock.now
    assert kit.batch.devices[mac(1)].asked_at is None


async def test_a_refused_device_keeps_the_reason_and_makes_no_notice(kit: Kit) -> None:
    devices(kit, "discovered")
    kit.client.says("provision", refused("DEVICE_NOT_IN_ALLOWLIST", 403))
    kit.intents.provision(mac(1))
    await kit.settle()
    refusal = kit.batch.devices[mac(1)].refusal
    assert refusal is not None
    assert refusal.code == "DEVICE_NOT_IN_ALLOWLIST"
    assert kit.state.notice is None


async def test_a_call_for_one_device_that_got_no_answer_can_be_tapped_again(kit: Kit) -> None:
    devices(kit, "failed")
    kit.client.says("retry", NO_ANSWER, None)
    kit.intents.retry(mac(1))
    await kit.settle()
    assert kit.state.notice is not None
    assert kit.state.notice.command == f"retry:{mac(1)}"
    kit.intents.again(noticed(kit.state))
    await kit.settle()
    assert kit.client.asked("retry") == [("s1", mac(1))] * 2
    assert kit.state.notice is None


async def test_stopping_shows_the_summary_and_follows_no_more(kit: Kit) -> None:
    devices(kit, "verified")
    feed = kit.feed
    kit.intents.stop()
    await kit.settle()
    assert kit.client.asked("stop") == [("s1",)]
    assert kit.state.navigation.route is Route.SUMMARY
    assert kit.batch.outcome == "stopped"
    assert kit.state.busy == frozenset()
    assert feed.cancelled
    assert kit.ended == 1


@pytest.mark.parametrize("code", ["SESSION_ALREADY_CLOSED", "SESSION_NOT_FOUND", "SESSION_EXPIRED"])
async def test_a_session_that_is_over_already_needs_no_stopping(kit: Kit, code: str) -> None:
    devices(kit, "verified")
    kit.client.says("stop", refused(code))
    kit.intents.stop()
    await kit.settle()
    assert kit.state.navigation.route is Route.SUMMARY
    assert kit.state.notice is None


@pytest.mark.parametrize("problem", [NO_ANSWER, ABSENT, REFUSED_KEY])
async def test_a_session_that_may_still_run_is_not_shown_as_stopped(
    kit: Kit, problem: Problem
) -> None:
    devices(kit, "verified")
    kit.client.says("stop", problem, None)
    kit.intents.stop()
    await kit.settle()
    assert kit.state.navigation.route is Route.PROVISION
    assert kit.batch.ended_at is None
    assert not kit.feed.cancelled
    assert kit.state.notice is not None
    assert kit.state.notice.problem == problem


async def test_a_late_answer_to_stop_does_not_close_the_next_session(kit: Kit) -> None:
    devices(kit, "verified")
    answered = kit.client.hold("stop")
    kit.intents.stop()
    await kit.settle()
    kit.session.finish("done")
    kit.intents.leave_summary()
    kit.open("s2")
    answered.set()
    await kit.settle()
    assert kit.batch.session.id == "s2"
    assert kit.batch.ended_at is None
    assert kit.state.navigation.route is Route.PROVISION
    assert not kit.feed.cancelled


@pytest.mark.parametrize("answer", [None, NO_ANSWER, refused("DEVICE_INVALID_STATE")])
@pytest.mark.parametrize("call", ["provision_all", "retry", "retry_failed", "provision"])
async def test_a_late_answer_says_nothing_about_the_next_session(
    kit: Kit, call: str, answer: object
) -> None:
    devices(kit, "discovered", "failed")
    kit.client.says(call.removesuffix("_failed"), answer or ProvisionAllResult(skipped_count=1))
    answered = kit.client.hold(call.removesuffix("_failed"))
    arguments = () if call in {"provision_all", "retry_failed"} else (mac(1),)
    getattr(kit.intents, call)(*arguments)
    await kit.settle()
    kit.tell(a.SessionLeft())
    kit.open("s2")
    kit.tell(snapshot({"mac": mac(1)}, {"mac": mac(2), "state": "failed"}, session={"id": "s2"}))
    before = kit.batch
    answered.set()
    await kit.settle()
    assert kit.batch == before
    assert kit.state.notice is None
    assert kit.state.busy == frozenset()


async def test_a_tap_a_frame_after_the_session_has_gone_is_nothing(kit: Kit) -> None:
    devices(kit, "discovered", "failed")
    kit.tell(a.SessionLeft())
    before = kit.state
    kit.intents.provision_all()
    kit.intents.retry_failed()
    kit.intents.provision(mac(1))
    kit.intents.retry(mac(2))
    kit.intents.stop()
    kit.intents.open("device", mac(1))
    await kit.settle()
    assert kit.client.calls == []
    assert kit.state is before


async def test_a_tap_a_frame_after_the_session_has_ended_sends_nothing(kit: Kit) -> None:
    devices(kit, "discovered", "failed")
    kit.session.finish("expired")
    kit.intents.provision_all()
    kit.intents.retry_failed()
    kit.intents.stop()
    await kit.settle()
    assert kit.client.calls == []


async def test_whatever_breaks_behind_a_button_is_told_and_the_button_is_free_again(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    devices(kit, "discovered")
    kit.client.says("provision_all", RuntimeError("a bug"))
    kit.intents.provision_all()
    await kit.settle()
    assert kit.state.busy == frozenset()
    banner = provision.view_of(kit.state, kit.clock.now).banner
    assert banner.text.startswith("The kiosk itself made an error.")
    assert [button.name for button in banner.buttons] == ["details", "dismiss"]
    assert "provision_all broke" in caplog.text


async def test_a_command_that_ended_does_not_free_the_button_of_the_one_after_it(kit: Kit) -> None:
    devices(kit, "failed")
    kit.client.says("retry", NO_ANSWER)

    def tap_as_soon_as_the_notice_is_there() -> None:
        if kit.state.notice is not None and len(kit.client.asked("retry")) == 1:
            kit.client.hold("retry")
            kit.intents.again(noticed(kit.state))

    kit.store.subscribe(tap_as_soon_as_the_notice_is_there)
    kit.intents.retry(mac(1))
    await kit.settle()
    assert len(kit.client.asked("retry")) == 2
    assert kit.state.busy == {f"retry:{mac(1)}"}


async def test_leaving_waits_for_the_commands_under_way(kit: Kit) -> None:
    devices(kit, "discovered")
    kit.intents.provision_all()
    await kit.intents.finish()
    assert len(kit.client.asked("provision_all")) == 1
    assert kit.batch.devices[mac(1)].asked_at is not None


@pytest.mark.parametrize("command", ["pause", "unpause", "skip"])
async def test_what_not_every_dialect_tells_of_is_listed_again(kit: Kit, command: str) -> None:
    kit.open()
    arguments = (mac(1),) if command == "skip" else ()
    await getattr(kit.commands, command)("s1", *arguments)
    assert kit.client.asked(command) == [("s1", *arguments)]
    assert (kit.feed.lists, kit.state.notice) == (1, None)
    kit.client.says(command, NO_ANSWER)
    await getattr(kit.commands, command)("s1", *arguments)
    assert kit.feed.lists == 1
    assert kit.state.notice is not None
