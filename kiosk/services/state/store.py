"""The one place where state changes."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.services.state.actions import Action
from kiosk.services.state.model import State
from kiosk.services.state.reducer import reduce

Listener = Callable[[], None]


class Store:
    """Holds the state, reduces each action into the next one, tells listeners that it changed."""

    def __init__(self, state: State | None = None) -> None:
        self._state = state if state is not None else State()
        self._listeners: list[Listener] = []

    @property
    def state(self) -> State:
        """Return what is known now."""
        return self._state

    def dispatch(self, action: Action) -> None:
        """Reduce one action; listeners hear of it only when something changed."""
        state = reduce(self._state, action)
        if state is self._state:
            return
        self._state = state
        for listener in tuple(self._listeners):
            listener()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after each change; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
