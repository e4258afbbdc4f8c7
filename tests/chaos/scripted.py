"""A PiOrchestrator by script, whose answers a test may spoil."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.server import Received, Reply, ScriptedServer, Stream, success

HEALTH = "/api/v1/health"
RECOVERABLE = "/api/v1/provisioning/sessions/recoverable"
NETWORK = "/api/v1/provisioning/batch/network"
START = "/api/v1/provisioning/batch/start"
SESSION = "/api/v1/provisioning/batch/s1"
EVENTS = "/api/v1/provisioning/batch/events"
MACS = ("AA:BB:CC:DD:EE:01", "AA:BB:CC:DD:EE:02")

_SESSION = {"id": "s1", "state": "active", "target_ssid": "Machine-Room"}
_DEVICES = [{"mac": mac, "state": "discovered"} for mac in MACS]


class Service(ScriptedServer):
    """One session with two cameras that wait, and a stream that a test feeds."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = Stream()
        self._spoilt: tuple[str, str, Reply] | None = None
        self.on("GET", HEALTH, success({"status": "ok"}))
        self.on("GET", RECOVERABLE, success({"sessions": []}))
        self.on("GET", NETWORK, success({"ssid": "DelicasaOnboard", "active": True}))
        self.on("POST", START, success({"session": _SESSION}))
        self.on("GET", SESSION, success({"session": _SESSION, "devices": _DEVICES}))
        self.on("GET", EVENTS, self.stream)

    def spoil(self, reply: Reply, method: str = "", path: str = "") -> None:
        """Answer all requests with this, or those of a method whose path begins so."""
        self._spoilt = (method, path, reply)

    def mend(self) -> None:
        """Answer as usual again."""
        self._spoilt = None

    def _reply(self, request: Received) -> Reply:
        if self._spoilt is not None:
            method, path, reply = self._spoilt
            if method in {"", request.method} and request.path.startswith(path):
                return reply
        return super()._reply(request)


@asynccontextmanager
async def service() -> AsyncIterator[Service]:
    """Run one."""
    async with Service() as running:
        yield running
