"""The rules of a stream's connection, one test for each: its name begins with the rule's."""

import asyncio
import gzip
import json
import random
import tracemalloc
from pathlib import Path

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError, NotApi
from kiosk.services.runtime.session import SessionSupervisor
from kiosk.services.state.feed import SnapshotLoaded
from kiosk.services.state.store import Store
from kiosk.services.wire.events import DeviceUpdated
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.provisioning import Session
from tests.support.canary import KEY
from tests.support.clock import FakeClock
from tests.support.feed import EVENTS, MAC, SESSION, Watched, names_of, seen, snapshot
from tests.support.server import (
    STREAM_HEAD,
    Received,
    Reply,
    ScriptedServer,
    Stream,
    answer,
    failure,
    raw,
)

_LINES = (Path(__file__).parent / "cases" / "sse_transport.jsonl").read_text("utf-8").splitlines()
RULES: list[str] = [json.loads(line)["name"] for line in _LINES]

BOM = b"\xef\xbb\xbf"
GREETING = b'event: connection.established\ndata: {"type":"connection.established"}\n\n'


@pytest.fixture
async def world(server: ScriptedServer) -> Watched:
    return Watched(server, FakeClock())


def _device(state: str, *fields: str) -> bytes:
    data = json.dumps({"type": "device.state_changed", **seen(MAC, state)})
    return "\n".join([*fields, f"data: {data}", "", ""]).encode()


def _states(world: Watched) -> list[str]:
    return [event.state for event in world.of(DeviceUpdated)]


async def _reconnected_after(world: Watched, *connections: bytes) -> list[dict[str, str]]:
    """Let these be the first streams, and go live on the next; return the headers of all."""
    world.server.on("GET", EVENTS, *(raw(STREAM_HEAD + c) for c in connections), world.stream)
    world.clock = FakeClock(auto=True)
    async with world.running():
        await world.live()
    return [request.headers for request in world.server.sent("GET", EVENTS)]


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_test(rule: str) -> None:
    assert [name for name in globals() if name.startswith(f"test_{rule}_")]


def test_there_are_fifteen_rules() -> None:
    assert len(set(RULES)) == 15


async def test_request_defaults_are_those_of_the_standard(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", EVENTS, raw(STREAM_HEAD))
    async with api.batch.events("sess_1"):
        pass
    (request,) = server.requests
    assert (request.method, request.query) == ("GET", {"session_id": ["sess_1"]})
    assert request.headers["accept"] == "text/event-stream"
    assert request.headers["cache-control"] in {"no-cache", "no-store"}
    assert request.headers["accept-encoding"] == "identity"
    assert "last-event-id" not in request.headers
    assert request.headers["x-api-key"] == KEY
    assert KEY not in request.target


async def test_last_event_id_sent_when_connecting_again(world: Watched) -> None:
    first, second = await _reconnected_after(world, GREETING + _device("verified", "id: …7"))
    assert "last-event-id" not in first
    assert second["last-event-id"].encode("latin-1").decode() == "…7"


async def test_last_event_id_sticky_over_events_without_one(world: Watched) -> None:
    stream = GREETING + _device("provisioning", "id: abc") + _device("verified")
    _, second = await _reconnected_after(world, stream)
    assert second["last-event-id"] == "abc"


async def test_last_event_id_cleared_by_an_empty_one(world: Watched) -> None:
    stream = GREETING + _device("provisioning", "id: abc") + _device("verified", "id:")
    _, second = await _reconnected_after(world, stream)
    assert "last-event-id" not in second


@pytest.mark.parametrize("id_", ["42 ", "\t42", "4\x0b2", "4\x012", "\xa0", "x" * 1025])
async def test_last_event_id_not_sent_when_no_header_takes_it(world: Watched, id_: str) -> None:
    stream = GREETING + _device("verified", f"id: {id_}")
    _, second = await _reconnected_after(world, stream)
    assert "last-event-id" not in second


async def test_partial_block_discarded_when_the_stream_breaks_off(world: Watched) -> None:
    half = _device("failed", "event: half", "id: def").removesuffix(b"\n")
    async with world.running():
        await world.live()
        world.stream.send(_device("provisioning", "id: abc") + half)
        await world.until(lambda: _states(world) == ["provisioning"])
        world.stream.end()
        await world.until(lambda: world.state == "reconnecting")
        await world.clock.advance(1)
        await world.live()
        world.stream.send(_device("verified"))
        await world.until(lambda: len(_states(world)) == 2)
    assert _states(world) == ["provisioning", "verified"]
    assert world.server.sent("GET", EVENTS)[1].headers["last-event-id"] == "abc"


@pytest.mark.parametrize("cut", [b"data: \xc3", b"data: x\r", b"id: 9\r", BOM[:2]])
async def test_parser_state_reset_but_for_last_id_and_retry(world: Watched, cut: bytes) -> None:
    kept = b"" if BOM.startswith(cut) else b"retry: 5000\nid: a\n\n"
    world.server.on("GET", EVENTS, raw(STREAM_HEAD + kept + cut), world.stream)
    async with world.running():
        await world.until(lambda: world.state == "reconnecting")
        retry_at = world.connection.retry_at
        assert retry_at is not None
        assert (retry_at - world.clock.now == 5) is bool(kept)
        await world.clock.advance(5)
        async with asyncio.timeout(5):
            await world.stream.opened.wait()
        world.stream.send(BOM + GREETING + _device("verified"))
        await world.until(lambda: _states(world) == ["verified"])
    second = world.server.sent("GET", EVENTS)[1].headers
    assert second.get("last-event-id") == ("a" if kept else None)


async def test_backoff_schedule_is_kept_while_the_server_is_down(world: Watched) -> None:
    world.server.on("GET", EVENTS, raw(b""))
    delays: list[float] = []
    async with world.running():
        for number in range(1, 9):
            await world.until(lambda: world.states.count("reconnecting") == number)  # noqa: B023
            assert len(world.server.sent("GET", EVENTS)) == number
            retry_at = world.connection.retry_at
            assert retry_at is not None
            delays.append(retry_at - world.clock.now)
            await world.clock.advance(delays[-1])
    for longest, delay in zip((1, 2, 4, 8, 16, 30, 30, 30), delays, strict=True):
        assert longest * 0.8 <= delay <= longest


async def test_status_204_means_to_poll_and_not_to_connect_again(world: Watched) -> None:
    world.server.on("GET", EVENTS, answer(204, content_type=None), world.stream)
    world.clock = FakeClock(auto=True)
    async with world.running() as feed:
        await world.until(lambda: len(world.of(SnapshotLoaded)) >= 15)
        assert world.clock.now > 1030
        assert len(world.server.sent("GET", EVENTS)) == 1
        feed.retry_now()
        await world.live()


@pytest.mark.parametrize("refusal", [failure("UNAUTHORIZED", 401), failure("FORBIDDEN", 403)])
async def test_status_401_403_are_tried_again_every_30_s_with_the_key_of_then(
    server: ScriptedServer, refusal: Reply
) -> None:
    stream, clock, store = Stream(), FakeClock(), Store()
    server.on("GET", EVENTS, refusal, refusal, stream)
    server.on("GET", SESSION, snapshot())
    changed = asyncio.Event()
    store.subscribe(changed.set)
    keys = ["wrong"]

    async def connection(state: str, retry_at: float | None = None) -> Problem | None:
        async with asyncio.timeout(5):
            while True:
                shown = store.state.open_batch().connection
                if (shown.state, shown.retry_at) == (state, retry_at):
                    return shown.problem
                changed.clear()
                await changed.wait()

    async with PiOrchestrator(server.base_url, api_key=lambda: keys[-1]) as client:
        supervisor = SessionSupervisor(
            client, store, lambda: None, clock=clock, rng=random.Random(1)
        )
        supervisor.open(Session(id="s1"))
        for attempts, next_key in ((1, "wrong as well"), (2, "right")):
            problem = await connection("stopped", clock.now + 30)
            assert problem is not None
            assert problem.http_status in {401, 403}
            await clock.advance(29)
            assert len(server.requests) == attempts
            keys.append(next_key)
            await clock.advance(1)
        await asyncio.wait_for(stream.opened.wait(), 5)
        stream.event("connection.established", {})
        await connection("live")
        supervisor.close()
        await clock.advance(0)
    sent = [request.headers["x-api-key"] for request in server.sent("GET", EVENTS)]
    assert sent == ["wrong", "wrong as well", "right"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_same_origin_is_followed_with_the_key(
    server: ScriptedServer, api: PiOrchestrator, status: int
) -> None:
    def to(hop: int) -> Reply:
        return answer(status, headers={"Location": f"/hop/{hop}?session_id=s"})

    server.on("GET", EVENTS, to(1))
    for hop in range(1, 5):
        server.on("GET", f"/hop/{hop}", to(hop + 1))
    server.on("GET", "/hop/5", raw(STREAM_HEAD + b"data: x\n\n"))
    async with api.batch.events("s") as stream:
        assert [frame.data for frame in await stream.next_batch() or []] == ["x"]
    assert [request.headers["x-api-key"] for request in server.requests] == [KEY] * 6
    server.on("GET", "/hop/5", to(6))
    with pytest.raises(NotApi):
        async with api.batch.events("s"):
            pass
    assert not server.sent("GET", "/hop/6")


@pytest.mark.parametrize("headers", [{}, {"Location": ""}])
async def test_redirect_no_location_is_an_error_and_no_loop(
    server: ScriptedServer, api: PiOrchestrator, headers: dict[str, str]
) -> None:
    server.on("GET", EVENTS, answer(301, headers=headers))
    with pytest.raises(ApiError):
        async with api.batch.events("s"):
            pass
    assert len(server.requests) == 1


async def test_clean_eof_is_a_loss_that_leads_to_the_whole_cycle_again(world: Watched) -> None:
    async with world.running():
        await world.live()
        world.stream.end()
        await world.until(lambda: world.state == "reconnecting")
        retry_at = world.connection.retry_at
        assert retry_at is not None
        assert 0.8 <= retry_at - world.clock.now <= 1
        await world.clock.advance(1)
        await world.live()
    assert world.states == ["connecting", "live", "reconnecting", "connecting", "live"]
    assert len(world.of(SnapshotLoaded)) == 2


async def test_content_encoding_is_refused_before_a_bomb_goes_off(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    bomb = gzip.compress(b"data: " + b"x" * (32 << 20) + b"\n\n")
    head = STREAM_HEAD.replace(b"Connection", b"Content-Encoding: gzip\r\nConnection")
    server.on("GET", EVENTS, raw(head + bomb))
    tracemalloc.start()
    try:
        with pytest.raises(ApiError):
            async with api.batch.events("s"):
                pass
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


async def test_connect_then_list_loses_no_change_between_the_two(world: Watched) -> None:
    async def listed(request: Received, writer: asyncio.StreamWriter) -> None:
        world.stream.event("device.state_changed", **seen(MAC, "verified"))
        await snapshot("active", {"mac": MAC, "state": "provisioning"})(request, writer)

    world.server.on("GET", SESSION, listed)
    async with world.running():
        await world.stream.opened.wait()
        world.stream.event("device.state_changed", **seen(MAC, "verifying"))
        await asyncio.sleep(0.05)
        assert world.server.sent("GET", SESSION) == []
        world.stream.event("connection.established", {})
        await world.until(lambda: "live" in world.states and len(_states(world)) == 2)
    assert _states(world) == ["verifying", "verified"]
    order = names_of(world.said)
    assert order.index("snapshot") < order.index("device.updated")


async def test_snapshot_fails_and_the_stream_is_dropped_and_never_called_live(
    world: Watched,
) -> None:
    world.server.on("GET", SESSION, failure("INTERNAL_ERROR", 500), snapshot())
    async with world.running():
        await world.established()
        await world.until(lambda: world.state == "reconnecting")
        assert "live" not in world.states
        await world.clock.advance(1)
        await world.live()
    assert len(world.server.sent("GET", EVENTS)) == 2
