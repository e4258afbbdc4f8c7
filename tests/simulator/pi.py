"""A simulated Pi in this process: the application without sockets, for requests that end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from kiosk.simulator.app import build_app
from kiosk.simulator.connections import Connections
from kiosk.simulator.engine import SteadyClock
from kiosk.simulator.hub import Hub
from kiosk.simulator.machine import Machine
from kiosk.simulator.routes.surface import Routes
from kiosk.simulator.server import Options, open_world
from kiosk.simulator.storage import Storage
from tests.support.canary import PASSWORD

BATCH = "/api/v1/provisioning/batch"


class HurriedClock(SteadyClock):
    """The time of day, ahead by as much as a test skipped."""

    skipped = 0.0

    def __call__(self) -> float:
        return super().__call__() + self.skipped


class Pi:
    """Answers like ``kiosk simulate`` with these options; ``restart`` keeps what is on disk."""

    def __init__(  # noqa: PLR0917 - the options of the command line
        self,
        directory: Path,
        devices: int = 3,
        speed: float = 1.0,
        dialect: str = "handoff",
        routes: Routes = "all",
        key: str | None = None,
    ) -> None:
        self._directory = directory
        self._options = Options(devices, 1, speed, dialect, "smooth", None, routes)
        self._key = key
        self._clock = HurriedClock()
        self._start()

    def restart(self) -> None:
        self.close()
        self._start()

    def wait(self, world_seconds: float) -> None:
        """Let time pass without waiting for it."""
        self._clock.skipped += world_seconds / self._options.speed

    def close(self) -> None:
        self._storage.close()

    async def call(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://pi") as client:
            return await client.request(method, path, **keywords)

    async def data(self, method: str, path: str, **keywords: Any) -> Any:
        """Return what the envelope of a success carries."""
        return (await self.call(method, path, **keywords)).raise_for_status().json()["data"]

    async def refusal(self, method: str, path: str, **keywords: Any) -> tuple[int, str]:
        """Return status and code of an error in an envelope."""
        answer = await self.call(method, path, **keywords)
        return answer.status_code, answer.json()["error"]["code"]

    async def start_session(self) -> str:
        body = {"target_ssid": "Machine-Room", "target_password": PASSWORD}
        started = await self.data("POST", f"{BATCH}/start", json=body)
        return str(started["session"]["id"])

    def _start(self) -> None:
        self._storage = Storage(self._directory)
        _, _, self.engine = open_world(self._options, self._storage, self._clock)
        self._app = build_app(
            self.engine,
            Machine(seed=1),
            Connections(),
            Hub(),
            key=self._key,
            routes=self._options.routes,
        )
