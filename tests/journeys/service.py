"""What the service itself says: its sessions, its devices, what it was asked."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.support.simulator import SimulatorProcess


def prompt_service(**options: Any) -> SimulatorProcess:
    """Return a service that greets at once; a kiosk gives one that does not a second to do so."""
    return SimulatorProcess(dialect="datamodel", **options)


def states(simulator: SimulatorProcess, session_id: str) -> dict[str, str]:
    """Return the states of a session's devices by MAC, as the service lists them."""
    return {d["mac"]: d["state"] for d in simulator.session(session_id)["devices"]}


def asked_by_device(simulator: SimulatorProcess, command: str) -> Counter[str]:
    """Return how often ``provision`` or ``retry`` was asked for each device by itself."""
    return Counter(
        request["path"].split("/")[-2]
        for request in simulator.requests()
        if request["method"] == "POST"
        and "/devices/" in request["path"]
        and request["path"].endswith(f"/{command}")
    )


def changes_asked(simulator: SimulatorProcess) -> Counter[str]:
    """Return how often each kind of change was asked for; reading is not among them."""
    return Counter(
        request["path"].rsplit("/", 1)[-1]
        for request in simulator.requests()
        if request["method"] != "GET"
    )
