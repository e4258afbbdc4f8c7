"""Session recovery and history (contract.md §2.3)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.engine import Engine
from kiosk.simulator.routes.inputs import days_of, limit_of
from kiosk.simulator.routes.snapshots import Snapshots
from kiosk.simulator.routes.surface import Endpoint, later, spec

SESSIONS = "/api/v1/provisioning/sessions"

_DAY = 86_400
_MOST = 100


class SessionRoutes:
    """Sessions that outlived their service, and those that are over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._snapshots = Snapshots(engine)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        return [
            spec("GET", f"{SESSIONS}/recoverable", self._recoverable),
            later("GET", f"{SESSIONS}/history", self._history),
            later("DELETE", f"{SESSIONS}/history", self._clear_history),
            spec("POST", f"{SESSIONS}/{{session_id}}/resume", self._resume),
            later("DELETE", f"{SESSIONS}/{{session_id}}", self._discard),
        ]

    async def _recoverable(self, request: Request) -> Response:
        sessions = self._engine.look(lambda world: world.archive.recoverable())
        return success(request, {"sessions": [self._snapshots.record(s) for s in sessions]})

    async def _resume(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        session = self._engine.act(lambda world: world.resume(session_id))
        return success(request, self._snapshots.full(session))

    async def _discard(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        self._engine.act(lambda world: world.discard(session_id))
        return success(request, {"message": "Session discarded"})

    async def _history(self, request: Request) -> Response:
        limit = limit_of(request, 10, _MOST)
        sessions = self._engine.look(lambda world: world.archive.history(limit))
        records = [self._snapshots.record(session) for session in sessions]
        return success(request, {"sessions": records, "count": len(records)})

    async def _clear_history(self, request: Request) -> Response:
        days = days_of(request, "older_than_days", 7)
        cleared = self._engine.act(lambda world: world.archive.clear(days * _DAY))
        return success(request, {"cleared": cleared, "message": f"{cleared} sessions cleared"})
