"""The ASGI application: log, faults and key check around the routes."""

from __future__ import annotations

import sqlite3

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.simulator import answers
from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import Engine
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.faults import Faults
from kiosk.simulator.hub import Hub
from kiosk.simulator.machine import Machine
from kiosk.simulator.middleware import KeyCheck, RequestLog
from kiosk.simulator.routes.allowlist import AllowlistRoutes
from kiosk.simulator.routes.batch import BatchRoutes
from kiosk.simulator.routes.cameras import CameraRoutes
from kiosk.simulator.routes.config import ConfigRoutes
from kiosk.simulator.routes.containers import ContainerRoutes
from kiosk.simulator.routes.diagnostics import DiagnosticsRoutes
from kiosk.simulator.routes.door import DoorRoutes
from kiosk.simulator.routes.espcam import EspcamRoutes
from kiosk.simulator.routes.events import EventRoutes
from kiosk.simulator.routes.hooks import HookRoutes
from kiosk.simulator.routes.logs import LogRoutes
from kiosk.simulator.routes.monitor import MonitorRoutes
from kiosk.simulator.routes.network import NetworkRoutes
from kiosk.simulator.routes.sessions import SessionRoutes
from kiosk.simulator.routes.surface import Endpoint, Routes, chosen
from kiosk.simulator.routes.system import SystemRoutes
from kiosk.simulator.routes.wifi import WifiRoutes


def build_app(
    engine: Engine,
    machine: Machine,
    connections: Connections,
    logs: Hub,
    *,
    key: str | None,
    routes: Routes,
) -> ASGIApp:
    """Everything that a request goes through, outermost first: log, faults, key, routes."""
    has_v1 = routes != "legacy"
    system = SystemRoutes(engine, machine, key_required=key is not None)
    endpoints: list[Endpoint] = [
        *EventRoutes(engine, connections).endpoints(),  # before /batch/{session_id}
        *BatchRoutes(engine).endpoints(),
        *SessionRoutes(engine).endpoints(),
        *AllowlistRoutes(engine).endpoints(),
        *system.endpoints(),
        *LogRoutes(engine, logs, connections).endpoints(),
        *WifiRoutes(engine).endpoints(),
        *CameraRoutes(engine).endpoints(),
        *EspcamRoutes(engine).endpoints(),
        *ConfigRoutes(engine).endpoints(),
        *NetworkRoutes(engine).endpoints(),
        *DoorRoutes(engine).endpoints(),
        *ContainerRoutes(engine).endpoints(),
        *DiagnosticsRoutes(engine, machine).endpoints(),
    ]
    monitor = MonitorRoutes(engine, machine, connections)
    router = Starlette(
        routes=[*(endpoint.route() for endpoint in chosen(endpoints, routes)), *monitor.routes()],
        exception_handlers={
            RefusalError: answers.on_refusal,
            HTTPException: answers.on_wrong_route(has_v1=has_v1),
            sqlite3.Error: answers.on_database_error,
            Exception: answers.on_crash,
        },
    )
    router.router.redirect_slashes = False
    faults = Faults(KeyCheck(router, key, has_v1=has_v1), connections)
    log = RequestLog(faults, engine)
    router.router.routes.extend(HookRoutes(engine, logs, log, faults, monitor).routes())

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answers.correlation_id(scope)
        await log(scope, receive, send)

    return app
