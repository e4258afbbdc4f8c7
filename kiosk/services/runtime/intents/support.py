"""What Help offers."""

from __future__ import annotations

from kiosk.services.runtime.intents.hand import Hand


class Support(Hand):
    """What support is given."""

    def save_bundle(self) -> None:
        """Save the diagnostics bundle to a USB stick."""
        self._spawn("save_bundle", self._services.support.save_bundle())
