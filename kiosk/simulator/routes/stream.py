"""An answer that is a stream of server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kiosk.simulator.answers import correlation_id
from kiosk.simulator.engine import Engine
from kiosk.simulator.hub import Hub, Stream

HEARTBEAT = 15.0  # seconds
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"connection", b"keep-alive"),
    (b"x-accel-buffering", b"no"),
]


class EventStream(Response):
    """Sends a greeting, then a stream's frames until either side has had enough.

    ``heartbeat`` is sent whenever nothing else was for HEARTBEAT seconds.
    """

    def __init__(
        self,
        hub: Hub,
        stream: Stream,
        *,
        greeting: Callable[[], bytes],
        heartbeat: Callable[[], bytes],
    ) -> None:
        super().__init__()
        self._hub = hub
        self._stream = stream
        self._greeting = greeting
        self._heartbeat = heartbeat

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Send until the end."""
        watcher = asyncio.create_task(self._watch(receive))
        self._hub.add(self._stream)
        try:
            greeting = self._greeting()
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await _send_part(send, greeting)
            while (frames := await self._stream.take(HEARTBEAT)) is not None:
                await _send_part(send, frames or self._heartbeat())
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._hub.remove(self._stream)
            watcher.cancel()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._stream.close()


def note_opened(engine: Engine, request: Request) -> None:
    """Write into the log that a stream is opened."""
    text = f"stream {request.url.path} opened"
    traced = correlation_id(request.scope)
    engine.logbook.add("info", "api", text, engine.clock(), correlation_id=traced)


async def _send_part(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})
