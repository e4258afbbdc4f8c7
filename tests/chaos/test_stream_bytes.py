"""The bytes of an event stream: cut anywhere, in any pieces, with any ends of lines, compressed."""

import asyncio
import gzip
import json

import pytest

from tests.chaos.scripted import EVENTS, MACS, service
from tests.chaos.test_http import BOMB, UNREADABLE, back, live
from tests.chaos.watcher import Watcher
from tests.support.clock import FakeClock
from tests.support.server import STREAM_HEAD, answer, pieces, raw


def event(name, **envelope):
    document = {"version": "1.0", "type": name, **envelope}
    return f"event:{name}\ndata:{json.dumps(document, ensure_ascii=False)}\n\n".encode()


def moved(mac, state):
    return event("device.state_changed", session_id="s1", payload={"mac": mac, "new_state": state})


THREE = (
    event("connection.established", payload={"message": "hello"}),
    moved(MACS[0], "provisioning"),
    moved(MACS[1], "provisioning"),
)


def busy_after(offset):
    """Return how many cameras are told to be busy by so many bytes of the stream."""
    ends = (len(THREE[0] + THREE[1]), len(b"".join(THREE)))
    return sum(offset >= end for end in ends)


def counts(kiosk):
    """Return the big numbers of the panel: problem, waiting, busy, ready."""
    return [int(text) for text in kiosk.texts() if text.isdigit()][:4]


async def given_up(server, kiosk, tries):
    """Wait until the stream is lost once more."""

    def is_lost():
        asked = len(server.sent("GET", EVENTS))
        return asked == tries and kiosk.batch.connection.state == "reconnecting"

    await kiosk.until(is_lost)
    assert kiosk.sees("Not live")


@pytest.mark.fault("cut after every byte", how="a stream of three events, whole answers before it")
async def test_a_stream_cut_after_any_byte_tells_only_whole_events(told):
    stream = b"".join(THREE)
    async with service() as server, Watcher(server.base_url, clock=FakeClock()) as kiosk:
        await kiosk.reads("Service ready")
        server.on("GET", EVENTS, *(raw(STREAM_HEAD + stream[:n]) for n in range(len(stream) + 1)))
        kiosk.opens("s1")
        for offset in range(len(stream) + 1):
            await given_up(server, kiosk, offset + 1)
            # A snapshot is asked for once the stream has greeted; what it lacks, events tell.
            if offset >= len(THREE[0]):
                busy = busy_after(offset)
                assert counts(kiosk) == [0, 2 - busy, busy, 0], offset
            kiosk.session.retry_now()
        told.screen("Not live after each cut; a camera moves with the last byte of its event only")
        told.sent(f"{len(stream) + 1} streams, one at a time")
        server.on("GET", EVENTS, server.stream)
        await back(server, kiosk)
        await kiosk.reads("Live")
        assert counts(kiosk) == [0, 2, 0, 0]
        told.kept("both cameras, live again")


@pytest.mark.fault("cut after every byte", how="the head of the stream's answer")
async def test_a_stream_cut_in_its_head_is_no_stream(told):
    async with service() as server, Watcher(server.base_url, clock=FakeClock()) as kiosk:
        await kiosk.reads("Service ready")
        server.on("GET", EVENTS, *(raw(STREAM_HEAD[:n]) for n in range(len(STREAM_HEAD))))
        kiosk.opens("s1")
        for tries in range(1, len(STREAM_HEAD) + 1):
            await given_up(server, kiosk, tries)
            kiosk.session.retry_now()
        told.screen("Not live")


LINES = {
    "LF": lambda data: data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "BOM and CRLF": lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
}
NETWORK = event(
    "network.status_changed",
    session_id="s1",
    payload={"status": "active", "ssid": "Fábrica 工場 🔧"},
)


@pytest.mark.fault("CRLF, UTF-8 and BOM splits", how="a byte, two and three at a time")
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("lines", LINES)
async def test_lines_and_characters_may_be_cut_anywhere(lines, size, told):
    data = LINES[lines](b"".join((*THREE, NETWORK)))
    async with service() as server, Watcher(server.base_url, clock=FakeClock()) as kiosk:
        await kiosk.reads("Service ready")
        kiosk.opens("s1")
        async with asyncio.timeout(10):
            await server.stream.opened.wait()
        for piece in pieces(data, size):
            server.stream.send(piece)
            await asyncio.sleep(0)
        await kiosk.reads("Live", "Fábrica 工場 🔧")
        assert counts(kiosk) == [0, 0, 2, 0]
        told.screen("Live; every character of the network's name")
        assert len(server.sent("GET", EVENTS)) == 1
        told.sent("one stream")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            gzip.compress(b"".join(THREE)),
            marks=pytest.mark.fault("gzip'ed stream", how="though identity was asked for"),
            id="events",
        ),
        pytest.param(BOMB, marks=pytest.mark.fault("gzip bomb", how="as a stream"), id="bomb"),
    ],
)
async def test_a_compressed_stream_is_refused_unread(body, told):
    headers = {"Content-Encoding": "gzip"}
    packed = answer(200, body, content_type="text/event-stream", headers=headers)
    async with service() as server, Watcher(server.base_url, clock=FakeClock()) as kiosk:
        await live(server, kiosk)
        server.on("GET", EVENTS, packed)
        server.stream.end()
        await kiosk.reads("Not live", "Try now (")
        kiosk.session.retry_now()
        await kiosk.reads("Not live", UNREADABLE)
        told.screen(f"Not live: {UNREADABLE}")
        assert all(r.headers["accept-encoding"] == "identity" for r in server.requests)
        server.on("GET", EVENTS, server.stream)
        await back(server, kiosk)
        await kiosk.reads("Live", "Provision all (2)")
        told.kept("both cameras")
