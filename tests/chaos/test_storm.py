"""Callers that leave: httpx loses connections when it is cancelled, so it never is."""

from __future__ import annotations

import asyncio
import gc
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from kiosk.services.client.api import PiOrchestrator
from tests.support.server import accepted

CANCELS, STREAMS, AT_ONCE = 2000, 120, 40
# Callers leave before, during and after an answer, and while all connections are taken.
LONGEST_ANSWER_SECONDS, LONGEST_PATIENCE_SECONDS = 0.005, 0.02
# The client keeps a few connections for the next calls.
KEPT = 8

HEALTHY = b'{"success":true,"data":{"status":"ok"}}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(HEALTHY),
    HEALTHY,
)
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: opened\n\n"


@pytest.fixture
async def api() -> AsyncIterator[PiOrchestrator]:
    """Return the client of a server that keeps its connections and takes its time."""
    rng = random.Random(0)
    handlers = set[asyncio.Task[None]]()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(LONGEST_ANSWER_SECONDS * rng.random())
                writer.write(STREAM if b"/events" in head.split(b"\r\n")[0] else ANSWER)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(handle(reader, writer), name="server")
        handlers.add(task)
        task.add_done_callback(handlers.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with PiOrchestrator(f"http://127.0.0.1:{port}", api_key=lambda: None) as client:
        yield client
    server.close()
    await accepted()
    for task in handlers:
        task.cancel()
    await asyncio.gather(*handlers)


async def left(api: PiOrchestrator, call: Callable[[], Awaitable[object]], times: int) -> int:
    """Begin a call so many times and leave at some moment; returns how many never got an answer.

    What was left goes on; of that there is never more than the connections serve in their time.
    """
    rng = random.Random(1)
    turns = iter(range(times))

    async def impatient() -> int:
        unanswered = 0
        for turn in turns:
            patience = LONGEST_PATIENCE_SECONDS * rng.random()
            task = asyncio.ensure_future(call())
            if turn % 2:
                await asyncio.wait({task}, timeout=patience)
                task.cancel()
            else:
                await asyncio.wait({asyncio.ensure_future(asyncio.wait_for(task, patience))})
            await asyncio.wait({task})
            unanswered += task.cancelled()
            while len(api._http._under_way) > AT_ONCE:
                await asyncio.wait(api._http._under_way, return_when=asyncio.FIRST_COMPLETED)
        return unanswered

    return sum(await asyncio.gather(*(impatient() for _ in range(AT_ONCE))))


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - iterdir opens what it counts


# Fewer of them are part of every run (tests/services/client).
@pytest.mark.slow
async def test_after_two_thousand_cancels_the_next_calls_work(api: PiOrchestrator) -> None:
    await api.system.health()
    before, pool = descriptors(), api._http._client
    assert await left(api, api.system.health, CANCELS) > CANCELS / 2
    async with asyncio.timeout(10):
        for _ in range(2 * KEPT):
            assert (await api.system.health()).data.status == "ok"
    # An exhausted pool is replaced, after five seconds without any answer; this one never was.
    assert api._http._client is pool
    # Both ends of a connection are in this process.
    assert descriptors() <= before + 2 * KEPT


async def test_streams_that_are_left_while_they_open_leave_nothing_behind(
    api: PiOrchestrator,
) -> None:
    await api.system.health()
    before = descriptors()
    tasks = asyncio.all_tasks()

    async def watch() -> None:
        async with api.batch.events("a-session") as stream:
            while await stream.next_batch() is not None:
                pass

    assert await left(api, watch, STREAMS) == STREAMS
    async with asyncio.timeout(10):
        await api.system.health()
        while rest := asyncio.all_tasks() - tasks:
            await asyncio.wait(rest, return_when=asyncio.FIRST_COMPLETED)
    assert descriptors() <= before + 2 * KEPT
