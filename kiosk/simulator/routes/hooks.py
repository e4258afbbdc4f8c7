"""Test hooks: what was asked, streams cut, faults, bursts. No part of PiOrchestrator's contract."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.simulator.engine import Engine
from kiosk.simulator.faults import Fault, Faults
from kiosk.simulator.hub import Hub
from kiosk.simulator.middleware import HOOKS, RequestLog
from kiosk.simulator.routes.monitor import MODES, MonitorRoutes

_LARGEST_BURST = 1_000_000


class HookRoutes:
    """``/_simulator/*``."""

    def __init__(
        self,
        engine: Engine,
        logs: Hub,
        log: RequestLog,
        faults: Faults,
        monitor: MonitorRoutes,
    ) -> None:
        self._engine = engine
        self._logs = logs
        self._log = log
        self._faults = faults
        self._monitor = monitor

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route(f"{HOOKS}requests", self._requests, methods=["GET"]),
            Route(f"{HOOKS}cut-streams", self._cut_streams, methods=["POST"]),
            Route(f"{HOOKS}faults", self._add_faults, methods=["POST"]),
            Route(f"{HOOKS}faults", self._clear_faults, methods=["DELETE"]),
            Route(f"{HOOKS}monitor", self._misbehave, methods=["POST"]),
            Route(f"{HOOKS}burst", self._burst, methods=["POST"]),
        ]

    async def _requests(self, _: Request) -> Response:
        return JSONResponse(self._log.report())

    async def _cut_streams(self, _: Request) -> Response:
        return JSONResponse({"cut": self._cut()})

    async def _add_faults(self, request: Request) -> Response:
        try:
            given = json.loads(await request.body())
            faults = [Fault.parse(one) for one in (given if isinstance(given, list) else [given])]
        except ValueError as error:
            return _bad(str(error))
        self._faults.add(faults)
        return JSONResponse({"pending": len(self._faults)})

    async def _clear_faults(self, _: Request) -> Response:
        self._faults.clear()
        return JSONResponse({"pending": 0})

    async def _misbehave(self, request: Request) -> Response:
        given = await _json(request)
        mode, times = (given.get("mode"), given.get("times")) if given else (None, None)
        if mode not in MODES:
            return _bad(f"mode must be one of {', '.join(MODES)}")
        if times is not None and (not isinstance(times, int) or times < 1):
            return _bad("times must be a whole number from 1")
        self._monitor.misbehave(mode, times)
        return JSONResponse({"mode": mode, "times": times})

    async def _burst(self, request: Request) -> Response:
        given = await _json(request)
        events = given.get("events") if given else None
        if given is None or not isinstance(events, int) or not 1 <= events <= _LARGEST_BURST:
            return _bad(f"events must be a whole number from 1 to {_LARGEST_BURST}")
        if session_id := given.get("session_id"):
            self._engine.look(lambda world: world.session(session_id))
        per_second = given.get("per_second")
        if per_second is not None and not (_is_number(per_second) and per_second > 0):
            return _bad("per_second must be a number above 0")
        return JSONResponse({"events": await self._engine.burst(events, per_second)})

    def _cut(self) -> int:
        return self._engine.hub.cut() + self._logs.cut() + self._monitor.cut()


async def _json(request: Request) -> dict[str, Any] | None:
    """Return the body; None when it is no JSON object."""
    try:
        given = json.loads(await request.body())
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bad(text: str) -> Response:
    return JSONResponse({"error": text}, 400)
