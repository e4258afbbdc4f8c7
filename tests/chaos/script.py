"""A server that says what a test writes: one open session, its devices, its stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from tests.support.server import (
    STREAM_HEAD,
    Received,
    Reply,
    ScriptedServer,
    answer,
    success,
)

EVENTS = "/api/v1/provisioning/batch/events"
SESSION = "/api/v1/provisioning/batch/s1"
START = "/api/v1/provisioning/batch/start"

_RECORD = {"id": "s1", "state": "active", "target_ssid": "Machine-Room"}
GREETING = b'event:connection.established\ndata:{"type":"connection.established"}\n\n'


def mac(number: int) -> str:
    """Return a MAC address; its last two bytes tell the number."""
    return f"AA:BB:CC:00:{number >> 8 & 255:02X}:{number & 255:02X}"


def device(number: int, state: str = "discovered", **more: Any) -> dict[str, Any]:
    """Return a device as the list and the events have it."""
    return {"mac": mac(number), "state": state, "in_allowlist": True, **more}


def happened(record: object, kind: str = "device.state_changed", **envelope: Any) -> bytes:
    """Return the event about a device; ``record`` may also be the JSON of one."""
    text = record if isinstance(record, str) else json.dumps(record)
    head = {"version": "1.0", "type": kind, "session_id": "s1", **envelope}
    members = json.dumps(head)[1:-1]
    return f'event:{kind}\ndata:{{{members},"payload":{{"device":{text}}}}}\n\n'.encode(
        "utf-8", "surrogateescape"
    )


def listed(*records: object) -> Reply:
    """Answer with the session and these devices; each may also be the JSON of one."""
    devices = ",".join(r if isinstance(r, str) else json.dumps(r) for r in records)
    body = f'{{"success":true,"data":{{"session":{json.dumps(_RECORD)},"devices":[{devices}]}}}}'
    return answer(200, body.encode("utf-8", "surrogateescape"))


def pouring(*phases: tuple[asyncio.Event, Iterable[bytes]]) -> Reply:
    """Open a stream, pour parts into it as each phase begins, and hold the line."""

    async def reply(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM_HEAD + GREETING)
        for begin, parts in phases:
            await begin.wait()
            for part in parts:
                writer.write(part)
                await writer.drain()
        await asyncio.Event().wait()

    return reply


class Line:
    """An event stream that greets; what is said goes to the newest connection."""

    def __init__(self) -> None:
        self.connections = 0
        self._parts: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def __call__(self, _request: Received, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        parts = self._parts = asyncio.Queue()
        writer.write(STREAM_HEAD + GREETING)
        while (part := await parts.get()) is not None:
            writer.write(part)
            await writer.drain()

    def say(self, *parts: bytes) -> None:
        """Write these."""
        for part in parts:
            self._parts.put_nowait(part)

    def end(self) -> None:
        """Close the connection cleanly."""
        self._parts.put_nowait(None)


@asynccontextmanager
async def scripted(*records: object) -> AsyncIterator[tuple[ScriptedServer, Line]]:
    """Run a server that has a session with these devices."""
    line = Line()
    async with ScriptedServer() as server:
        server.on("GET", "/api/v1/health", success({"status": "ok"}))
        server.on("GET", "/api/v1/provisioning/sessions/recoverable", success({"sessions": []}))
        server.on("GET", "/api/v1/provisioning/batch/network", success({"ssid": "Onboard"}))
        server.on("POST", START, success({"session": _RECORD}))
        server.on("GET", SESSION, listed(*records))
        server.on("GET", EVENTS, line)
        yield server, line
