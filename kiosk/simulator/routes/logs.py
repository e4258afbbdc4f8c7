"""The log, asked for and as it is written (contract.md §2.5, §3.5)."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import Engine
from kiosk.simulator.hub import Hub, Stream
from kiosk.simulator.logbook import Entry
from kiosk.simulator.routes.inputs import limit_of
from kiosk.simulator.routes.stream import EventStream, note_opened
from kiosk.simulator.routes.surface import Endpoint, legacy, spec

LOGS = "/api/v1/system/logs"

_DEFAULT, _MOST = 100, 1000
_EVERYBODY = ""  # the log's streams are of no session


class LogRoutes:
    """``hub`` is that of the log's streams."""

    def __init__(self, engine: Engine, hub: Hub, connections: Connections) -> None:
        self._engine = engine
        self._book = engine.logbook
        self._record = engine.dialect.log_entry
        self._hub = hub
        self._connections = connections
        self._book.told = self._tell

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [
            spec("GET", LOGS, self._list),
            spec("GET", f"{LOGS}/stream", self._stream),
            spec("GET", "/api/dashboard/logs", self._list, "bare"),
            legacy("GET", "/api/logs/recent", self._list),
        ]

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        entries = self._book.select(
            limit=limit_of(request, _DEFAULT, _MOST),
            level=query.get("level"),
            component=query.get("component") or query.get("source"),
            search=query.get("search"),
        )
        return success(request, {"count": len(entries), "logs": [self._record(e) for e in entries]})

    async def _stream(self, request: Request) -> Response:
        note_opened(self._engine, request)
        last_id = _last_id(request) or self._book.last_id
        return EventStream(
            self._hub,
            Stream(None, lambda: self._connections.cut(request.scope)),
            greeting=lambda: b"".join(
                [*map(self._frame, self._book.after(last_id)), self._keepalive()]
            ),
            heartbeat=self._keepalive,
        )

    def _tell(self, entry: Entry) -> None:
        if len(self._hub):
            self._hub.publish(_EVERYBODY, self._frame(entry))

    def _frame(self, entry: Entry) -> bytes:
        data = json.dumps(self._record(entry), ensure_ascii=False)
        return f"id: {entry.id}\nevent: log\ndata: {data}\n\n".encode()

    def _keepalive(self) -> bytes:
        return f"id: {self._book.last_id}\nevent: keepalive\ndata: {{}}\n\n".encode()


def _last_id(request: Request) -> int | None:
    """Return what the client saw last; None when it says nothing that can be understood."""
    given = request.headers.get("last-event-id", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None  # noqa: PLR2004
