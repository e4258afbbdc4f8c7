"""Makes ready in idle moments what is likely to be shown next: the menu, one tap from everywhere.

Piece by piece, for a tap may come meanwhile: reading code, then building, each in a pass of its
own. None of it is drawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from kivy.clock import Clock

from kiosk.services.state.model import Route

# By then what was just shown is drawn, and what the service has to say is there.
BEGIN_SECONDS = 0.5
_PAUSE_SECONDS = 0.03

_CODE = (
    "kiosk.services.views.menu",
    "kiosk.screens.widgets.pager",
    "kiosk.screens.widgets.nav",
    "kiosk.screens.widgets.row_tile",
    "kiosk.screens.menu",
)


class Ahead:
    """Calls ``build`` for the screens that may be next, once their code is read."""

    def __init__(self, build: Callable[[Route], None]) -> None:
        self._steps: deque[Callable[[], object]] = deque(
            partial(import_module, name) for name in _CODE
        )
        self._steps.append(partial(build, Route.MENU))
        self._event: Any = None

    def begin(self) -> None:
        """Begin after a moment; returns at once."""
        self._event = Clock.schedule_once(self._step, BEGIN_SECONDS)

    def cancel(self) -> None:
        """Leave the rest until it is needed."""
        if self._event is not None:
            self._event.cancel()

    def _step(self, _dt: float) -> None:
        self._steps.popleft()()
        if self._steps:
            self._event = Clock.schedule_once(self._step, _PAUSE_SECONDS)
