"""When the screen came that is shown: a touch soon after was hardly meant for it."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

# The second tap of a double tap comes sooner, and nobody sees, decides and points any faster.
UNAWARE_SECONDS = 0.5


class Arrival:
    """Of the screen that came last."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        """Hear that another screen is put in place."""
        self._until = float("inf")
        # It counts from when it is seen; this pass draws it, and the next one has not yet begun.
        Clock.schedule_once(self._seen, 0)

    @property
    def is_recent(self) -> bool:
        """Return whether a touch now may have been meant for what was there before."""
        return bool(Clock.time() < self._until)

    def _seen(self, _dt: Any) -> None:
        self._until = Clock.time() + UNAWARE_SECONDS


arrival = Arrival()
