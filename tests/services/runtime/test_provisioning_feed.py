"""Connect, list, replay - and the truth about the connection at every moment."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.runtime import backlog
from kiosk.services.runtime.provisioning_feed import ProvisioningFeed
from kiosk.services.state.feed import ConnectionChanged, SnapshotLoaded
from kiosk.services.wire.events import (
    DeviceUpdated,
    SessionEnded,
    StreamAlive,
    UnknownEvent,
)
from tests.support.clock import FakeClock
from tests.support.feed import EVENTS, MAC, SESSION, Watched, names_of, seen, snapshot
from tests.support.server import Received, Reply, ScriptedServer, answer, failure, raw


@pytest.fixture
async def world() -> AsyncIterator[Watched]:
    async with ScriptedServer() as server:
        yield Watched(server, FakeClock())


async def never(_request: Received, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def came(world: Watched, path: str, requests: int = 1) -> None:
    """Wait until the server has so many requests of a route."""
    async with asyncio.timeout(5):
        while len(world.server.sent("GET", path)) < requests:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_it_connects_lists_replays_and_only_then_is_live(world: Watched) -> None:
    release = asyncio.Event()

    async def slow_snapshot(request: Received, writer: asyncio.StreamWriter) -> None:
        world.stream.event("device.state_changed", **seen(MAC, "verified"))
        await release.wait()
        await snapshot("active", {"mac": MAC, "state": "discovered"})(request, writer)

    world.server.on("GET", SESSION, slow_snapshot)
    async with world.running():
        await world.established()
        await asyncio.sleep(0.05)
        assert world.of(DeviceUpdated) == []
        release.set()
        await world.until(lambda: "live" in world.states)
    assert names_of(world.said) == [
        "connecting",
        "stream.opened",
        "snapshot",
        "device.updated",
        "live",
    ]
    assert [r.path for r in world.server.requests] == [EVENTS, SESSION]


async def test_no_frame_is_drawn_between_the_list_and_being_live(world: Watched) -> None:
    drawn: list[str] = []

    async def snapshot_after_news(request: Received, writer: asyncio.StreamWriter) -> None:
        world.stream.event("device.state_changed", **seen(MAC, "verified"))
        await asyncio.sleep(0.05)
        await snapshot("active", {"mac": MAC, "state": "discovered"})(request, writer)

    def draw() -> None:
        drawn.extend(names_of(world.said)[-1:])
        if "live" not in world.states:
            asyncio.get_running_loop().call_soon(draw)

    world.server.on("GET", SESSION, snapshot_after_news)
    async with world.running():
        draw()
        await world.live()
    assert world.of(DeviceUpdated)
    assert set(drawn) <= {"connecting", "stream.opened", "live"}


async def test_a_dialect_without_a_greeting_is_listed_after_a_second(world: Watched) -> None:
    async with world.running():
        await world.stream.opened.wait()
        await world.clock.advance(0.9)
        assert world.server.sent("GET", SESSION) == []
        await world.clock.advance(0.2)
        await world.until(lambda: "live" in world.states)


async def test_events_of_other_sessions_are_not_for_us(world: Watched) -> None:
    async with world.running():
        await world.live()
        world.stream.event("device.state_changed", **seen("AA:BB:CC:DD:EE:02", "failed", "s2"))
        foreign = {"mac": "AA:BB:CC:DD:EE:03", "state": "failed", "session_id": "s2"}
        world.stream.event("device.state_changed", payload={"device": foreign}, session_id="s1")
        world.stream.event("session.closed", {"session": {"id": "s2", "state": "closed"}})
        world.stream.event("device.state_changed", **seen(MAC, "verified", None))
        await world.until(lambda: bool(world.of(DeviceUpdated)))
    assert [event.mac for event in world.of(DeviceUpdated)] == [MAC]
    assert world.of(SessionEnded) == []


async def test_retry_now_skips_the_wait(world: Watched) -> None:
    world.server.on("GET", EVENTS, raw(b""), world.stream)
    async with world.running() as feed:
        await world.until(lambda: world.state == "reconnecting")
        feed.retry_now()
        await world.live()


async def test_retry_now_does_not_wait_for_a_poll_that_nobody_answers(world: Watched) -> None:
    world.server.on("GET", EVENTS, answer(404), world.stream)
    world.server.on("GET", SESSION, never, snapshot())
    async with world.running() as feed:
        await world.until(lambda: world.state == "reconnecting")
        await came(world, SESSION)
        feed.retry_now()
        await world.live()


async def test_silence_of_a_server_that_does_not_answer_is_stale_and_then_tried_again(
    world: Watched,
) -> None:
    world.server.on("GET", SESSION, snapshot(), raw(b""), snapshot())
    async with world.running(silence=0.15):
        await world.live()
        await world.until(lambda: world.state == "reconnecting")
        await world.clock.advance(1)
        await world.live()
    assert world.states[:4] == ["connecting", "live", "stale", "reconnecting"]


async def test_a_silent_stream_of_a_server_that_answers_is_opened_again_at_once(
    world: Watched,
) -> None:
    async with world.running(silence=0.15):
        for _ in range(4):
            await world.live()
    assert world.states[:11] == ["connecting", "live", "stale"] * 3 + ["connecting", "live"]


async def test_heartbeats_without_a_session_behind_them_are_found_out(world: Watched) -> None:
    world.server.on("GET", SESSION, snapshot(), snapshot(), failure("SESSION_NOT_FOUND", 404))
    async with world.running():
        await world.live()
        for lists in (2, 3):
            world.stream.event("connection.heartbeat", None, session_id="dead")
            await world.until(lambda: bool(world.of(StreamAlive)))
            assert world.state == "live"
            await world.clock.advance(30)
            await came(world, SESSION, lists)
        await asyncio.wait_for(world.task, 5)
    assert world.connection.problem is not None
    assert world.connection.problem.code == "SESSION_NOT_FOUND"


async def test_a_stream_with_news_needs_no_list(world: Watched) -> None:
    async with world.running():
        await world.live()
        for step in range(1, 5):
            await world.clock.advance(20)
            world.stream.event("device.state_changed", **seen(MAC, "verified"))
            await world.until(lambda step=step: len(world.of(DeviceUpdated)) == step)
        assert len(world.server.sent("GET", SESSION)) == 1


async def test_while_a_list_is_late_what_happens_is_seen_and_told_again_after_it(
    world: Watched,
) -> None:
    release = asyncio.Event()

    async def late(request: Received, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        await snapshot("active", {"mac": MAC, "state": "discovered"})(request, writer)

    world.server.on("GET", SESSION, snapshot(), late)
    async with world.running() as feed:
        await world.live()
        await world.clock.advance(6)
        feed.list_again()
        await came(world, SESSION, 2)
        world.stream.event("device.state_changed", **seen(MAC, "provisioning"))
        await world.until(lambda: len(world.of(DeviceUpdated)) == 1)
        release.set()
        await world.until(lambda: len(world.of(DeviceUpdated)) == 2)
    assert names_of(world.said)[-3:] == ["device.updated", "snapshot", "device.updated"]


async def test_a_stream_that_ends_while_a_list_is_late_is_not_live_a_moment_longer(
    world: Watched,
) -> None:
    world.server.on("GET", SESSION, snapshot(), never)
    async with world.running() as feed:
        await world.live()
        await world.clock.advance(6)
        feed.list_again()
        await came(world, SESSION, 2)
        world.stream.end()
        await world.until(lambda: world.state == "reconnecting")


async def test_what_failed_around_the_list_is_listed_once_more(world: Watched) -> None:
    async def failing(request: Received, writer: asyncio.StreamWriter) -> None:
        world.stream.event("device.state_changed", **seen(MAC, "failed"))
        await asyncio.sleep(0.05)
        await snapshot("active", {"mac": MAC, "state": "provisioning"})(request, writer)

    world.server.on("GET", SESSION, failing, snapshot("active", {"mac": MAC, "state": "verified"}))
    async with world.running():
        await world.live()
        await world.clock.advance(5)
        await world.until(lambda: len(world.of(SnapshotLoaded)) == 2)
        await world.clock.advance(20)
    assert len(world.server.sent("GET", SESSION)) == 2


async def test_a_flood_before_the_list_is_a_gap(
    world: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "_LIMIT", 1000)

    async def flooding(request: Received, writer: asyncio.StreamWriter) -> None:
        for _ in range(20):
            world.stream.event("device.state_changed", **seen(MAC, "verified"))
        await asyncio.sleep(0.2)
        await snapshot()(request, writer)

    world.server.on("GET", SESSION, flooding, snapshot())
    async with world.running():
        await world.established()
        await world.until(lambda: world.state == "reconnecting")
        assert "live" not in world.states
        await world.clock.advance(1)
        await world.live()


@pytest.mark.parametrize(
    ("route", "reply", "code"),
    [
        (EVENTS, failure("UNAUTHORIZED", 401), "UNAUTHORIZED"),
        (EVENTS, failure("SESSION_NOT_FOUND", 404), "SESSION_NOT_FOUND"),
        (SESSION, failure("SESSION_EXPIRED", 410), "SESSION_EXPIRED"),
        (SESSION, failure("UNAUTHORIZED", 401), "UNAUTHORIZED"),
        (SESSION, answer(404, "404 page not found", content_type="text/plain"), "NOT_FOUND"),
    ],
)
async def test_a_session_that_is_gone_or_a_refused_key_ends_the_feed(
    world: Watched, route: str, reply: Reply, code: str
) -> None:
    world.clock = FakeClock(auto=True)
    world.server.on("GET", route, reply)
    async with world.running():
        await asyncio.wait_for(world.task, 5)
    assert world.states == ["connecting", "stopped"]
    assert world.connection.problem is not None
    assert world.connection.problem.code == code


async def test_the_end_of_the_session_ends_the_feed_without_a_problem(world: Watched) -> None:
    async with world.running():
        await world.live()
        world.stream.event("session.closed", {"session": {"id": "s1", "state": "closed"}})
        await asyncio.wait_for(world.task, 5)
    assert len(world.of(SessionEnded)) == 1
    assert world.connection == ConnectionChanged("stopped")


async def test_a_session_that_has_already_ended_is_shown_once(world: Watched) -> None:
    world.server.on("GET", SESSION, snapshot("completed", {"mac": MAC, "state": "verified"}))
    async with world.running():
        await world.established()
        await asyncio.wait_for(world.task, 5)
    assert names_of(world.said) == ["connecting", "stream.opened", "snapshot", "stopped"]


async def test_without_a_stream_the_session_is_polled_between_attempts(world: Watched) -> None:
    world.server.on("GET", EVENTS, answer(404))
    world.clock = FakeClock(auto=True)
    async with world.running():
        await world.until(lambda: len(world.of(SnapshotLoaded)) >= 12)
    assert "live" not in world.states
    assert 3.0 in world.clock.slept
    assert len(world.server.sent("GET", EVENTS)) > 1


async def test_where_streams_end_at_once_the_session_is_polled_between_attempts(
    world: Watched,
) -> None:
    world.server.on("GET", EVENTS, raw(b""))
    world.clock = FakeClock(auto=True)
    async with world.running():
        await world.until(lambda: len(world.server.sent("GET", SESSION)) >= 12)
    assert "live" not in world.states
    assert 3.0 in world.clock.slept
    assert len(world.server.sent("GET", EVENTS)) > 3


async def test_a_server_that_is_down_is_asked_once_between_attempts(world: Watched) -> None:
    world.server.on("GET", EVENTS, raw(b""))
    world.server.on("GET", SESSION, raw(b""))
    world.clock = FakeClock(auto=True)
    async with world.running():
        await world.until(lambda: len(world.server.sent("GET", EVENTS)) >= 8)
    assert len(world.server.sent("GET", SESSION)) < len(world.server.sent("GET", EVENTS))


@pytest.mark.parametrize("session", ["events", ""])
async def test_what_the_kiosk_itself_refuses_ends_the_feed(world: Watched, session: str) -> None:
    async with PiOrchestrator(world.server.base_url, api_key=lambda: None) as client:
        feed = ProvisioningFeed(
            client, session, world._emit, clock=world.clock, rng=random.Random(1)
        )
        await asyncio.wait_for(feed.run(), 5)
    assert world.states == ["connecting", "stopped"]
    assert world.connection.problem is not None
    assert world.connection.problem.code == "SESSION_ID"
    assert world.server.requests == []


async def test_an_event_of_another_version_is_counted_and_answered_by_a_fresh_list(
    world: Watched,
) -> None:
    async with world.running():
        await world.live()
        world.stream.event("device.verified", {"mac": MAC}, version="2.0")
        await world.until(lambda: bool(world.of(UnknownEvent)))
        await asyncio.sleep(0.05)
        await world.clock.advance(5)
        await world.until(lambda: len(world.of(SnapshotLoaded)) == 2)
    assert world.states == ["connecting", "live"]
    assert world.of(DeviceUpdated) == []


async def test_the_session_is_listed_again_when_asked_to(world: Watched) -> None:
    async with world.running() as feed:
        await world.live()
        feed.list_again()
        await asyncio.sleep(0.05)
        await world.clock.advance(5)
        await world.until(lambda: len(world.of(SnapshotLoaded)) == 2)
    assert world.states == ["connecting", "live"]


async def test_more_than_twenty_unreadable_events_in_a_minute_are_a_gap(world: Watched) -> None:
    async with world.running():
        await world.live()
        world.stream.send(b"data:{broken\n\n" * 20)
        await world.until(lambda: len(world.of(UnknownEvent)) == 20)
        assert world.state == "live"
        world.stream.send(b"data:{broken\n\n")
        await world.until(lambda: world.state == "reconnecting")


async def test_events_of_unknown_types_are_no_gap(world: Watched) -> None:
    async with world.running():
        await world.live()
        for _ in range(30):
            world.stream.event("weather.changed", {})
        await world.until(lambda: len(world.of(UnknownEvent)) == 30)
        assert world.state == "live"


async def test_comments_and_heartbeats_are_signs_of_life(world: Watched) -> None:
    async with world.running():
        await world.live()
        world.stream.send(b": ping\n\n")
        await world.until(lambda: len(world.of(StreamAlive)) == 1)
        world.stream.event("connection.heartbeat", None)
        await world.until(lambda: len(world.of(StreamAlive)) == 2)


async def test_the_servers_retry_is_a_floor_but_not_an_absurd_one(world: Watched) -> None:
    async with world.running():
        await world.live()
        world.stream.send(b"retry: 12000\n\n")
        await world.until(lambda: bool(world.of(StreamAlive)))
        world.stream.end()
        await world.until(lambda: world.state == "reconnecting")
        assert world.connection.retry_at == world.clock.now + 12
        await world.clock.advance(12)
        await world.live()
        world.stream.send(b"retry: 99999999999\n\n")
        await world.until(lambda: len(world.of(StreamAlive)) == 2)
        world.stream.end()
        await world.until(lambda: world.state == "reconnecting")
        assert world.connection.retry_at == world.clock.now + 30


async def test_cancelling_at_any_moment_leaves_the_client_usable(world: Watched) -> None:
    async with PiOrchestrator(world.server.base_url, api_key=lambda: None) as client:
        for turn in range(40):
            feed = ProvisioningFeed(
                client, "s1", world._emit, clock=FakeClock(auto=True), rng=random.Random(turn)
            )
            task = asyncio.create_task(feed.run())
            await asyncio.sleep(0.0005 * turn)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert (await client.batch.session("s1")).data.session.id == "s1"
    assert "stopped" not in world.states
