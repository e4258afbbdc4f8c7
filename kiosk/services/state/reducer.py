"""From one state and one action to the next state; pure, total, never raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.services.state import (
    approving,
    batch,
    devices,
    form,
    journal,
    logs,
    machine,
    monitoring,
    navigation,
    notices,
    panel,
    reading,
    service,
    support,
)
from kiosk.services.state.actions import Action
from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import State


def _within(name: str, handlers: Handlers[Any]) -> Handlers[State]:
    """Return the handlers of a slice as handlers of the state that it is a slice of."""

    def lifted(handle: Callable[[Any, Any], Any]) -> Callable[[State, Any], State]:
        return lambda state, action: updated(state, **{name: handle(getattr(state, name), action)})

    return {action: lifted(handle) for action, handle in handlers.items()}


_HANDLERS: Handlers[State] = {
    **navigation.HANDLERS,
    **notices.HANDLERS,
    **form.HANDLERS,
    **service.HANDLERS,
    **batch.HANDLERS,
    **devices.HANDLERS,
    **reading.HANDLERS,
    **panel.HANDLERS,
    **_within("approving", approving.HANDLERS),
    **_within("machine", machine.HANDLERS),
    **_within("logs", logs.HANDLERS),
    **_within("journal", journal.HANDLERS),
    **_within("monitor", monitoring.HANDLERS),
    **_within("support", support.HANDLERS),
}


def reduce(state: State, action: Action) -> State:
    """Return the state after ``action``; the very same object when nothing changed."""
    handler = _HANDLERS.get(type(action))
    return state if handler is None else handler(state, action)
