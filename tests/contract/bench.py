"""A simulator in whatever state a documented call needs."""

from collections.abc import Callable
from typing import Any, Self

import httpx

from tests.contract.catalogue import Json
from tests.support.canary import KEY
from tests.support.simulator import SimulatorProcess

DIALECTS = ("handoff", "datamodel", "compat")
BATCH = "/api/v1/provisioning/batch"
SESSIONS = "/api/v1/provisioning/sessions"
ALLOWLIST = "/api/v1/provisioning/allowlist"


class Bench:
    """A simulator with two cameras, each of which fails its first attempt."""

    def __init__(self, simulator: SimulatorProcess, dialect: str) -> None:
        self.simulator = simulator
        self.dialect = dialect
        self.session_id = ""
        self._client = httpx.Client(
            base_url=simulator.url, headers={"X-API-Key": KEY}, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        return self._client.request(method, path, **keywords)

    def start(self) -> httpx.Response:
        """Ask for a session."""
        body = {"target_ssid": "Shop-2G", "target_password": "correct horse"}
        return self.ask("POST", f"{BATCH}/start", json=body)

    def running(self) -> str:
        """Return a session that runs and has found all cameras; another one when it is stopped."""
        if not self.session_id:
            self.session_id = self.start().json()["data"]["session"]["id"]
        self._devices(lambda devices: len(devices) == 2)
        return self.session_id

    def interrupted(self) -> str:
        """Return a session that ran when the service was killed."""
        session_id = self.running()
        self.simulator.restart()
        self.session_id = ""
        return session_id

    def stopped(self) -> str:
        """Return a session that is over."""
        session_id = self.running()
        self.ask("POST", f"{BATCH}/{session_id}/stop").raise_for_status()
        self.session_id = ""
        return session_id

    def device(self, state: str) -> str:
        """Return a device in a state."""
        self.running()
        if state == "failed":
            self.ask("POST", f"{BATCH}/{self.session_id}/provision-all")
        elif state == "discovered" and not self._in(state):
            self.stopped()
            self.running()
        return self._devices(lambda devices: [d for d in devices if d["state"] == state])

    def scanned(self) -> None:
        """Look for cameras that could be paired."""
        self.ask("POST", "/api/v1/espcam/scan").raise_for_status()
        for _ in range(2000):
            if not self.ask("GET", "/api/v1/espcam/discovered").json()["data"]["scanning"]:
                return
        raise AssertionError("the scan does not end")

    def _in(self, state: str) -> bool:
        return any(device["state"] == state for device in self._listed())

    def _listed(self) -> list[Json]:
        answer = self.ask("GET", f"{BATCH}/{self.session_id}/devices")
        devices: list[Json] = answer.json()["data"]["devices"]
        return devices

    def _devices(self, wanted: Callable[[list[Json]], Any]) -> str:
        """Ask until there is what is wanted; returns the first device's MAC."""
        for _ in range(2000):
            devices = self._listed()
            if found := wanted(devices):
                return str((found if isinstance(found, list) else devices)[0]["mac"])
        raise AssertionError(devices)
