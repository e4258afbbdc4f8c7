"""Batch provisioning (contract.md §2.1)."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.engine import Engine
from kiosk.simulator.entities import Device, SessionConfig
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.macs import canonical
from kiosk.simulator.routes.inputs import json_object, text_of
from kiosk.simulator.routes.snapshots import Snapshots
from kiosk.simulator.routes.surface import Endpoint, later, spec

BATCH = "/api/v1/provisioning/batch"
NETWORK_STATUS = "/api/v1/provisioning/network/status"

_LONGEST_SSID = 32  # bytes, IEEE 802.11
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 8, 63  # WPA passphrase
_RAW_KEY = re.compile(r"[0-9A-Fa-f]{64}")
_LONGEST_TIMEOUT = 86_400


class BatchRoutes:
    """The calls of a batch that answer at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect
        self._snapshots = Snapshots(engine)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        session = f"{BATCH}/{{session_id}}"
        device = f"{session}/devices/{{mac}}"
        return [
            spec("POST", f"{BATCH}/start", self._start),
            spec("GET", f"{BATCH}/network", self._network),
            later("GET", NETWORK_STATUS, self._network),
            spec("GET", session, self._session),
            spec("POST", f"{session}/stop", self._stop),
            later("POST", f"{session}/close", self._stop),
            later("POST", f"{session}/pause", self._pause),
            later("POST", f"{session}/resume", self._unpause),
            spec("POST", f"{session}/provision-all", self._provision_all),
            spec("GET", f"{session}/devices", self._devices),
            spec("POST", f"{device}/provision", self._provision),
            spec("POST", f"{device}/retry", self._retry),
            later("POST", f"{device}/skip", self._skip),
        ]

    async def _start(self, request: Request) -> Response:
        body = await json_object(request)
        ssid = _ssid_of(body)
        _check_password(text_of(body, "target_password"))
        config = _config_of(body.get("config"))
        session = self._engine.act(lambda world: world.start(ssid, config))
        message = "Batch provisioning session started successfully"
        return success(
            request, {"session": self._snapshots.record(session), "message": message}, 201
        )

    async def _network(self, request: Request) -> Response:
        status = self._engine.look(lambda world: world.network())
        return success(request, self._dialect.network(status))

    async def _session(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        session = self._engine.look(lambda world: world.session(session_id))
        with_devices = request.query_params.get("include_devices") != "false"
        return success(request, self._snapshots.full(session, with_devices=with_devices))

    async def _stop(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        session = self._engine.act(lambda world: world.stop(session_id))
        return success(
            request, {"session": self._snapshots.record(session), "message": "Session stopped"}
        )

    async def _pause(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        session = self._engine.act(lambda world: world.pause(session_id))
        return success(request, self._snapshots.full(session))

    async def _unpause(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        session = self._engine.act(lambda world: world.unpause(session_id))
        return success(request, self._snapshots.full(session))

    async def _provision_all(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        initiated, skipped = self._engine.act(lambda world: world.provision_all(session_id))
        message = f"Provisioning initiated for {initiated} devices, {skipped} skipped"
        counts = {"initiated_count": initiated, "skipped_count": skipped}
        return success(request, {**counts, "message": message})

    async def _devices(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        devices = self._engine.look(lambda world: world.devices(session_id))
        wanted = request.query_params.get("state")
        records = [self._dialect.device(device) for device in devices]
        chosen = [record for record in records if not wanted or record["state"] == wanted]
        return success(request, {"devices": chosen, "count": len(chosen)})

    async def _provision(self, request: Request) -> Response:
        session_id, mac = _device_of(request)
        device = self._engine.act(lambda world: world.provision(session_id, mac))
        return self._accepted(request, device, "Provisioning initiated")

    async def _retry(self, request: Request) -> Response:
        session_id, mac = _device_of(request)
        device = self._engine.act(lambda world: world.retry(session_id, mac))
        return self._accepted(request, device, "Retry initiated")

    async def _skip(self, request: Request) -> Response:
        session_id, mac = _device_of(request)
        device = self._engine.act(lambda world: world.skip(session_id, mac))
        return self._accepted(request, device, "Device skipped")

    def _accepted(self, request: Request, device: Device, message: str) -> Response:
        state = self._dialect.device_state(device)
        return success(request, {"mac": device.mac, "state": state, "message": message})


def _device_of(request: Request) -> tuple[str, str]:
    mac = request.path_params["mac"]
    return request.path_params["session_id"], canonical(mac) or mac


def _ssid_of(body: dict[str, Any]) -> str:
    ssid = text_of(body, "target_ssid")
    if not 1 <= len(ssid.encode()) <= _LONGEST_SSID:
        raise RefusalError("VALIDATION_FAILED", f"target_ssid must have 1 to {_LONGEST_SSID} bytes")
    return ssid


def _check_password(password: str) -> None:
    fits = _SHORTEST_PASSWORD <= len(password.encode()) <= _LONGEST_PASSWORD
    if not fits and not _RAW_KEY.fullmatch(password):
        allowed = f"{_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters or 64 hex digits"
        raise RefusalError("VALIDATION_FAILED", f"target_password must have {allowed}")


def _config_of(given: object) -> SessionConfig:
    if given is None:
        return SessionConfig()
    if not isinstance(given, dict):
        raise RefusalError("VALIDATION_FAILED", "config must be an object")
    known = {
        name: given[name] for f in fields(SessionConfig) if given.get(name := f.name) is not None
    }
    for name, value in known.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not 1 <= value <= _LONGEST_TIMEOUT:
            allowed = f"a whole number of seconds from 1 to {_LONGEST_TIMEOUT}"
            raise RefusalError("VALIDATION_FAILED", f"config.{name} must be {allowed}")
    return SessionConfig(**known)
