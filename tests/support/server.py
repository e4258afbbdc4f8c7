"""A scripted HTTP server over a real socket, down to the single byte."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass
class Received:
    """One request as the server saw it; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Reply = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


def raw(data: bytes) -> Reply:
    """Send these bytes and close the connection."""

    async def reply(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return reply


def answer(
    status: int = 200,
    body: bytes | str = b"",
    *,
    content_type: str | None = "application/json",
    headers: dict[str, str] | None = None,
) -> Reply:
    """Send a whole answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(data)}", "Connection: close"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + data)


def document(value: object, status: int = 200, **headers: str) -> Reply:
    """Send a JSON document."""
    return answer(status, json.dumps(value), headers=headers)


def success(data: object, correlation_id: str = "corr-1", status: int = 200) -> Reply:
    """Send a V1 success envelope."""
    return document({"success": True, "data": data, "correlation_id": correlation_id}, status)


def failure(code: str, status: int, **more: object) -> Reply:
    """Send a V1 error envelope."""
    error = {"code": code, "message": "text", **more}
    return document({"success": False, "error": error, "correlation_id": "corr-9"}, status)


STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@dataclass
class Stream:
    """An event stream that a test feeds; each connection gets a new queue."""

    connections: list["asyncio.Queue[bytes | None]"] = field(default_factory=list)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, _request: Received, writer: asyncio.StreamWriter) -> None:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.connections.append(queue)
        writer.write(STREAM_HEAD)
        await writer.drain()
        self.opened.set()
        while (data := await queue.get()) is not None:
            writer.write(data)
            await writer.drain()

    def send(self, data: bytes) -> None:
        """Write to the newest connection."""
        self.connections[-1].put_nowait(data)

    def event(self, name: str, payload: object, **envelope: object) -> None:
        """Write one event in the wire's usual form: no space after the colon."""
        document_ = {"version": "1.0", "type": name, "payload": payload, **envelope}
        self.send(f"event:{name}\ndata:{json.dumps(document_)}\n\n".encode())

    def end(self) -> None:
        """Close the newest connection cleanly."""
        self.connections[-1].put_nowait(None)


class ScriptedServer:
    """Answers by script: the replies of a route in order, the last one for ever."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self._routes: dict[tuple[str, str], list[Reply]] = {}
        self._server: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()

    def on(self, method: str, path: str, *replies: Reply) -> None:
        self._routes[method, path] = list(replies)

    def sent(self, method: str, path: str) -> list[Received]:
        """Return the requests that came for a route."""
        return [r for r in self.requests if (r.method, r.path) == (method, path)]

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await accepted()
        for task in self._handlers:
            task.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            request = await _read(reader)
            self.requests.append(request)
            await self._reply(request)(request, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._handlers.discard(task)
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    def _reply(self, request: Received) -> Reply:
        replies = self._routes.get((request.method, request.path))
        if replies is None:
            return answer(404, "404 page not found\n", content_type="text/plain")
        return replies.pop(0) if len(replies) > 1 else replies[0]


async def accepted() -> None:
    """Let handlers begin whose connections were just taken.

    A task that is cancelled before its first step closes nothing.
    """
    for _ in range(5):
        await asyncio.sleep(0)


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, target, headers, body)


def pieces(data: bytes, size: int) -> Iterable[bytes]:
    """Cut bytes into slices of one size."""
    return (data[i : i + size] for i in range(0, len(data), size))
