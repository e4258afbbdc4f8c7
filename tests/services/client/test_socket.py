"""One WebSocket connection over a real socket: the handshake, the frames and every end."""

import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from errno import EMFILE
from importlib.abc import MetaPathFinder

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Opcode

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
    ValidationRefused,
)
from kiosk.services.wire.features import Feature
from kiosk.services.wire.monitoring import MonitorMessage
from tests.support.canary import KEY, leaks
from tests.support.server import Received, Reply, ScriptedServer, answer, failure, raw, success

MONITOR = "/ws/monitor"
PAGE = "<!DOCTYPE html><title>Dashboard</title>"
LARGEST = 1 << 20
SOCKET = "kiosk.services.client.socket"

Handler = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Accept WebSockets and let the handler have them; yields the base URL."""
    async with serve(handler, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        host, port = next(iter(server.sockets)).getsockname()
        yield f"http://{host}:{port}"


def client(
    base_url: str, *, key: str | None = KEY, off: frozenset[Feature] = frozenset()
) -> PiOrchestrator:
    return PiOrchestrator(base_url, api_key=lambda: key, off=off)


async def received(base_url: str) -> list[MonitorMessage]:
    """Return the messages of the first frame."""
    async with client(base_url) as api, api.monitor.connect() as socket:
        return await socket.receive()


async def refusal(*replies: Reply) -> ApiError:
    """Return how a connection fails when the handshake is answered so."""
    async with ScriptedServer() as server:
        server.on("GET", MONITOR, *replies)
        return await failing(server.base_url)


async def failing(base_url: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await received(base_url)
    return caught.value


async def test_frames_come_as_messages_and_pings_go_as_json() -> None:
    heard: list[str] = []

    async def handler(connection: ServerConnection) -> None:
        heard.append(str(await connection.recv()))
        heard.append(str(await connection.recv()))
        await connection.send('{"type":"pong"}\n{"type":"monitoring_update","data":{}}')

    async with serving(handler) as url, client(url) as api, api.monitor.connect() as socket:
        await socket.ping()
        await socket.pong()
        assert [message.kind for message in await socket.receive()] == ["pong", "update"]
    assert [json.loads(text) for text in heard] == [{"type": "ping"}, {"type": "pong"}]


async def test_the_key_goes_with_the_handshake_where_there_is_one() -> None:
    keys: list[str | None] = []

    async def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        assert connection.request.path == MONITOR
        assert "Sec-WebSocket-Extensions" not in connection.request.headers
        keys.append(connection.request.headers.get("X-API-Key"))

    async with serving(handler) as url:
        for key in (KEY, None):
            async with client(url, key=key) as api, api.monitor.connect():
                pass
    assert keys == [KEY, None]


class NoDescriptor(MetaPathFinder):
    """Lets the socket's code not be read."""

    def find_spec(self, name: str, *_args: object) -> None:
        if name == SOCKET:
            raise OSError(EMFILE, "Too many open files")


async def test_its_code_that_cannot_be_read_is_no_connection_and_the_next_try_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send('{"type":"pong"}')
        await connection.wait_closed()

    monkeypatch.delitem(sys.modules, SOCKET)
    async with serving(handler) as url:
        with monkeypatch.context() as short:
            short.setattr(sys, "meta_path", [NoDescriptor(), *sys.meta_path])
            error = await failing(url)
        assert isinstance(error, TransportError)
        assert error.problem.retryable
        assert [message.kind for message in await received(url)] == ["pong"]


async def test_a_binary_frame_is_read_like_a_text() -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send(b'{"type":"pong"}')
        await connection.wait_closed()

    async with serving(handler) as url:
        assert [message.kind for message in await received(url)] == ["pong"]


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (failure("UNAUTHORIZED", 401), Unauthorized, "UNAUTHORIZED"),
        (answer(401, '{"error": "Unauthorized"}'), Unauthorized, "UNAUTHORIZED"),
        (answer(403, "", content_type=None), DomainError, "FORBIDDEN"),
        (answer(404, "404 page not found\n", content_type="text/plain"), EndpointAbsent, None),
        (answer(204, content_type=None), EndpointAbsent, None),
        (answer(200, PAGE, content_type="text/html"), NotApi, None),
        (answer(404, PAGE, content_type="text/html"), NotApi, None),
        (success({"monitor": "soon"}), NotApi, None),
        (failure("CIRCUIT_OPEN", 503, retry_after_seconds=9), DomainError, "CIRCUIT_OPEN"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), NotApi, None),
        (raw(b"HTTP/1.1 101 Switching\r\nConnection: close\r\n\r\n"), NotApi, None),
        (raw(b""), TransportError, None),
    ],
)
async def test_an_answer_that_is_no_handshake_is_decoded_like_any_other(
    reply: Reply, kind: type[ApiError], code: str | None
) -> None:
    error = await refusal(reply)
    assert type(error) is kind
    assert error.problem.key_sent
    if code is not None:
        assert error.problem.code == code
    if code == "CIRCUIT_OPEN":
        assert error.problem.retry_after_seconds == 9
        assert error.problem.correlation_id == "corr-9"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirect_takes_the_key_along(status: int) -> None:
    async with ScriptedServer() as elsewhere, ScriptedServer() as server:
        target = elsewhere.base_url.replace("http", "ws") + MONITOR
        server.on("GET", MONITOR, answer(status, headers={"Location": target}))
        assert isinstance(await failing(server.base_url), NotApi)
        assert not elsewhere.requests
        assert len(server.requests) == 1


async def test_nobody_listening_is_told_by_the_operating_system_s_reason() -> None:
    async with ScriptedServer() as server:
        url = server.base_url
    error = await failing(url)
    assert isinstance(error, TransportError)
    assert error.problem.message == "Connection refused"
    assert error.problem.retryable


async def test_a_handshake_without_an_answer_is_given_up_after_3_s() -> None:
    async def silence(_request: Received, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    began = time.monotonic()
    assert isinstance(await refusal(silence), RequestTimeout)
    assert time.monotonic() - began > 2.9


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1013])
async def test_a_close_is_an_end_that_may_be_tried_again(code: int) -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.close(code, f"because of {KEY}")

    async with serving(handler) as url:
        error = await failing(url)
    assert isinstance(error, TransportError)
    assert error.problem.retryable
    assert error.problem.message == f"the server closed with {code}"


async def test_a_connection_that_breaks_is_an_end_too() -> None:
    async def handler(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with serving(handler) as url:
        error = await failing(url)
    assert isinstance(error, TransportError)
    assert error.problem.message == "the connection broke"


async def test_sending_into_a_closed_connection_is_the_same_end() -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.close(1008)

    async with serving(handler) as url, client(url) as api, api.monitor.connect() as socket:
        with pytest.raises(TransportError):
            await socket.receive()
        with pytest.raises(TransportError):
            await socket.ping()


async def test_a_message_of_1_mib_passes_and_a_longer_one_is_refused() -> None:
    sizes = iter((LARGEST, LARGEST + 1))

    async def handler(connection: ServerConnection) -> None:
        await connection.send("x" * next(sizes))
        await connection.wait_closed()

    async with serving(handler) as url:
        assert [message.kind for message in await received(url)] == ["junk"]
        assert isinstance(await failing(url), MalformedAnswer)


async def test_a_frame_of_text_that_is_none_is_replaced_not_raised() -> None:
    async def handler(connection: ServerConnection) -> None:
        async with connection.send_context():
            connection.protocol.send_text(b'{"type":"\xff"}')
        await connection.wait_closed()

    async with serving(handler) as url:
        assert [message.kind for message in await received(url)] == ["unknown"]


async def test_bytes_that_are_no_frame_are_malformed() -> None:
    async def handler(connection: ServerConnection) -> None:
        connection.transport.write(bytes([0x80 | 0x70 | Opcode.TEXT, 0x00]))
        await connection.wait_closed()

    async with serving(handler) as url:
        assert isinstance(await failing(url), MalformedAnswer)


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:99999", "http://[", "http://a..b"])
async def test_an_address_that_is_none_is_refused_before_anything_is_sent(base_url: str) -> None:
    monitor = PiOrchestrator("http://127.0.0.1:1", api_key=lambda: KEY, monitor_url=base_url)
    async with monitor as api:
        with pytest.raises(ValidationRefused):
            async with api.monitor.connect():
                pass


async def test_a_secure_address_is_spoken_to_by_tls_only() -> None:
    accepted: list[ServerConnection] = []

    async def handler(connection: ServerConnection) -> None:
        accepted.append(connection)

    async with serving(handler) as url:
        assert isinstance(await failing(url.replace("http:", "https:")), TransportError)
    assert not accepted


async def test_the_monitor_has_an_origin_of_its_own() -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send('{"type":"pong"}')
        await connection.wait_closed()

    async with serving(handler) as url:
        here = PiOrchestrator("http://127.0.0.1:1", api_key=lambda: None, monitor_url=url)
        async with here as api, api.monitor.connect() as socket:
            assert [message.kind for message in await socket.receive()] == ["pong"]


async def test_a_monitor_that_is_switched_off_is_not_asked() -> None:
    async with ScriptedServer() as server:
        off = frozenset({Feature.MONITOR})
        async with client(server.base_url, off=off) as api:
            with pytest.raises(ValidationRefused) as caught:
                async with api.monitor.connect():
                    pass
        assert caught.value.problem.code == "FEATURE_OFF"
        assert not server.requests


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "ws_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "socks5://127.0.0.1:9")

    async def handler(connection: ServerConnection) -> None:
        await connection.send('{"type":"pong"}')
        await connection.wait_closed()

    async with serving(handler) as url:
        assert [message.kind for message in await received(url)] == ["pong"]


async def test_neither_log_nor_error_holds_the_key(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send("not JSON")
        await connection.close(1008, KEY)

    with caplog.at_level(logging.DEBUG):
        logging.getLogger("websockets.server").setLevel(logging.WARNING)
        errors = [await refusal(answer(302, headers={"Location": f"http://{KEY}.example/"}))]
        async with serving(handler) as url, client(url) as api, api.monitor.connect() as socket:
            await socket.receive()
            with pytest.raises(ApiError) as caught:
                await socket.receive()
            errors.append(caught.value)
    assert leaks(caplog.text + repr(errors)) == []
    assert not [error for error in errors if error.__cause__ or not error.__suppress_context__]
