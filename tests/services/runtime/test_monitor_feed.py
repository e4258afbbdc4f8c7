"""Live figures by socket or by polling, and the truth about which, on a clock that stands still."""

import asyncio
import itertools
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import pytest

from kiosk.services.client.errors import error_of
from kiosk.services.client.monitor import MonitorSocket
from kiosk.services.client.reply import Reply
from kiosk.services.runtime.monitor_feed import MonitorFeed
from kiosk.services.state.monitoring import (
    MonitorConnection,
    MonitorEvent,
    MonitoringLoaded,
    MonitorJunk,
)
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.system import SystemInfo
from tests.support.clock import FakeClock

REFUSED = Problem(Kind.TRANSPORT, message="Connection refused", retryable=True)
CLOSED = Problem(Kind.TRANSPORT, message="the server closed with 1008", retryable=True)
UNAUTHORIZED = Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401)
FORBIDDEN = Problem(Kind.DOMAIN, "FORBIDDEN", http_status=403)
ABSENT = Problem(Kind.ENDPOINT_ABSENT, http_status=404)
OUT_OF_ORDER = Problem(Kind.ENDPOINT_ABSENT, http_status=503)

HEALTH = {"cpu_usage": 12.5, "memory_usage": 40.0, "disk_usage": 30.0, "temperature": 51.0}
MOMENT = "2026-01-08T12:{:02}:{:02}Z"


class FakeConnection:
    """The server's end of one socket."""

    def __init__(self, clock: FakeClock) -> None:
        self.sent: list[tuple[float, str]] = []
        self.is_closed = False
        self._clock = clock
        self._frames: asyncio.Queue[str | Problem] = asyncio.Queue()

    async def receive(self) -> str:
        frame = await self._frames.get()
        if isinstance(frame, Problem):
            raise error_of(frame)
        return frame

    async def send(self, text: str) -> None:
        self.sent.append((self._clock.now, json.loads(text)["type"]))

    def says(self, *frames: str | Problem) -> None:
        for frame in frames:
            self._frames.put_nowait(frame)


class World:
    """A server that does what a test says, a running feed and what it has said."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.said: list[MonitorEvent] = []
        self.attempts: list[float] = []
        self.polls: list[float] = []
        self.connections: list[FakeConnection] = []
        # How a new connection fails, or with what it begins.
        self.refusal: Problem | None = None
        self.greeting: list[str | Problem] = []
        self.poll_problem: Problem | None = None
        self.poll_gate: asyncio.Event | None = None
        self.poll_answer = SystemInfo(cpu_percent=33.0)
        self.polls_at_once = self.most_polls_at_once = 0
        self.monitor = self.system = self
        self._ticks = 0

    def once(self) -> Self:
        return self

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[MonitorSocket]:
        self.attempts.append(self.clock.now)
        await asyncio.sleep(0)
        if self.refusal is not None:
            raise error_of(self.refusal)
        connection = FakeConnection(self.clock)
        connection.says(*self.greeting)
        self.connections.append(connection)
        fake: Any = connection
        try:
            yield MonitorSocket(fake)
        finally:
            connection.is_closed = True

    async def info(self) -> Reply[SystemInfo]:
        self.polls.append(self.clock.now)
        self.polls_at_once += 1
        self.most_polls_at_once = max(self.most_polls_at_once, self.polls_at_once)
        try:
            await asyncio.sleep(0)
            if self.poll_gate is not None:
                await self.poll_gate.wait()
        finally:
            self.polls_at_once -= 1
        if self.poll_problem is not None:
            raise error_of(self.poll_problem)
        return Reply(self.poll_answer)

    @asynccontextmanager
    async def running(self, *, use_socket: bool = True) -> AsyncIterator[MonitorFeed]:
        client: Any = self
        feed = MonitorFeed(
            client,
            self.said.append,
            clock=self.clock,
            rng=random.Random(7),
            use_socket=use_socket,
        )
        self.task = asyncio.create_task(feed.run())
        await self.passes(0)
        try:
            yield feed
        finally:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def passes(self, seconds: float) -> None:
        """Let time pass in small steps, so that everybody keeps up."""
        end = self.clock.now + seconds
        await self.clock.advance(0)
        while self.clock.now < end:
            await self.clock.advance(min(0.25, end - self.clock.now))
            await self.clock.advance(0)

    def stamp(self) -> str:
        """Return the server's next timestamp."""
        self._ticks += 1
        return MOMENT.format(self._ticks // 60, self._ticks % 60)

    def tells(self, kind: str = "monitoring_update", **data: Any) -> None:
        """Send figures over the newest connection."""
        self.connection.says(frame(kind, {"timestamp": self.stamp(), **data}))

    async def tells_for(self, seconds: float) -> None:
        """Be the server of the contract: an update each five seconds."""
        for _ in range(round(seconds / 5)):
            self.tells(system_health={"cpu_usage": 14.0})
            await self.passes(5)

    @property
    def connection(self) -> FakeConnection:
        return self.connections[-1]

    @property
    def told(self) -> MonitorConnection:
        return next(e for e in reversed(self.said) if isinstance(e, MonitorConnection))

    @property
    def way(self) -> tuple[str, str | None]:
        return self.told.state, self.told.transport

    @property
    def ways(self) -> list[tuple[str, str | None]]:
        return [(e.state, e.transport) for e in self.said if isinstance(e, MonitorConnection)]

    @property
    def news(self) -> list[MonitoringLoaded]:
        return [event for event in self.said if isinstance(event, MonitoringLoaded)]

    @property
    def longest_without_news(self) -> float:
        moments = [news.at for news in self.news] + [self.clock.now]
        return max(later - at for at, later in itertools.pairwise(moments))


def frame(kind: str, data: object = None) -> str:
    return json.dumps({"type": kind, "data": data})


@pytest.fixture
def world() -> World:
    world = World()
    world.greeting = [frame("initial_data", {"timestamp": world.stamp(), "system_health": HEALTH})]
    return world


def gaps(moments: list[float]) -> list[float]:
    return [later - at for at, later in itertools.pairwise(moments)]


# The socket as it should be


async def test_it_connects_takes_the_full_figures_and_only_then_is_live(world: World) -> None:
    async with world.running():
        assert world.ways == [("connecting", "websocket"), ("live", "websocket")]
        (first,) = world.news
        assert first.transport == "websocket"
        assert first.monitoring.system_health.cpu_usage == 12.5
        assert first.told == {"timestamp", "system_health"}
        assert isinstance(world.said[1], MonitoringLoaded)


async def test_while_the_socket_has_news_nobody_polls_and_nothing_else_is_told(
    world: World,
) -> None:
    async with world.running():
        await world.tells_for(300)
    assert not world.polls
    assert len(world.attempts) == 1
    assert len(world.news) == 61
    assert world.ways == [
        ("connecting", "websocket"),
        ("live", "websocket"),
        ("stopped", "websocket"),
    ]


async def test_an_update_leaves_alone_what_it_does_not_name(world: World) -> None:
    async with world.running():
        world.tells(system_health={"cpu_usage": 50.0}, network_metrics={"latency": 3.0})
        await world.passes(1)
        news = world.news[-1]
    assert news.told == {"timestamp", "system_health", "network"}
    assert news.monitoring.system_health.cpu_usage == 50.0
    assert news.monitoring.system_health.temperature == 51.0


async def test_a_null_group_leaves_the_figures_as_they_are(world: World) -> None:
    async with world.running():
        world.tells(system_health=None, camera_status=None, alerts_count=1)
        await world.passes(1)
        news = world.news[-1]
    assert news.told == {"timestamp", "alerts_count"}
    assert news.monitoring.system_health.cpu_usage == 12.5


async def test_an_update_before_the_full_figures_is_a_part_of_them(world: World) -> None:
    world.greeting = [frame("monitoring_update", {"network_metrics": {"latency": 3.0}})]
    async with world.running():
        assert world.way == ("live", "websocket")
        assert world.news[-1].told == {"network"}
        world.tells("initial_data", system_health=HEALTH)
        await world.passes(1)
        assert world.news[-1].monitoring.system_health.cpu_usage == 12.5


async def test_several_messages_in_one_frame_are_one_piece_of_news(world: World) -> None:
    async with world.running():
        updates = [
            frame("monitoring_update", {"system_health": {"cpu_usage": 1.0}}),
            "not JSON",
            frame("ping"),
            frame("monitoring_update", {"alerts_count": 4}),
        ]
        world.connection.says("\n".join(updates))
        await world.passes(1)
        assert len(world.news) == 2
        assert world.news[-1].told == {"system_health", "alerts_count"}
        assert world.news[-1].monitoring.alerts_count == 4
        assert [kind for _, kind in world.connection.sent] == ["pong"]


async def test_figures_of_an_earlier_connection_are_no_base_for_updates(world: World) -> None:
    async with world.running():
        world.greeting = [frame("monitoring_update", {"alerts_count": 1})]
        world.connection.says(CLOSED)
        await world.passes(2)
        assert world.news[-1].transport == "websocket"
        assert world.news[-1].monitoring.system_health.cpu_usage is None


async def test_an_empty_list_of_cameras_is_news_of_the_cameras(world: World) -> None:
    async with world.running():
        world.tells("initial_data", alerts_count=0, camera_status={})
        await world.passes(1)
        assert "cameras" in world.news[-1].told


# Signs of life


async def test_it_pings_every_30_s_and_answers_the_servers_ping(world: World) -> None:
    async with world.running():
        opened = world.clock.now
        world.connection.says(frame("ping"))
        await world.tells_for(65)
        sent = world.connection.sent
    assert sent == [(opened, "pong"), (opened + 30, "ping"), (opened + 60, "ping")]


async def test_a_pong_is_a_sign_of_life_but_no_news(world: World) -> None:
    async with world.running():
        for _ in range(3):
            world.connection.says(frame("pong"))
            await world.passes(3)
        assert world.way == ("live", "polling")
        assert len(world.news) > 1
        assert {news.transport for news in world.news[1:]} == {"polling"}


async def test_a_ping_without_any_answer_is_the_end_of_the_connection(world: World) -> None:
    async with world.running():
        await world.tells_for(30)
        world.tells(alerts_count=1)
        await world.passes(0.25)
        first = world.connection
        await world.passes(5.25)
        assert not first.is_closed  # that update came after the ping
        await world.tells_for(20)
        await world.passes(4.25)
        world.tells(alerts_count=2)
        await world.passes(0.25)
        assert not first.is_closed
        await world.passes(5.5)
        assert first.is_closed
        assert world.told.problem is not None


# Without news


async def test_a_refused_socket_means_polling_at_once_and_every_5_s(world: World) -> None:
    world.refusal = REFUSED
    async with world.running():
        assert world.polls == [1000.0]
        assert world.ways[:2] == [("connecting", "websocket"), ("reconnecting", "websocket")]
        assert world.way == ("live", "polling")
        assert world.told.problem == REFUSED
        assert world.news[-1].monitoring.system_health.cpu_usage == 33.0
        assert world.news[-1].told == {"system_health"}
        await world.passes(120)
    assert gaps(world.polls) == [5.0] * 24
    schedule = (1, 2, 4, 8, 16, 30, 30)
    for delay, gap in zip(schedule, gaps(world.attempts), strict=False):
        assert 0.8 * delay <= gap <= delay


async def test_polling_says_when_the_socket_is_tried_again(world: World) -> None:
    world.refusal = REFUSED
    async with world.running():
        assert world.told.retry_at is not None
        assert 1000.8 <= world.told.retry_at <= 1001
        await world.passes(60)
        assert world.told.retry_at > world.clock.now


async def test_a_socket_that_comes_back_ends_the_polling(world: World) -> None:
    world.refusal = REFUSED
    async with world.running():
        await world.passes(4)
        world.refusal = None
        await world.passes(4)
        assert world.way == ("live", "websocket")
        assert world.told.problem is None
        polls = len(world.polls)
        await world.tells_for(30)
        assert len(world.polls) == polls


async def test_accepted_and_closed_for_ever_is_no_storm(world: World) -> None:
    world.greeting = [CLOSED]
    async with world.running():
        await world.passes(900)
        assert world.way == ("live", "polling")
        assert world.told.problem == CLOSED
    assert len(world.attempts) <= 6 + 900 / 24
    assert min(gaps(world.polls)) >= 5
    assert world.longest_without_news <= 5


async def test_accepted_told_and_closed_for_ever_is_no_storm_either(world: World) -> None:
    async with world.running():
        for _ in range(600):
            world.greeting = [
                frame("initial_data", {"timestamp": world.stamp(), "alerts_count": 1}),
                CLOSED,
            ]
            await world.passes(1)
            if world.connections and not world.connection.is_closed:
                world.connection.says(CLOSED)
    assert len(world.attempts) <= 6 + 600 / 24
    assert min(gaps(world.polls)) >= 5
    assert world.longest_without_news <= 5


async def test_a_socket_that_dies_is_told_and_polling_takes_over_at_once(world: World) -> None:
    async with world.running():
        await world.tells_for(20)
        world.said.clear()
        world.connection.says(CLOSED)
        await world.passes(0)
        assert world.ways == [("reconnecting", "websocket"), ("live", "polling")]
        assert world.told.problem == CLOSED
        assert world.polls == [world.clock.now]
        await world.passes(1)
        assert world.way == ("live", "websocket")


async def test_a_socket_that_stalls_is_stale_after_7_s_and_left_after_15(world: World) -> None:
    async with world.running():
        await world.passes(6.75)
        assert world.way == ("live", "websocket")
        assert not world.polls
        world.greeting = []
        await world.passes(0.5)
        assert world.ways[-2:] == [("stale", "websocket"), ("live", "polling")]
        assert world.told.problem is not None
        await world.passes(7.25)
        assert not world.connection.is_closed
        await world.passes(1)
        assert world.connections[0].is_closed
        await world.passes(120)
        assert world.way == ("live", "polling")
    assert world.longest_without_news <= 7
    assert len(world.attempts) < 10


async def test_a_socket_that_stalls_again_is_stale_again(world: World) -> None:
    async with world.running():
        for _ in range(2):
            await world.passes(8)
            assert world.ways[-2:] == [("stale", "websocket"), ("live", "polling")]
            world.tells(alerts_count=1)
            await world.passes(0)
            assert world.way == ("live", "websocket")


async def test_a_socket_that_never_says_anything_is_not_waited_for(world: World) -> None:
    world.greeting = []
    async with world.running():
        await world.passes(4.75)
        assert world.way == ("connecting", "websocket")
        await world.passes(0.5)
        assert world.way == ("live", "polling")


@pytest.mark.parametrize(
    "lie",
    [
        "not JSON",
        "[]",
        frame("monitoring_update", "hot"),
        frame("monitoring_update", {}),
        frame("monitoring_update", {"system_health": "hot", "camera_status": [1]}),
        frame("monitoring_update", {"system_health": {"cpu_usage": "very"}}),
        frame("monitoring_update", {"timestamp": "2031-01-01T00:00:00Z"}),
        frame("error", {"code": "INTERNAL_ERROR", "message": "oops"}),
        frame("something_else", {"system_health": HEALTH}),
    ],
)
async def test_what_says_nothing_is_no_news(world: World, lie: str) -> None:
    async with world.running():
        said = len(world.news)
        for _ in range(4):
            await world.passes(2)
            world.connection.says(lie)
        assert world.way == ("live", "polling")
        assert {news.transport for news in world.news[said:]} == {"polling"}


async def test_a_timestamp_that_stands_still_is_no_news_on_any_connection(world: World) -> None:
    async with world.running():
        said = len(world.news)
        for _ in range(60):
            if not world.connection.is_closed:
                world.connection.says(*world.greeting)
            await world.passes(5)
        assert world.way == ("live", "polling")
        assert len(world.connections) > 3
        assert {news.transport for news in world.news[said:]} == {"polling"}
    assert world.longest_without_news <= 7


async def test_other_figures_with_the_same_timestamp_are_news(world: World) -> None:
    async with world.running():
        for load in range(6):
            await world.passes(5)
            health = {**HEALTH, "cpu_usage": 50.0 + load}
            stamp = {"timestamp": "2026-01-11T12:00:00Z", "system_health": health}
            world.connection.says(frame("monitoring_update", stamp))
            await world.passes(0)
            assert world.way == ("live", "websocket")
            assert world.news[-1].monitoring.system_health.cpu_usage == 50.0 + load


async def test_a_liar_that_tells_the_truth_again_is_believed(world: World) -> None:
    async with world.running():
        for _ in range(2):
            await world.passes(5)
            world.connection.says(*world.greeting)
        assert world.way == ("live", "polling")
        world.tells(system_health={"cpu_usage": 60.0})
        await world.passes(0)
        assert world.way == ("live", "websocket")
        assert world.news[-1].monitoring.system_health.cpu_usage == 60.0
        polls = len(world.polls)
        await world.tells_for(30)
        assert len(world.polls) == polls
        assert len(world.connections) == 1


async def test_junk_is_counted_and_too_much_of_it_ends_the_connection(world: World) -> None:
    async with world.running():
        for _ in range(20):
            world.connection.says("junk")
        await world.passes(1)
        assert not world.connection.is_closed
        assert world.said[-1] == MonitorJunk(20)
        world.connection.says("junk")
        await world.passes(0)
        assert world.connections[0].is_closed
        assert world.told.problem is not None
        assert world.told.problem.kind is Kind.MALFORMED


async def test_a_little_junk_now_and_then_is_only_counted(world: World) -> None:
    async with world.running():
        for _ in range(40):
            world.connection.says("junk")
            await world.tells_for(5)
        assert len(world.connections) == 1
        assert MonitorJunk(40) in world.said


# Polling


async def test_polling_that_fails_too_is_told_with_its_reason_and_goes_on(world: World) -> None:
    world.refusal = world.poll_problem = REFUSED
    async with world.running():
        await world.passes(0)
        assert world.way == ("reconnecting", "polling")
        assert world.told.problem == REFUSED
        # Not all kiosks at once: up to a fifth sooner.
        assert 1004.0 <= (world.told.retry_at or 0.0) <= 1005.0
        await world.passes(60)
        assert not world.news
        assert ("live", "polling") not in world.ways
        assert 12 <= len(gaps(world.polls)) <= 15
        assert all(4.0 <= gap <= 5.0 for gap in gaps(world.polls))


async def test_a_server_that_comes_back_is_connected_to_within_5_s(world: World) -> None:
    world.refusal = world.poll_problem = REFUSED
    async with world.running():
        await world.passes(203)
        back = world.clock.now
        world.refusal = world.poll_problem = None
        await world.passes(5)
        assert world.way == ("live", "websocket")
        assert world.attempts[-1] - back <= 5


async def test_polls_that_succeed_one_after_the_other_do_not_hurry_the_socket(
    world: World,
) -> None:
    world.refusal = REFUSED
    async with world.running():
        await world.passes(300)
    assert len(world.attempts) <= 6 + 300 / 24


async def test_there_are_never_two_polls_at_once(world: World) -> None:
    world.refusal = REFUSED
    async with world.running() as feed:
        world.poll_gate = asyncio.Event()
        await world.passes(30)
        feed.retry_now()
        await world.passes(30)
        assert world.polls_at_once == 1
    assert world.most_polls_at_once == 1


async def test_while_an_answer_is_late_what_is_shown_is_said_to_be_old(world: World) -> None:
    world.refusal = REFUSED
    async with world.running():
        await world.passes(30)
        world.poll_gate = asyncio.Event()
        await world.passes(11)
        assert world.way == ("stale", "polling")
        world.poll_gate.set()
        await world.passes(0)
        assert world.way == ("live", "polling")


async def test_a_late_answer_does_not_replace_what_the_socket_told_since(world: World) -> None:
    world.refusal = REFUSED
    world.poll_gate = asyncio.Event()
    async with world.running():
        world.refusal = None
        await world.passes(2)
        assert world.way == ("live", "websocket")
        world.poll_gate.set()
        await world.passes(1)
        assert world.way == ("live", "websocket")
        assert {news.transport for news in world.news} == {"websocket"}


async def test_an_answer_without_figures_is_no_news(world: World) -> None:
    world.refusal = REFUSED
    world.poll_answer = SystemInfo()
    async with world.running():
        assert world.way == ("reconnecting", "polling")
        assert not world.news
        assert world.told.problem is not None
        assert world.told.problem.kind is Kind.MALFORMED


async def test_switched_off_the_socket_is_never_tried(world: World) -> None:
    async with world.running(use_socket=False) as feed:
        assert world.ways == [("connecting", "polling"), ("live", "polling")]
        assert world.told.problem is None
        feed.retry_now()
        await world.passes(60)
        assert world.way == ("live", "polling")
    assert not world.attempts
    assert len(world.polls) >= 13


# Servers that do not want to be asked


@pytest.mark.parametrize("problem", [UNAUTHORIZED, FORBIDDEN])
async def test_a_refused_key_is_tried_each_30_s(world: World, problem: Problem) -> None:
    world.refusal = problem
    async with world.running():
        await world.passes(125)
        assert world.way == ("live", "polling")
        assert world.told.problem == problem
    assert gaps(world.attempts) == [30.0] * 4


async def test_a_refused_key_slows_polling_down_too(world: World) -> None:
    world.refusal = world.poll_problem = UNAUTHORIZED
    async with world.running():
        await world.passes(125)
        assert world.way == ("reconnecting", "polling")
        assert world.told.problem == UNAUTHORIZED
    assert gaps(world.polls) == [30.0] * 4


async def test_a_new_key_counts_at_once(world: World) -> None:
    world.refusal = world.poll_problem = UNAUTHORIZED
    async with world.running() as feed:
        await world.passes(2)
        world.refusal = world.poll_problem = None
        feed.retry_now()
        await world.passes(0)
        assert world.way == ("live", "websocket")


async def test_a_server_without_the_socket_is_polled_and_asked_again_after_5_minutes(
    world: World,
) -> None:
    world.refusal = ABSENT
    async with world.running():
        await world.passes(599)
        assert world.way == ("live", "polling")
    assert gaps(world.attempts) == [300.0]
    assert gaps(world.polls) == [5.0] * 119


async def test_a_server_without_either_is_left_alone_for_5_minutes(world: World) -> None:
    world.refusal = world.poll_problem = ABSENT
    async with world.running() as feed:
        await world.passes(290)
        assert len(world.attempts) == len(world.polls) == 1
        feed.retry_now()
        await world.passes(0)
        assert len(world.attempts) == len(world.polls) == 2


async def test_a_server_that_is_out_of_order_is_tried_soon(world: World) -> None:
    world.refusal = OUT_OF_ORDER
    async with world.running():
        await world.passes(8)
    assert len(world.attempts) == 4


async def test_a_delay_that_the_server_names_is_kept(world: World) -> None:
    wait = Problem(Kind.DOMAIN, "RATE_LIMITED", retryable=True, retry_after_seconds=20.0)
    world.refusal = world.poll_problem = wait
    async with world.running():
        await world.passes(45)
    assert gaps(world.attempts) == [20.0, 20.0]
    assert gaps(world.polls) == [20.0, 20.0]


async def test_retry_now_skips_the_wait_for_the_socket(world: World) -> None:
    world.refusal = REFUSED
    async with world.running() as feed:
        await world.passes(100)
        world.refusal = None
        feed.retry_now()
        await world.passes(0)
        assert world.way == ("live", "websocket")


async def test_after_a_minute_of_health_the_delays_start_over(world: World) -> None:
    world.refusal = REFUSED
    async with world.running() as feed:
        await world.passes(100)
        world.refusal = None
        feed.retry_now()
        await world.passes(0)
        await world.tells_for(65)
        lost = world.clock.now
        world.connection.says(CLOSED)
        await world.passes(1)
        assert world.attempts[-1] - lost <= 1


# The end


async def test_a_feed_that_is_left_says_that_nothing_is_live_any_more(world: World) -> None:
    async with world.running():
        pass
    assert world.way == ("stopped", "websocket")
    assert world.connection.is_closed
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize("news", [MonitorConnection, MonitoringLoaded])
@pytest.mark.parametrize("refusal", [None, REFUSED])
async def test_whoever_cannot_take_the_news_ends_the_feed_with_that_error(
    world: World, news: type, refusal: Problem | None
) -> None:
    world.refusal = refusal

    def break_off(event: MonitorEvent) -> None:
        if isinstance(event, news):
            raise BrokenPipeError

    client: Any = world
    feed = MonitorFeed(client, break_off, clock=world.clock, rng=random.Random(7), use_socket=True)
    async with asyncio.timeout(5):
        with pytest.raises(BrokenPipeError):
            await feed.run()
    assert all(connection.is_closed for connection in world.connections)
