"""Live monitoring over WebSocket (contract.md §4)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import Engine
from kiosk.simulator.machine import Machine

UPDATE_INTERVAL = 5.0  # seconds
_UPDATED = ("timestamp", "system_health", "network_metrics", "camera_status", "connected_clients")


class MonitorRoutes:
    """``/ws/monitor``: everything at first, then what moves, every five seconds."""

    def __init__(self, engine: Engine, machine: Machine, connections: Connections) -> None:
        self._engine = engine
        self._machine = machine
        self._connections = connections
        self._clients: set[WebSocket] = set()
        self._started = time.monotonic()

    def routes(self) -> list[WebSocketRoute]:
        """Return the routes of this area."""
        return [WebSocketRoute("/ws/monitor", self._monitor)]

    def cut(self) -> int:
        """Cut every connection; return how many there were."""
        clients = list(self._clients)
        for client in clients:
            self._connections.cut(client.scope)
        return len(clients)

    async def _monitor(self, socket: WebSocket) -> None:
        await socket.accept()
        self._clients.add(socket)
        updates = asyncio.create_task(self._update(socket))
        try:
            while True:
                await _answer(socket, await socket.receive_text())
        except WebSocketDisconnect:
            return
        finally:
            self._clients.discard(socket)
            updates.cancel()

    async def _update(self, socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json({"type": "initial_data", "data": self._data()})
            while True:
                await asyncio.sleep(UPDATE_INTERVAL)
                data = self._data()
                partial = {name: data[name] for name in _UPDATED}
                await socket.send_json({"type": "monitoring_update", "data": partial})

    def _data(self) -> dict[str, Any]:
        return self._machine.monitoring(
            self._engine.clock(),
            time.monotonic() - self._started,
            len(self._clients),
            self._engine.world.running_devices(),
        )


async def _answer(socket: WebSocket, text: str) -> None:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    kind = message.get("type") if isinstance(message, dict) else None
    if kind == "ping":
        await socket.send_json({"type": "pong"})
    elif kind != "pong":
        problem = {"type": "error", "code": "INVALID_REQUEST", "message": "unknown message"}
        await socket.send_json(problem)
