"""What taps set off on the open session's sheet and in the list of the others."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Route
from kiosk.services.views import provision, session
from kiosk.services.wire.events import SessionUpdated
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Cleared, Session
from tests.services.runtime.fakes import ABSENT, NO_ANSWER, Kit, noticed, refused
from tests.services.state.build import mac, snapshot

LACKING = Problem(Kind.ENDPOINT_ABSENT, http_status=404, surely_not_done=True, is_page=True)


def running(kit: Kit, *states: str) -> None:
    """Open a live session with devices 1, 2, 3 ... in these states."""
    kit.open("s1")
    listed = ({"mac": mac(n), "state": state} for n, state in enumerate(states, start=1))
    kit.tell(snapshot(*listed, session={"id": "s1"}), ConnectionChanged("live"))


@pytest.mark.parametrize("intent", ["pause", "unpause"])
async def test_a_session_is_held_and_goes_on_by_one_call_each(kit: Kit, intent: str) -> None:
    running(kit)
    getattr(kit.intents, intent)()
    getattr(kit.intents, intent)()
    await kit.settle()
    assert kit.client.asked(intent) == [("s1",)]
    assert kit.feed.lists == 1
    assert kit.state.busy == frozenset()


async def test_a_device_is_left_out_and_then_listed_anew(kit: Kit) -> None:
    running(kit, "discovered")
    kit.intents.skip(mac(1))
    await kit.settle()
    assert kit.client.asked("skip") == [("s1", mac(1))]
    assert kit.feed.lists == 1


async def test_a_service_that_cannot_skip_is_asked_once_only_and_that_is_said(kit: Kit) -> None:
    running(kit, "discovered")
    kit.client.says("skip", LACKING)
    kit.intents.skip(mac(1))
    await kit.settle()
    assert kit.state.lacking == {"skip"}
    assert kit.state.notice is not None
    assert kit.state.notice.problem == LACKING


async def test_a_service_that_cannot_go_on_just_now_is_asked_again(kit: Kit) -> None:
    running(kit)
    kit.feed.emit(SessionUpdated(session=Session(id="s1", state="paused"), session_id="s1"))
    passing = Problem(Kind.ENDPOINT_ABSENT, "SERVICE_UNAVAILABLE", http_status=503)
    kit.client.says("unpause", passing, Session(id="s1", state="active"))
    kit.intents.unpause()
    await kit.settle()
    kit.intents.dismiss(noticed(kit.state))
    assert "unpause" in {b.name for b in session.view_of(kit.state, kit.clock.now).buttons}
    assert [b.name for b in provision.view_of(kit.state, kit.clock.now).banner.buttons] == [
        "unpause"
    ]
    kit.intents.unpause()
    await kit.settle()
    assert len(kit.client.asked("unpause")) == 2


@pytest.mark.parametrize("intent", ["pause", "unpause", "skip"])
async def test_a_tap_that_comes_after_the_end_is_void(kit: Kit, intent: str) -> None:
    running(kit)
    kit.session.finish("stopped")
    getattr(kit.intents, intent)(*([mac(1)] if intent == "skip" else []))
    await kit.settle()
    assert kit.client.asked(intent) == []


async def test_only_some_devices_are_shown_until_all_are_again(kit: Kit) -> None:
    running(kit, "failed", "discovered")
    kit.intents.open(Route.SESSION.value)
    kit.intents.show_devices("problems")
    assert kit.batch.shown == "problems"
    assert kit.state.navigation.route is Route.PROVISION
    kit.intents.show_devices("all")
    assert kit.batch.shown == "all"


# Those that are not open


async def test_a_session_that_has_ended_meanwhile_is_looked_for_anew(kit: Kit) -> None:
    kit.client.says("resume", refused("SESSION_EXPIRED", 410))
    kit.intents.open(Route.SESSIONS.value)
    await kit.settle()
    read = len(kit.client.asked("history"))
    kit.intents.resume("old")
    await kit.settle()
    assert len(kit.client.asked("history")) == read + 1
    assert kit.state.notice is not None
    assert kit.state.notice.problem is None


async def test_an_outage_is_told_and_the_same_session_is_asked_for_again(kit: Kit) -> None:
    kit.client.says("resume", NO_ANSWER, Session(id="old"))
    kit.intents.open(Route.PAST.value, "old")
    kit.intents.resume("old")
    await kit.settle()
    kit.intents.again(noticed(kit.state))
    await kit.settle()
    assert kit.client.asked("resume") == [("old",), ("old",)]
    assert kit.state.navigation.route is Route.PROVISION


async def test_a_session_that_was_given_up_is_left(kit: Kit) -> None:
    kit.intents.open(Route.SESSIONS.value)
    kit.intents.open(Route.PAST.value, "old")
    kit.intents.discard("old")
    kit.intents.discard("old")
    await kit.settle()
    assert kit.client.asked("discard") == [("old",)]
    assert kit.state.navigation.route is Route.SESSIONS
    assert kit.state.notice is None


async def test_an_answer_that_comes_late_leaves_no_other_sheet(kit: Kit) -> None:
    answered = kit.client.hold("discard")
    kit.intents.open(Route.PAST.value, "old")
    kit.intents.discard("old")
    kit.intents.back()
    kit.intents.open(Route.PAST.value, "another")
    answered.set()
    await kit.settle()
    assert kit.state.navigation.subject == "another"


@pytest.mark.parametrize("code", ["SESSION_ALREADY_CLOSED", "SESSION_EXPIRED"])
async def test_what_was_over_already_raises_no_alarm(kit: Kit, code: str) -> None:
    kit.client.says("discard", refused(code))
    kit.intents.open(Route.PAST.value, "old")
    kit.intents.discard("old")
    await kit.settle()
    assert kit.state.notice is not None
    assert kit.state.notice.problem is None
    assert "ended already" in kit.state.notice.text


async def test_a_session_that_runs_is_offered_to_be_opened_instead(kit: Kit) -> None:
    kit.client.says("discard", refused("SESSION_ALREADY_ACTIVE"))
    kit.intents.discard("old")
    await kit.settle()
    assert kit.state.notice is not None
    assert kit.state.notice.arguments == ("old",)


async def test_a_discard_without_an_answer_can_be_asked_for_again(kit: Kit) -> None:
    kit.client.says("discard", ABSENT, None)
    kit.intents.discard("old")
    await kit.settle()
    assert kit.state.notice is not None
    assert kit.state.notice.problem == ABSENT
    kit.intents.again(noticed(kit.state))
    await kit.settle()
    assert kit.client.asked("discard") == [("old",), ("old",)]
    assert kit.state.notice is None


async def test_nothing_is_given_up_while_a_session_is_being_opened(kit: Kit) -> None:
    kit.client.hold("resume")
    kit.intents.resume("old")
    kit.intents.discard("old")
    await kit.settle()
    assert kit.client.asked("discard") == []


async def test_clearing_tells_how_many_were_cleared(kit: Kit) -> None:
    kit.client.says("clear_history", Cleared(cleared=3))
    kit.intents.clear_history()
    await kit.settle()
    assert kit.client.asked("clear_history") == [(7,)]
    assert kit.state.notice is not None
    assert kit.state.notice.numbers == {"cleared": 3}
    kit.tell(a.NoticeDismissed())
    kit.client.says("clear_history", Cleared())
    kit.intents.clear_history()
    await kit.settle()
    assert kit.state.notice is None
