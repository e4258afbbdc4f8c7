"""The log's feed: each line once, whatever breaks, and the truth about how the lines come."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.runtime.log_feed import LogFeed
from kiosk.services.state.logs import LogConnection, LogEvent, LogLines
from tests.support.clock import FakeClock
from tests.support.server import (
    STREAM_HEAD,
    Received,
    Reply,
    ScriptedServer,
    Stream,
    answer,
    failure,
    raw,
    success,
)

RECENT = "/api/v1/system/logs"
STREAM = "/api/v1/system/logs/stream"
PLAIN_404 = answer(404, "404 page not found", content_type="text/plain")
NO_STREAM = answer(204, content_type=None)


def _entry(message: str, id_: int | None = None, second: int = 0) -> dict[str, object]:
    entry = {"timestamp": f"2026-01-11T12:00:{second:02}Z", "level": "info", "message": message}
    return entry if id_ is None else {**entry, "id": id_}


def _recent(*entries: dict[str, object]) -> Reply:
    return success({"count": len(entries), "logs": list(entries)})


def _frame(message: str, id_: int, second: int = 0) -> bytes:
    data = json.dumps(_entry(message, second=second))
    return f"id: {id_}\nevent: log\ndata: {data}\n\n".encode()


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what has no event of its own; fails after 5 s."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the other side is a server's socket
            await asyncio.sleep(0.005)


class Watched:
    """A running feed, what it said so far, and the world that it talks to."""

    def __init__(self, server: ScriptedServer) -> None:
        self.server = server
        self.clock = FakeClock()
        self.stream = Stream()
        self.said: list[LogEvent] = []
        self._changed = asyncio.Event()
        server.on("GET", STREAM, self.stream)
        server.on("GET", RECENT, _recent())

    def _emit(self, event: LogEvent) -> None:
        self.said.append(event)
        self._changed.set()

    @contextlib.asynccontextmanager
    async def running(self, silence: float = 5.0) -> AsyncIterator[LogFeed]:
        async with PiOrchestrator(self.server.base_url, api_key=lambda: "k") as client:
            feed = LogFeed(
                client, self._emit, clock=self.clock, rng=random.Random(7), silence=silence
            )
            task = asyncio.create_task(feed.run())
            try:
                yield feed
            finally:
                task.cancel()
                outcome = await asyncio.gather(task, return_exceptions=True)
                assert isinstance(outcome[0], asyncio.CancelledError)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what was said fulfils the condition; fails after 5 s."""
        async with asyncio.timeout(5):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def is_said(self, state: str, transport: str = "stream", times: int = 1) -> None:
        await self.until(lambda: self.ways.count((state, transport)) >= times)

    async def told(self, *messages: str) -> None:
        await self.until(lambda: self.messages[-len(messages) :] == list(messages))

    async def passes(self, seconds: float) -> None:
        """Let the time of a pause pass, and the requests that are due then reach the server."""
        await eventually(lambda: self.clock.is_awaited)
        before = len(self.server.requests)
        await self.clock.advance(seconds)
        await eventually(lambda: len(self.server.requests) > before)

    @property
    def connections(self) -> list[LogConnection]:
        return [event for event in self.said if isinstance(event, LogConnection)]

    @property
    def ways(self) -> list[tuple[str, str]]:
        return [(event.state, event.transport) for event in self.connections]

    @property
    def messages(self) -> list[str]:
        told = (event.lines for event in self.said if isinstance(event, LogLines))
        return [line.message for lines in told for line in lines]

    def streams(self) -> list[Received]:
        return self.server.sent("GET", STREAM)


@pytest.fixture
async def world() -> AsyncIterator[Watched]:
    async with ScriptedServer() as server:
        yield Watched(server)


async def test_the_latest_lines_come_first_and_each_line_once(world: Watched) -> None:
    world.server.on("GET", RECENT, _recent(_entry("a", 1), _entry("b", 2, 1)))
    async with world.running():
        await world.is_said("live")
        world.stream.send(_frame("a", 1) + _frame("b", 2, 1) + _frame("c", 3, 2))
        await world.told("c")
    assert world.messages == ["a", "b", "c"]
    assert world.ways == [("connecting", "stream"), ("live", "stream")]


async def test_a_line_written_before_the_stream_was_open_is_not_lost(world: Watched) -> None:
    world.server.on("GET", RECENT, _recent(_entry("a")), _recent(_entry("a"), _entry("b")))
    async with world.running():
        await world.is_said("live")
    assert world.messages == ["a", "b"]


async def test_lines_without_an_id_are_known_by_their_time_and_text(world: Watched) -> None:
    world.server.on("GET", RECENT, _recent(_entry("a"), _entry("a", second=1)))
    async with world.running():
        await world.is_said("live")
        # Told by the list without an id, by the stream with one.
        world.stream.send(_frame("a", 1) + _frame("a", 2, 1) + _frame("b", 3, 1))
        await world.told("b")
        world.stream.send(_frame("b", 4, 1))
        await world.told("b", "b")
    assert world.messages == ["a", "a", "b", "b"]


async def test_lines_that_are_lost_say_when_the_service_was_last_heard_of(world: Watched) -> None:
    async with world.running():
        await world.is_said("live")
        await world.clock.advance(7)
        world.stream.send(b"event: keepalive\ndata: {}\n\n" + _frame("a", 1))
        await world.told("a")
        heard_at = world.clock.monotonic()
        await world.clock.advance(3)
        world.stream.end()
        await world.is_said("reconnecting")
    assert [event.heard_at for event in world.connections] == [None, None, heard_at]


async def test_a_feed_that_is_run_again_tells_no_line_anew(world: Watched) -> None:
    world.server.on("GET", RECENT, _recent(_entry("a", 1)))
    async with PiOrchestrator(world.server.base_url, api_key=lambda: "k") as client:
        feed = LogFeed(client, world._emit, clock=world.clock, rng=random.Random(7))
        for visit in (1, 2):
            task = asyncio.create_task(feed.run())
            await world.is_said("live", times=visit)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert world.messages == ["a"]


async def test_a_lost_stream_goes_on_after_the_last_id_a_keepalives_too(world: Watched) -> None:
    async with world.running():
        await world.is_said("live")
        world.stream.send(_frame("a", 41) + b"id: 42\nevent: keepalive\ndata: {}\n\n")
        await world.told("a")
        world.stream.end()
        await world.is_said("reconnecting")
        await world.clock.advance(1)
        await world.is_said("live", times=2)
        world.stream.send(_frame("a", 41) + _frame("b", 43))
        await world.told("a", "b")
    first, second = world.streams()
    assert "last-event-id" not in first.headers
    assert second.headers["last-event-id"] == "42"
    assert [state for state, _ in world.ways] == [
        "connecting",
        "live",
        "reconnecting",
        "connecting",
        "live",
    ]


async def test_a_server_that_was_restarted_and_counts_anew_loses_no_line(world: Watched) -> None:
    async with world.running():
        await world.is_said("live")
        world.stream.send(_frame("a", 1) + _frame("b", 2, 1))
        await world.told("a", "b")
        world.stream.end()
        await world.is_said("reconnecting")
        # Its clock stands before the last line that we know, too.
        world.server.on("GET", RECENT, _recent(_entry("starting", 1)))
        await world.clock.advance(1)
        await world.is_said("live", times=2)
        world.stream.send(_frame("listening", 2, 1))
        await world.told("starting", "listening")
    assert world.messages == ["a", "b", "starting", "listening"]


async def test_silence_is_a_loss_and_keepalives_are_not_silence(world: Watched) -> None:
    async with world.running(silence=0.2):
        await world.is_said("live")
        for n in range(8):
            world.stream.send(f"id: {n}\nevent: keepalive\ndata: {{}}\n\n".encode())
            await asyncio.sleep(0.05)
        assert world.ways[-1] == ("live", "stream")
        await world.is_said("reconnecting")
    problem = world.connections[-1].problem
    assert problem is not None
    assert problem.kind == "timeout"


async def test_what_cannot_be_read_is_counted_and_skipped(world: Watched) -> None:
    async with world.running():
        await world.is_said("live")
        world.stream.send(b"event: log\ndata: {broken\n\n" + b"event: weather\ndata: {}\n\n")
        world.stream.send(_frame("a", 1))
        await world.told("a")
    assert sum(event.unreadable for event in world.said if isinstance(event, LogLines)) == 1


async def test_an_event_that_is_too_large_is_not_asked_for_again(world: Watched) -> None:
    async with world.running():
        await world.is_said("live")
        world.stream.send(_frame("a", 7))
        await world.told("a")
        world.stream.send(b"id: 8\ndata: " + b"x" * (1 << 21))
        await world.is_said("reconnecting")
        await world.clock.advance(1)
        await world.is_said("live", times=2)
    assert "last-event-id" not in world.streams()[1].headers


async def test_without_a_stream_the_list_is_asked_every_three_seconds(world: Watched) -> None:
    world.server.on("GET", STREAM, PLAIN_404)
    async with world.running():
        await world.is_said("live", "polling")
        world.server.on("GET", RECENT, _recent(_entry("a"), _entry("b", second=1)))
        asked = len(world.server.sent("GET", RECENT))
        await world.clock.advance(2.9)
        assert len(world.server.sent("GET", RECENT)) == asked
        await world.passes(0.1)
        await world.told("a", "b")
        world.server.on("GET", RECENT, _recent(_entry("b", second=1), _entry("c", second=2)))
        await world.passes(3)
        await world.told("c")
    assert world.messages == ["a", "b", "c"]
    assert world.ways == [("connecting", "stream"), ("live", "polling")]
    assert len(world.streams()) == 1


async def test_two_polls_are_never_under_way_at_once(world: Watched) -> None:
    under_way, most = 0, 0

    async def slow(request: Received, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        await _recent(_entry("a"))(request, writer)

    world.server.on("GET", STREAM, PLAIN_404)
    world.server.on("GET", RECENT, slow)
    world.clock = FakeClock(auto=True)
    async with world.running() as feed:
        await world.is_said("live", "polling")
        for _ in range(20):
            feed.retry_now()
            await asyncio.sleep(0.01)
    assert most == 1


async def test_a_stream_that_appears_is_found_after_five_minutes(world: Watched) -> None:
    world.server.on("GET", STREAM, PLAIN_404, world.stream)
    async with world.running():
        await world.is_said("live", "polling")
        for _ in range(99):
            await world.passes(3)
        assert len(world.streams()) == 1
        await world.passes(3)
        await world.is_said("live", "stream")
    assert len(world.streams()) == 2


async def test_retry_now_looks_for_a_stream_at_once(world: Watched) -> None:
    world.server.on("GET", STREAM, PLAIN_404, world.stream)
    async with world.running() as feed:
        await world.is_said("live", "polling")
        feed.retry_now()
        await world.is_said("live", "stream")


async def test_204_means_that_only_a_person_asks_for_the_stream_again(world: Watched) -> None:
    world.server.on("GET", STREAM, NO_STREAM, world.stream)
    async with world.running() as feed:
        await world.is_said("live", "polling")
        for _ in range(101):
            await world.passes(3)
        assert len(world.streams()) == 1
        feed.retry_now()
        await world.is_said("live", "stream")


async def test_a_poll_that_fails_is_told_and_tried_again_with_growing_pauses(
    world: Watched,
) -> None:
    world.server.on("GET", STREAM, PLAIN_404)
    async with world.running():
        await world.is_said("live", "polling")
        world.server.on("GET", RECENT, failure("INTERNAL_ERROR", 500))
        await world.passes(3)
        await world.is_said("reconnecting", "polling")
        retry_at = world.connections[-1].retry_at
        assert retry_at is not None
        assert 0.8 <= retry_at - world.clock.now <= 1
        await world.clock.advance(1)
        await world.is_said("reconnecting", "polling", times=2)
        retry_at = world.connections[-1].retry_at
        assert retry_at is not None
        assert 1.6 <= retry_at - world.clock.now <= 2
        world.server.on("GET", RECENT, _recent(_entry("a")))
        await world.clock.advance(2)
        await world.is_said("live", "polling", times=2)
    assert world.messages == ["a"]


async def test_a_server_without_any_log_is_asked_again_after_five_minutes(world: Watched) -> None:
    world.server.on("GET", STREAM, PLAIN_404)
    world.server.on("GET", RECENT, PLAIN_404)
    async with world.running():
        await world.is_said("stopped", "polling")
        last = world.connections[-1]
        assert last.problem is not None
        assert last.problem.kind == "endpoint_absent"
        assert last.retry_at == world.clock.now + 300
        asked = len(world.server.requests)
        await world.clock.advance(299)
        assert len(world.server.requests) == asked
        world.server.on("GET", STREAM, world.stream)
        await world.clock.advance(1)
        await world.is_said("live")


async def test_a_service_that_is_out_of_order_is_asked_again_soon(world: Watched) -> None:
    for path in (STREAM, RECENT, "/api/v1/health"):
        world.server.on("GET", path, answer(503))
    async with world.running():
        await world.is_said("reconnecting")
        retry_at = world.connections[-1].retry_at
        assert retry_at is not None
        assert retry_at - world.clock.now <= 1
        world.server.on("GET", STREAM, world.stream)
        await world.clock.advance(1)
        await world.is_said("live")


@pytest.mark.parametrize("refusal", [failure("UNAUTHORIZED", 401), failure("FORBIDDEN", 403)])
async def test_a_refused_key_is_tried_again_every_thirty_seconds(
    world: Watched, refusal: Reply
) -> None:
    world.server.on("GET", STREAM, refusal, refusal, world.stream)
    async with world.running():
        for times in (1, 2):
            await world.is_said("stopped", times=times)
            assert world.connections[-1].retry_at == world.clock.now + 30
            await world.clock.advance(29)
            assert len(world.streams()) == times
            await world.clock.advance(1)
        await world.is_said("live")


async def test_lines_come_though_the_list_fails(world: Watched) -> None:
    world.server.on("GET", RECENT, failure("INTERNAL_ERROR", 500))
    async with world.running():
        await world.is_said("live")
        world.stream.send(_frame("a", 1))
        await world.told("a")


async def test_the_servers_retry_is_a_floor(world: Watched) -> None:
    world.server.on("GET", STREAM, raw(STREAM_HEAD + b"retry: 12000\n\n"))
    async with world.running():
        await world.is_said("reconnecting")
    assert world.connections[-1].retry_at == world.clock.now + 12


async def test_a_secret_in_a_line_goes_no_further(world: Watched) -> None:
    world.server.on("GET", RECENT, _recent(_entry("joining with psk=hunter2")))
    async with world.running():
        await world.is_said("live")
        world.stream.send(_frame('got {"api_key":"hunter2"}', 1))
        await world.until(lambda: len(world.messages) == 2)
    assert "hunter2" not in str(world.said)


async def test_only_so_many_of_the_latest_lines_are_remembered(
    world: Watched,
) -> None:
    listed = _recent(_entry("old"))
    world.server.on("GET", RECENT, listed)
    async with world.running():
        await world.is_said("live")
        for block in range(3):
            world.stream.send(
                b"".join(_frame(f"{n}", n, 1) for n in range(block * 1000, block * 1000 + 1000))
            )
        await world.told("2999")
        world.stream.send(_frame("2999", 2999, 1) + _frame("old", 1) + _frame("end", 3000))
        await world.told("end")
    assert world.messages.count("2999") == 1
    assert world.messages.count("old") == 2
