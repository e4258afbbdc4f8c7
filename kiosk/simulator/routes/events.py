"""The provisioning stream (contract.md §3.1)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import Engine
from kiosk.simulator.hub import Stream
from kiosk.simulator.routes.batch import BATCH
from kiosk.simulator.routes.stream import EventStream, note_opened
from kiosk.simulator.routes.surface import Endpoint, spec


class EventRoutes:
    """``GET …/batch/events``, for one session or for all."""

    def __init__(self, engine: Engine, connections: Connections) -> None:
        self._engine = engine
        self._connections = connections

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [spec("GET", f"{BATCH}/events", self._events)]

    async def _events(self, request: Request) -> Response:
        engine = self._engine
        session_id = request.query_params.get("session_id")
        if session_id:
            engine.look(lambda world: world.session(session_id))
        note_opened(engine, request)
        stream = Stream(session_id or None, lambda: self._connections.cut(request.scope))
        return EventStream(
            engine.hub,
            stream,
            greeting=lambda: engine.dialect.greeting(engine.clock()),
            heartbeat=lambda: engine.dialect.heartbeat(engine.clock()),
        )
