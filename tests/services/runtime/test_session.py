"""The open session: whom it listens to, and how it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.services.state.feed import ConnectionChanged, FeedEvent
from kiosk.services.state.model import Route
from kiosk.services.wire.events import (
    SessionEnded,
    StreamAlive,
)
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Candidate, Session
from tests.services.runtime.fakes import ABSENT, NO_ANSWER, REFUSED_KEY, FakeFeed, Kit
from tests.services.state.build import event, listed, mac, snapshot

EXPIRED = Problem(Kind.DOMAIN, "SESSION_EXPIRED", http_status=410)
NOT_FOUND = Problem(Kind.DOMAIN, "SESSION_NOT_FOUND", http_status=404)


async def test_what_the_feed_says_is_shown(kit: Kit) -> None:
    kit.open()
    kit.feed.emit(listed("discovered"))
    kit.feed.emit(ConnectionChanged("live"))
    kit.feed.emit(event(mac(1), "verified", session_id="s1"))
    assert kit.batch.connection.state == "live"
    assert kit.batch.devices[mac(1)].state == "verified"


async def test_what_an_older_feed_still_says_is_not_listened_to(kit: Kit) -> None:
    kit.open("s1")
    old = kit.feed
    await kit.settle()
    kit.open("s2")
    old.emit(event(mac(1), "verified", session_id=None))
    old.stop(NOT_FOUND)
    await kit.settle()
    assert kit.batch.session.id == "s2"
    assert kit.batch.devices == {}
    assert kit.ended == 0
    assert old.cancelled


async def test_what_comes_after_the_session_was_stopped_is_not_listened_to(kit: Kit) -> None:
    kit.open()
    kit.feed.emit(listed("verified"))
    kit.session.finish("stopped")
    kit.feed.emit(event(mac(1), "failed", session_id="s1"))
    kit.feed.stop(None)
    assert kit.batch.devices[mac(1)].state == "verified"
    assert kit.batch.outcome == "stopped"
    assert kit.ended == 1


async def test_a_session_that_the_service_ended_shows_its_summary(kit: Kit) -> None:
    kit.open()
    await kit.settle()
    kit.feed.emit(listed("verified"))
    kit.feed.emit(SessionEnded(session=Session(id="s1", state="completed"), outcome="done"))
    await kit.settle()
    assert kit.state.navigation.route is Route.SUMMARY
    assert kit.batch.outcome == "done"
    assert kit.feed.cancelled
    assert kit.ended == 1


async def test_a_session_that_ended_while_we_asked_to_stop_it_was_stopped(kit: Kit) -> None:
    kit.open()
    kit.client.hold("stop")
    kit.intents.stop()
    kit.feed.emit(SessionEnded(session=Session(id="s1", state="closed")))
    assert kit.batch.outcome == "stopped"


@pytest.mark.parametrize(
    ("state", "outcome"), [("failed", "failed"), ("closed", "unknown"), ("completed", "unknown")]
)
async def test_a_session_that_is_listed_as_over_shows_its_summary(
    kit: Kit, state: str, outcome: str
) -> None:
    kit.open()
    kit.feed.emit(listed("verified", state=state))
    kit.feed.stop(None)
    assert kit.state.navigation.route is Route.SUMMARY
    assert kit.batch.outcome == outcome


async def test_a_session_that_ran_out_of_time_says_so(kit: Kit) -> None:
    kit.open()
    kit.feed.stop(EXPIRED)
    assert kit.state.navigation.route is Route.SUMMARY
    assert kit.batch.outcome == "expired"


async def test_a_session_that_ends_at_its_deadline_ran_out_of_time(kit: Kit) -> None:
    kit.open(expires_at=kit.stamp(60))
    await kit.clock.advance(58)
    kit.feed.emit(SessionEnded(session=Session(id="s1", state="closed")))
    assert kit.batch.outcome == "expired"


async def test_a_session_that_the_service_has_lost_leads_back_with_the_reason(kit: Kit) -> None:
    kit.open()
    kit.feed.emit(listed("verified"))
    kit.feed.stop(NOT_FOUND)
    assert kit.state.batch is None
    assert kit.state.navigation.route is Route.START
    assert kit.state.notice is not None
    assert "no longer has the session" in kit.state.notice.text
    assert kit.ended == 1


@pytest.mark.parametrize(
    "problem",
    [Problem(Kind.ENDPOINT_ABSENT, http_status=404), Problem(Kind.DOMAIN, "GONE", http_status=410)],
)
async def test_a_session_that_is_gone_without_a_known_code_still_has_a_summary(
    kit: Kit, problem: Problem
) -> None:
    kit.open()
    kit.feed.emit(listed("verified"))
    kit.feed.stop(problem)
    assert kit.state.navigation.route is Route.SUMMARY
    assert kit.batch.outcome == "gone"


@pytest.mark.parametrize(
    "end",
    [lambda kit: kit.intents.stop(), lambda kit: kit.feed.stop(EXPIRED)],
    ids=["stopped", "expired"],
)
async def test_what_became_of_the_devices_while_nobody_could_tell_is_asked_for_at_the_end(
    kit: Kit, end: Callable[[Kit], None]
) -> None:
    kit.client.says("devices", (Candidate(mac=mac(1), state="verified"),))
    kit.open()
    kit.feed.emit(listed("discovered"))
    kit.feed.emit(ConnectionChanged("live"))
    kit.feed.emit(ConnectionChanged("reconnecting", ABSENT, kit.clock.now + 4))
    await kit.clock.advance(3)
    end(kit)
    await kit.settle()
    assert kit.state.navigation.route is Route.SUMMARY
    assert kit.client.asked("devices") == [("s1",)]
    assert kit.batch.devices[mac(1)].state == "verified"
    assert kit.batch.is_sure


@pytest.mark.parametrize("answer", [NO_ANSWER, ()], ids=["no answer", "none left"])
async def test_what_nobody_can_tell_at_the_end_stays_as_unsure_as_it_is_old(
    kit: Kit, answer: object
) -> None:
    kit.client.says("devices", answer)
    kit.open()
    kit.feed.emit(snapshot({"mac": mac(1)}, session={"id": "s1"}, at=kit.clock.now))
    kit.feed.emit(ConnectionChanged("reconnecting", ABSENT, kit.clock.now + 4))
    listed_at = kit.clock.now
    await kit.clock.advance(3)
    kit.intents.stop()
    await kit.settle()
    assert kit.batch.devices[mac(1)].state == "discovered"
    assert not kit.batch.is_sure
    assert kit.batch.updated_at == listed_at


@pytest.mark.parametrize(
    "last",
    [
        [ConnectionChanged("live"), ConnectionChanged("stopped", EXPIRED)],
        [ConnectionChanged("stopped")],
        [SessionEnded(session=Session(id="s1"), outcome="done")],
    ],
    ids=["live", "listed as over", "told"],
)
async def test_what_was_told_up_to_the_end_is_not_asked_for_again(
    kit: Kit, last: list[FeedEvent]
) -> None:
    kit.open()
    kit.feed.emit(listed("verified"))
    for happening in last:
        kit.feed.emit(happening)
    await kit.settle()
    assert kit.batch.ended_at is not None
    assert kit.batch.is_sure
    assert kit.client.asked("devices") == []


@pytest.mark.parametrize("problem", [REFUSED_KEY, Problem(Kind.DOMAIN, "X", http_status=403)])
async def test_a_session_that_may_not_be_followed_is_not_over(kit: Kit, problem: Problem) -> None:
    kit.open()
    kit.feed.emit(listed("verified"))
    kit.feed.stop(problem)
    await kit.settle()
    assert kit.state.navigation.route is Route.PROVISION
    assert kit.batch.ended_at is None
    assert kit.batch.connection.state == "stopped"
    assert kit.batch.connection.problem == problem
    assert kit.batch.devices[mac(1)].state == "verified"


async def test_a_new_key_makes_it_go_on(kit: Kit) -> None:
    kit.open()
    kit.feed.stop(REFUSED_KEY)
    await kit.settle()
    kit.intents.edit_api_key()
    kit.intents.type_text("second-key")
    kit.intents.accept()
    assert len(FakeFeed.made) == 2
    assert kit.feed.session_id == "s1"
    assert kit.state.navigation.route is Route.PROVISION
    kit.feed.emit(ConnectionChanged("live"))
    assert kit.batch.connection.problem is None


async def test_a_refused_key_is_tried_again_after_thirty_seconds_and_only_once(kit: Kit) -> None:
    kit.open()
    kit.feed.stop(REFUSED_KEY)
    await kit.clock.advance(29)
    assert kit.batch.connection.retry_at == kit.clock.now + 1
    assert len(FakeFeed.made) == 1
    await kit.clock.advance(1)
    assert len(FakeFeed.made) == 2
    await kit.clock.advance(300)
    assert len(FakeFeed.made) == 2
    assert not kit.feed.cancelled


async def test_a_key_that_was_entered_meanwhile_is_not_tried_twice(kit: Kit) -> None:
    kit.open()
    kit.feed.stop(REFUSED_KEY)
    await kit.clock.advance(10)
    kit.intents.retry_now()
    await kit.clock.advance(60)
    assert len(FakeFeed.made) == 2
    assert kit.feed.retries == 0


async def test_a_session_that_is_over_is_not_tried_again(kit: Kit) -> None:
    kit.open()
    kit.feed.stop(REFUSED_KEY)
    kit.session.finish("stopped")
    await kit.clock.advance(60)
    assert len(FakeFeed.made) == 1


async def test_retry_now_skips_the_wait_of_a_feed_that_runs(kit: Kit) -> None:
    kit.open()
    await kit.settle()
    kit.intents.retry_now()
    assert kit.feed.retries == 1
    assert len(FakeFeed.made) == 1


async def test_there_is_nothing_to_retry_once_the_session_is_over(kit: Kit) -> None:
    kit.open()
    kit.session.finish("stopped")
    kit.intents.retry_now()
    assert len(FakeFeed.made) == 1


async def test_a_feed_that_breaks_does_not_leave_live_standing(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    kit.open()
    kit.feed.emit(listed("verified"))
    kit.feed.emit(ConnectionChanged("live"))
    await kit.settle()
    kit.feed.breaks(RuntimeError("a bug"))
    await kit.settle()
    assert kit.batch.connection.state == "stopped"
    assert kit.batch.ended_at is None
    assert "the feed broke" in caplog.text
    kit.intents.retry_now()
    assert len(FakeFeed.made) == 2


async def test_a_sign_of_life_alone_is_no_reason_to_render(kit: Kit) -> None:
    kit.open()
    kit.feed.emit(ConnectionChanged("live"))
    before = kit.state
    kit.feed.emit(StreamAlive())
    assert kit.state is before


async def test_the_list_is_asked_for_again_when_a_device_tells_old_news(kit: Kit) -> None:
    kit.open()
    kit.feed.emit(listed("discovered"))
    kit.feed.emit(event(mac(1), "provisioning", at=100, session_id="s1"))
    kit.feed.emit(event(mac(1), "verifying", at=100, session_id="s1"))
    assert kit.feed.lists == 0
    kit.feed.emit(event(mac(1), "verified", at=50, session_id="s1"))
    assert kit.batch.devices[mac(1)].state == "verifying"
    assert kit.feed.lists == 1


async def test_closing_leaves_the_session_to_the_service(kit: Kit) -> None:
    kit.open()
    await kit.settle()
    kit.session.close()
    await kit.settle()
    assert kit.feed.cancelled
    assert kit.client.calls == []
    assert kit.batch.ended_at is None
