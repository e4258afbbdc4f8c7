"""What Help offers."""

from __future__ import annotations

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state.journal import RecalledRead


class Support(Hand):
    """What support is given."""

    def save_bundle(self) -> None:
        """Save the diagnostics bundle to a USB stick."""
        self._spawn("save_bundle", self._services.support.save_bundle())

    def save_record(self) -> None:
        """Save the record of what was done to a USB stick."""
        self._spawn("save_record", self._services.support.save_record())

    def forget_recalled(self) -> None:
        """Say no more of what was under way before the last start."""
        self._store.dispatch(RecalledRead())
