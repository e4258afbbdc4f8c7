"""One stream connection over a real socket: the handshake, the cuts and the silence."""

import asyncio

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import (
    ApiError,
    DomainError,
    EndpointAbsent,
    MalformedAnswer,
    NotApi,
    RequestTimeout,
    TransportError,
    Unauthorized,
)
from kiosk.services.client.sse import Frame
from kiosk.services.client.stream import EventStream
from tests.support.canary import KEY, leaks
from tests.support.server import (
    STREAM_HEAD,
    Received,
    Reply,
    ScriptedServer,
    Stream,
    answer,
    document,
    failure,
    pieces,
    raw,
    success,
)

EVENTS = "/api/v1/provisioning/batch/events"
THREE = "event:a\ndata:1\n\nid: 7\r\ndata:zwei ü\r\n\r\n: ping\n\ndata:3\n\n".encode()


async def _all(stream: EventStream) -> list[Frame]:
    frames: list[Frame] = []
    while (batch := await stream.next_batch()) is not None:
        frames += batch
    return frames


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
async def test_slices_of_any_size_give_the_same_frames(
    server: ScriptedServer, api: PiOrchestrator, size: int
) -> None:
    async def sliced(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM_HEAD)
        for piece in pieces(THREE, size):
            writer.write(piece)
            await writer.drain()

    server.on("GET", EVENTS, sliced)
    async with api.batch.events("s") as stream:
        frames = await _all(stream)
    assert frames == [
        Frame("a", "1", ""),
        Frame("message", "zwei ü", "7"),
        Frame("message", "3", "7"),
    ]
    assert stream.last_event_id == "7"


async def test_a_stream_cut_at_any_byte_gives_only_whole_events(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    whole = [
        b"event:a\ndata:1\n\n",
        b"id: 7\r\ndata:zwei \xc3\xbc\r\n\r\n",
        b": ping\n\ndata:3\n\n",
    ]
    ends = [len(b"".join(whole[: i + 1])) for i in range(3)]
    for cut in range(len(THREE) + 1):
        server.on("GET", EVENTS, raw(STREAM_HEAD + THREE[:cut]))
        async with api.batch.events("s") as stream:
            frames = await _all(stream)
        # The last byte of CRLF CRLF is not needed: the CR has already ended the line.
        complete = sum(cut >= end - (i == 1) for i, end in enumerate(ends))
        assert len(frames) == complete, cut


async def test_a_chunked_stream_that_breaks_off_is_a_transport_error(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    head = STREAM_HEAD.replace(b"Connection", b"Transfer-Encoding: chunked\r\nConnection")
    server.on("GET", EVENTS, raw(head + b"9\r\ndata:1\n\nX"))
    async with api.batch.events("s") as stream:
        with pytest.raises(TransportError):
            await _all(stream)


REFUSALS: list[tuple[Reply, type[ApiError]]] = [
    (failure("UNAUTHORIZED", 401), Unauthorized),
    (failure("SESSION_NOT_FOUND", 404), DomainError),
    (failure("SESSION_EXPIRED", 410), DomainError),
    (answer(429, headers={"Retry-After": "9"}), DomainError),
    (answer(204, content_type=None), EndpointAbsent),
    (answer(200, "<html>", content_type="text/html"), NotApi),
    (answer(502, "<html>", content_type="text/html"), NotApi),
    (success({}), NotApi),
    (answer(404, "404 page not found", content_type="text/plain"), EndpointAbsent),
    (raw(b""), TransportError),
]


@pytest.mark.parametrize(("reply", "error"), REFUSALS)
async def test_anything_but_an_event_stream_is_decoded_as_an_answer(
    server: ScriptedServer, api: PiOrchestrator, reply: Reply, error: type[ApiError]
) -> None:
    server.on("GET", EVENTS, reply)
    with pytest.raises(error):
        async with api.batch.events("s"):
            pass


async def test_a_redirect_to_another_origin_gets_no_key(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    async with ScriptedServer() as other:
        server.on("GET", EVENTS, answer(302, headers={"Location": f"{other.base_url}/x"}))
        with pytest.raises(NotApi):
            async with api.batch.events("s"):
                pass
        assert other.requests == []


async def test_bytes_without_a_line_do_not_keep_a_connection_alive(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    async def trickle(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM_HEAD + b"data:1\n\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    server.on("GET", EVENTS, trickle)
    async with api.batch.events("s", silence=0.1) as stream:
        assert await stream.next_batch() == [Frame("message", "1", "")]
        with pytest.raises(RequestTimeout):
            await stream.next_batch()


async def test_a_comment_is_a_sign_of_life_without_a_frame(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    feed = Stream()
    server.on("GET", EVENTS, feed)
    async with api.batch.events("s") as stream:
        feed.send(b": ping\n\n")
        assert await stream.next_batch() == []


async def test_an_endless_line_is_refused(server: ScriptedServer, api: PiOrchestrator) -> None:
    async def flood(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM_HEAD + b"data:")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    server.on("GET", EVENTS, flood)
    async with api.batch.events("s") as stream:
        with pytest.raises(MalformedAnswer):
            await stream.next_batch()


async def test_a_server_that_never_answers_is_given_up(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    async def black_hole(_request: Received, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server.on("GET", EVENTS, black_hole)
    with pytest.raises(RequestTimeout):
        async with api.batch.events("s", silence=0.1):
            pass


async def test_a_key_that_the_server_quotes_in_its_refusal_is_not_repeated(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    quoting = {"success": False, "error": f"bad key {KEY}", "code": "UNAUTHORIZED"}
    server.on("GET", EVENTS, document(quoting, 401))
    with pytest.raises(Unauthorized) as error:
        async with api.batch.events("s"):
            pass
    assert leaks(error.value.problem.message) == []
    assert "bad key" in error.value.problem.message
