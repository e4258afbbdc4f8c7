"""The open session's times on our clock, and the age of what is shown of it."""

from __future__ import annotations

import pytest

from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.wire.events import (
    SessionEnded,
    SessionUpdated,
    StreamAlive,
    StreamOpened,
    TimeoutWarning,
)
from kiosk.services.wire.provisioning import Session
from tests.services.runtime.fakes import ABSENT, Kit
from tests.services.state.build import listed, snapshot


async def test_the_age_of_what_is_shown_counts_from_the_last_sign_of_life(kit: Kit) -> None:
    kit.open()
    kit.feed.emit(snapshot(session={"id": "s1"}, at=kit.clock.now))
    kit.feed.emit(ConnectionChanged("live"))
    await kit.clock.advance(25)
    kit.feed.emit(StreamAlive())
    heard = kit.clock.now
    await kit.clock.advance(40)
    kit.feed.emit(ConnectionChanged("stale", ABSENT))
    assert kit.batch.updated_at == heard
    await kit.clock.advance(5)
    kit.feed.emit(ConnectionChanged("reconnecting", ABSENT, kit.clock.now + 4))
    assert kit.batch.updated_at == heard


async def test_a_stream_that_opens_without_a_list_makes_nothing_younger(kit: Kit) -> None:
    kit.open()
    kit.feed.emit(snapshot(session={"id": "s1"}, at=kit.clock.now))
    kit.feed.emit(ConnectionChanged("live"))
    heard = kit.clock.now
    for _ in range(3):
        kit.feed.emit(ConnectionChanged("reconnecting", ABSENT, kit.clock.now + 30))
        await kit.clock.advance(30)
        kit.feed.emit(ConnectionChanged("connecting"))
        kit.feed.emit(StreamOpened())
        kit.feed.emit(StreamAlive())
    kit.feed.emit(ConnectionChanged("reconnecting", ABSENT, kit.clock.now + 30))
    assert kit.batch.updated_at == heard
    kit.feed.emit(snapshot(session={"id": "s1"}, at=kit.clock.now))
    kit.feed.emit(ConnectionChanged("connecting"))
    assert kit.batch.updated_at == kit.clock.now


@pytest.mark.parametrize("offset", [0.0, 40 * 86_400.0, -3 * 86_400.0, -1.8e9])
async def test_the_deadline_is_the_servers_whatever_our_wall_clock_says(
    kit: Kit, offset: float
) -> None:
    kit.client.clock_offset = offset
    expires = kit.stamp(1800) if offset > -1e9 else None
    kit.open(created_at=kit.stamp(-30) if expires else None, expires_at=expires)
    kit.feed.emit(snapshot(session={"id": "s1"}, timeout_remaining=1800.0))
    assert kit.batch.deadline == pytest.approx(kit.clock.now + 1800, abs=0.01)
    if expires:
        assert kit.batch.started_at == pytest.approx(kit.clock.now - 30, abs=0.01)


@pytest.mark.parametrize("jump", [40 * 86_400.0, -3 * 86_400.0, -1.7e9])
async def test_our_wall_clock_may_jump_without_moving_the_deadline(kit: Kit, jump: float) -> None:
    expires = kit.stamp(600)
    kit.open(expires_at=expires)
    before = kit.batch.deadline
    kit.clock.jump(jump)
    kit.client.clock_offset = -jump
    kit.feed.emit(listed())
    assert kit.batch.deadline == pytest.approx(before, abs=0.01)


@pytest.mark.parametrize("jump", [40 * 86_400.0, -3 * 86_400.0, -1.7e9])
async def test_the_clock_that_both_share_may_be_set_without_moving_the_session(
    kit: Kit, jump: float
) -> None:
    times = {"created_at": kit.stamp(-30), "expires_at": kit.stamp(600)}
    kit.open(**times)
    kit.feed.emit(listed(**times))
    before = kit.batch
    kit.clock.jump(jump)
    kit.feed.emit(snapshot(session={"id": "s1", **times}, timeout_remaining=600.0))
    assert (kit.batch.started_at, kit.batch.deadline) == (before.started_at, before.deadline)
    kit.feed.emit(SessionEnded(session=Session(id="s1", state="completed"), outcome="done"))
    assert kit.batch.outcome == "done"


async def test_a_session_that_is_found_after_its_clock_was_set_has_the_time_that_is_told(
    kit: Kit,
) -> None:
    expires = kit.stamp(600)
    kit.clock.jump(40 * 86_400.0)
    kit.open(expires_at=expires)
    kit.feed.emit(snapshot(session={"id": "s1"}, timeout_remaining=590.0))
    assert kit.batch.deadline == kit.clock.now + 590


async def test_a_session_that_is_over_by_all_accounts_has_no_time_left(kit: Kit) -> None:
    kit.open(expires_at=kit.stamp(-5))
    deadline = kit.batch.deadline
    kit.feed.emit(snapshot(session={"id": "s1"}, timeout_remaining=-5.0))
    assert kit.batch.deadline == deadline


async def test_before_the_servers_clock_is_known_no_deadline_is_made_up(kit: Kit) -> None:
    expires = kit.stamp(1800)
    kit.client.clock_offset = None
    kit.open(expires_at=expires)
    assert kit.batch.deadline is None


async def test_the_deadline_is_found_once_the_servers_clock_is_known(kit: Kit) -> None:
    expires = kit.stamp(1800)
    kit.client.clock_offset = None
    kit.open(expires_at=expires)
    kit.client.clock_offset = 0.0
    kit.feed.emit(listed())
    assert kit.batch.deadline == pytest.approx(kit.clock.now + 1800, abs=0.01)


async def test_a_snapshot_that_is_silent_about_the_end_keeps_the_deadline(kit: Kit) -> None:
    kit.open(expires_at=kit.stamp(600))
    await kit.clock.advance(100)
    kit.feed.emit(listed())
    assert kit.batch.deadline == pytest.approx(kit.clock.now + 500, abs=0.01)


@pytest.mark.parametrize("kind", [SessionUpdated, TimeoutWarning])
async def test_a_session_that_is_given_more_time_shows_it(kit: Kit, kind: type) -> None:
    kit.open(expires_at=kit.stamp(600))
    kit.feed.emit(kind(session=Session(id="s1", expires_at=kit.stamp(900)), session_id="s1"))
    assert kit.batch.deadline == pytest.approx(kit.clock.now + 900, abs=0.01)


async def test_an_update_that_repeats_the_end_does_not_move_the_deadline(kit: Kit) -> None:
    expires = kit.stamp(600)
    kit.open(expires_at=expires)
    before = kit.batch.deadline
    kit.client.clock_offset = 3600.0  # measured before our wall clock was set
    kit.feed.emit(SessionUpdated(session=Session(id="s1", expires_at=expires), session_id="s1"))
    assert kit.batch.deadline == before
