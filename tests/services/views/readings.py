"""Short ways to say what was read of the machine, and how that went."""

from __future__ import annotations

from typing import Any

from kiosk.services.state import actions as a
from kiosk.services.state.known import ReadDone, ReadFailed, Resource
from kiosk.services.state.model import Route
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import T0

# When everything was read, and when it is looked at; the service's clock says T0 at zero of ours.
AT = NOW = 100.0
EPOCH = T0.timestamp() - NOW

AWAY = Problem(Kind.TRANSPORT, retryable=True)
LACKING = Problem(Kind.ENDPOINT_ABSENT, http_status=404)
NO_KEY = Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401, surely_not_done=True)


def read(resource: Resource, value: Any) -> ReadDone:
    """Return that a resource was read."""
    return ReadDone(resource, value, AT, EPOCH)


def unread(*resources: Resource, problem: Problem = AWAY) -> tuple[ReadFailed, ...]:
    """Return that resources could not be read."""
    return tuple(ReadFailed(resource, problem, NOW + 4.5) for resource in resources)


def sheet(route: Route, subject: str) -> a.Opened:
    """Return that a sheet was opened."""
    return a.Opened(route, subject)
