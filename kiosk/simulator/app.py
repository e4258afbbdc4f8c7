"""The ASGI application: log, faults and key check around the routes."""

from __future__ import annotations

import sqlite3

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import Engine
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.faults import Faults
from kiosk.simulator.machine import Machine
from kiosk.simulator.middleware import KeyCheck, RequestLog
from kiosk.simulator.routes import answers
from kiosk.simulator.routes.allowlist import AllowlistRoutes
from kiosk.simulator.routes.batch import BatchRoutes
from kiosk.simulator.routes.events import EventRoutes
from kiosk.simulator.routes.hooks import HookRoutes
from kiosk.simulator.routes.monitor import MonitorRoutes
from kiosk.simulator.routes.system import SystemRoutes


def build_app(
    engine: Engine, machine: Machine, connections: Connections, *, key: str | None
) -> ASGIApp:
    """Everything that a request goes through, outermost first: log, faults, key, routes."""
    monitor = MonitorRoutes(engine, machine, connections)
    router = Starlette(
        routes=[
            *EventRoutes(engine, connections).routes(),  # before /batch/{session_id}
            *BatchRoutes(engine).routes(),
            *AllowlistRoutes(engine).routes(),
            *SystemRoutes(engine, machine, key_required=key is not None).routes(),
            *monitor.routes(),
        ],
        exception_handlers={
            RefusalError: answers.on_refusal,
            HTTPException: answers.on_wrong_route,
            sqlite3.Error: answers.on_database_error,
            Exception: answers.on_crash,
        },
    )
    router.router.redirect_slashes = False
    faults = Faults(KeyCheck(router, key), connections)
    log = RequestLog(faults)
    router.router.routes.extend(HookRoutes(engine, log, faults, monitor).routes())

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answers.correlation_id(scope)
        await log(scope, receive, send)

    return app
