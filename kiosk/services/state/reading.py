"""What becomes of what is known of a resource, in whichever slice, as it is read."""

from __future__ import annotations

from typing import Any

from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.known import Known, ReadDone, ReadFailed, ReadStarted, Resource
from kiosk.services.state.model import State


def known(state: State, resource: Resource) -> Known[Any]:
    """Return what is known of a resource."""
    part, name = resource.split(".")
    found: Known[Any] = getattr(getattr(state, part), name)
    return found


def read_started(state: State, action: ReadStarted) -> State:
    """Keep what is known in sight while it is read anew; the reason it failed stays, too."""
    return _with(state, action.resource, reading=True, retry_at=None)


def read_done(state: State, action: ReadDone) -> State:
    """Replace what was known."""
    changes = {
        "value": action.value,
        "at": action.at,
        "epoch": action.epoch,
        "reading": False,
    }
    return _with(state, action.resource, **changes, problem=None, retry_at=None)


def read_failed(state: State, action: ReadFailed) -> State:
    """Keep the last good value and say that it could not be read again."""
    changes = {"reading": False, "problem": action.problem, "retry_at": action.retry_at}
    return _with(state, action.resource, **changes)


def _with(state: State, resource: Resource, **changes: Any) -> State:
    part, name = resource.split(".")
    before = getattr(state, part)
    after = updated(before, **{name: updated(getattr(before, name), **changes)})
    return updated(state, **{part: after})


HANDLERS: Handlers[State] = {
    ReadStarted: read_started,
    ReadDone: read_done,
    ReadFailed: read_failed,
}
