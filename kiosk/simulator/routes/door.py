"""The door (contract.md §2.11). Its answers carry a second ``success`` inside the payload."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.dialects.base import without_none
from kiosk.simulator.door import LONGEST_OPENING, RELAY_PIN, Command, Door
from kiosk.simulator.engine import Engine
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.moments import rfc3339
from kiosk.simulator.routes.inputs import flag_of, limit_of, number_of, optional_object
from kiosk.simulator.routes.surface import Endpoint, later, legacy, spec

DOOR = "/api/v1/door"

_DEFAULT, _MOST = 20, 200


class DoorRoutes:
    """Status, open, close, history, and whether there is a door at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        twins = [
            kind(method, f"{older}/{name}", handler, "bare")
            for kind, older in ((spec, "/api/door"), (legacy, "/api/dashboard/door"))
            for method, name, handler in (
                ("GET", "status", self._status),
                ("POST", "open", self._open),
                ("POST", "close", self._close),
                ("GET", "history", self._history),
            )
        ]
        return [
            spec("GET", f"{DOOR}/status", self._status),
            spec("POST", f"{DOOR}/open", self._open),
            later("POST", f"{DOOR}/close", self._close),
            later("GET", f"{DOOR}/history", self._history),
            later("GET", f"{DOOR}/available", self._available),
            *twins,
        ]

    async def _status(self, request: Request) -> Response:
        door = self._engine.look(lambda world: world.installation.door)
        last = door.last_command()
        status = {
            "id": "main",
            "state": door.state,
            "lock_state": _lock_of(door),
            "relay_pin": RELAY_PIN,
            "hardware_available": True,
            "dev_mode": False,
            "last_command": last.command if last else None,
            "last_command_time": rfc3339(last.timestamp) if last else None,
        }
        return success(request, without_none(status))

    async def _open(self, request: Request) -> Response:
        body = await optional_object(request)
        usual = float(self._engine.world.installation.config.value("door_open_seconds"))
        seconds = number_of(body, "duration", usual)
        if not 1 <= seconds <= LONGEST_OPENING:
            text = f"duration must be from 1 to {LONGEST_OPENING} seconds"
            raise RefusalError("VALIDATION_FAILED", text)
        testing = flag_of(body, "testing_mode")
        door = self._engine.world.installation.door
        self._engine.act(lambda _: door.open(seconds, testing=testing))
        done = "Relay tested" if testing else f"Door open for {seconds:g} s"
        return success(request, {"success": True, "state": door.state, "message": done})

    async def _close(self, request: Request) -> Response:
        door = self._engine.world.installation.door
        self._engine.act(lambda _: door.close())
        return success(request, {"success": True, "state": door.state, "message": "Door closed"})

    async def _history(self, request: Request) -> Response:
        limit = limit_of(request, _DEFAULT, _MOST)
        commands = self._engine.look(lambda world: world.installation.door.history(limit))
        return success(request, {"history": [_record(command) for command in commands]})

    async def _available(self, request: Request) -> Response:
        return success(request, {"available": True})


def _lock_of(door: Door) -> str:
    return "unlocked" if door.state == "open" else "locked"


def _record(command: Command) -> dict[str, Any]:
    record = {
        "id": str(command.id),
        "timestamp": rfc3339(command.timestamp),
        "command": command.command,
        "result": command.result,
        "duration_ms": command.duration_ms,
    }
    return without_none(record)
