"""The provisioning stream (contract.md §3.1)."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import Engine
from kiosk.simulator.hub import Stream
from kiosk.simulator.routes.batch import BATCH

HEARTBEAT = 15.0  # seconds
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"connection", b"keep-alive"),
    (b"x-accel-buffering", b"no"),
]


class EventRoutes:
    """``GET …/batch/events``, for one session or for all."""

    def __init__(self, engine: Engine, connections: Connections) -> None:
        self._engine = engine
        self._connections = connections

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [Route(f"{BATCH}/events", self._events, methods=["GET"])]

    async def _events(self, request: Request) -> Response:
        session_id = request.query_params.get("session_id")
        if session_id:
            self._engine.look(lambda world: world.session(session_id))
        stream = Stream(session_id or None, lambda: self._connections.cut(request.scope))
        return _EventStream(self._engine, stream)


class _EventStream(Response):
    """Sends a stream's frames until either side has had enough."""

    def __init__(self, engine: Engine, stream: Stream) -> None:
        super().__init__()
        self._engine = engine
        self._stream = stream

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        watcher = asyncio.create_task(self._watch(receive))
        self._engine.hub.add(self._stream)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await _send_part(send, self._engine.dialect.greeting(self._engine.clock()))
            while (frames := await self._stream.take(HEARTBEAT)) is not None:
                now = self._engine.clock()
                await _send_part(send, frames or self._engine.dialect.heartbeat(now))
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._engine.hub.remove(self._stream)
            watcher.cancel()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._stream.close()


async def _send_part(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})
