"""Live monitoring over WebSocket (contract.md §4), and how it misbehaves when a test says so."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any, Literal, get_args

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from kiosk.simulator.answers import PAGE
from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import Engine
from kiosk.simulator.machine import Machine, Observed
from kiosk.simulator.routes.camera_records import CameraRecords

UPDATE_INTERVAL = 5.0  # seconds

Mode = Literal["normal", "refuse", "close", "stall", "garbage", "frozen"]
MODES: tuple[Mode, ...] = get_args(Mode)

_UPDATED = (
    "timestamp",
    "system_health",
    "service_status",
    "network_metrics",
    "camera_status",
    "alerts_count",
    "connected_clients",
)
_POLICY_VIOLATION = 1008
_GARBAGE = (
    "not JSON",
    PAGE,
    "null",
    "[1, 2]",
    '{"type": 5}',
    '{"type": "initial_data", "data": "everything is fine"}',
    '{"type": "monitoring_update", "data": {"system_health": "hot", "camera_status": [1]}}',
    '{"type": "monitoring_update", "data": {"system_health": {"cpu_usage": NaN}}}',
    '{"type": "initial_data", "data": {"timestamp": 1, "system_health": {"cpu_usage": "12"}',
)


class MonitorRoutes:
    """``/ws/monitor``: everything at first, then what moves, every five seconds."""

    def __init__(self, engine: Engine, machine: Machine, connections: Connections) -> None:
        self._engine = engine
        self._machine = machine
        self._connections = connections
        installation = engine.world.installation
        self._records = CameraRecords(installation.cameras, installation.config)
        self._clients: set[WebSocket] = set()
        self._mode: Mode = "normal"
        self._times: int | None = None

    def routes(self) -> list[WebSocketRoute]:
        """Return the routes of this area."""
        return [WebSocketRoute("/ws/monitor", self._monitor)]

    def misbehave(self, mode: Mode, times: int | None) -> None:
        """Treat the next connections so, ``times`` of them or all."""
        self._mode, self._times = mode, times

    def cut(self) -> int:
        """Cut every connection; return how many there were."""
        clients = list(self._clients)
        for client in clients:
            self._connections.cut(client.scope)
        return len(clients)

    async def _monitor(self, socket: WebSocket) -> None:
        mode = self._take_mode()
        if mode == "refuse":
            await socket.close()  # before it was accepted: HTTP 403
            return
        await socket.accept()
        if mode == "close":
            await socket.close(_POLICY_VIOLATION)
            return
        self._clients.add(socket)
        telling = asyncio.create_task(self._tell(socket, mode))
        try:
            while True:
                text = await socket.receive_text()
                if mode != "stall":
                    await _answer(socket, text)
        except WebSocketDisconnect:
            return
        finally:
            self._clients.discard(socket)
            telling.cancel()

    def _take_mode(self) -> Mode:
        mode = self._mode
        if self._times is not None:
            self._times -= 1
            if self._times <= 0:
                self._mode, self._times = "normal", None
        return mode

    async def _tell(self, socket: WebSocket, mode: Mode) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            for message in self._messages(mode):
                await socket.send_text(message)
                await asyncio.sleep(UPDATE_INTERVAL)

    def _messages(self, mode: Mode) -> Iterator[str]:
        match mode:
            case "stall":
                return iter(())
            case "garbage":
                return cycle(_GARBAGE)
            case "frozen":
                return cycle([self._everything()])
            case _:
                return self._news()

    def _news(self) -> Iterator[str]:
        yield self._everything()
        while True:
            data = self._data()
            partial = {name: data[name] for name in _UPDATED}
            yield json.dumps({"type": "monitoring_update", "data": partial})

    def _everything(self) -> str:
        return json.dumps({"type": "initial_data", "data": self._data()})

    def _data(self) -> dict[str, Any]:
        world = self._engine.look(lambda world: world)
        installation = world.installation
        cameras = {c.id: self._records.monitored(c) for c in installation.cameras.all()}
        silent = sum(not camera["online"] for camera in cameras.values())
        failed = sum(device.state == "failed" for device in world.running_devices())
        online = installation.network.up
        observed = Observed(cameras, alerts=silent + failed + (not online), online=online)
        return self._machine.monitoring(
            self._engine.clock(), self._engine.elapsed, len(self._clients), observed
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
