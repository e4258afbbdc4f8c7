"""From one state and one action to the next state; pure, total, never raises."""

from __future__ import annotations

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
    service,
    support,
)
from kiosk.services.state.actions import Action
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import State

_HANDLERS: Handlers = {
    **navigation.HANDLERS,
    **notices.HANDLERS,
    **form.HANDLERS,
    **service.HANDLERS,
    **batch.HANDLERS,
    **devices.HANDLERS,
    **approving.HANDLERS,
    **machine.HANDLERS,
    **logs.HANDLERS,
    **journal.HANDLERS,
    **monitoring.HANDLERS,
    **panel.HANDLERS,
    **support.HANDLERS,
}


def reduce(state: State, action: Action) -> State:
    """Return the state after ``action``; the very same object when nothing changed."""
    handler = _HANDLERS.get(type(action))
    return state if handler is None else handler(state, action)
