"""Makes ready in idle moments what is likely to be shown next.

That is the menu, one tap from everywhere, and the code of all other screens. Piece by piece, for a
tap may come meanwhile: each in a pass of its own. None of it is drawn.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from kivy.clock import Clock

from kiosk.pages import page_of
from kiosk.services.state.model import Route

_BEGIN_SECONDS, _PAUSE_SECONDS, _AGAIN_SECONDS = 0.2, 0.03, 10.0

_log = logging.getLogger("kiosk.ahead")

# What the menu is made of, in pieces that take some milliseconds each.
_OF_THE_MENU = (
    "kiosk.services.views.menu",
    "kiosk.screens.widgets.pager",
    "kiosk.screens.widgets.nav",
    "kiosk.screens.widgets.row_tile",
    "kiosk.screens.menu",
)
# The way of a session, the screen that most places of the menu have, and the dearest of the others
# are first; the rest follows, so that no tap waits for a file, or finds that of another version.
_FIRST = (
    *(Route.PROVISION, Route.DEVICE, Route.NETWORKS, Route.EDITOR),
    *(Route.SETTINGS, Route.HEALTH),
)


class Ahead:
    """Loads code, and calls ``build`` for the screen that may be next."""

    def __init__(self, build: Callable[[Route], None]) -> None:
        self._steps: deque[Callable[[], object]] = deque(
            partial(import_module, name) for name in _OF_THE_MENU
        )
        self._steps.append(partial(build, Route.MENU))
        self._steps.extend(partial(page_of, route) for route in dict.fromkeys((*_FIRST, *Route)))
        self._event: Any = None

    def then(self, call: Callable[[], None]) -> None:
        """Have something done behind all of it."""
        self._steps.append(call)

    def begin(self) -> None:
        """Begin after a moment, for what is due is first; returns at once. Once is enough."""
        if self._event is None:
            self._event = Clock.schedule_once(self._step, _BEGIN_SECONDS)

    @property
    def is_done(self) -> bool:
        """Return whether everything is ready."""
        return not self._steps

    def cancel(self) -> None:
        """Leave the rest until it is needed."""
        if self._event is not None:
            self._event.cancel()

    def _step(self, _dt: float) -> None:
        pause = _PAUSE_SECONDS
        try:
            self._steps[0]()
        except OSError as error:
            # Nobody has asked for it yet: a file that cannot be opened now may be later.
            _log.warning("something cannot be made ready yet: %s", error)
            pause = _AGAIN_SECONDS
        else:
            self._steps.popleft()
        if self._steps:
            self._event = Clock.schedule_once(self._step, pause)
