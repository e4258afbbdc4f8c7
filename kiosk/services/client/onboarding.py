"""Devices that the Pi onboards by itself (contract.md §2.12)."""

from kiosk.services.client.calls import Calls, endpoint
from kiosk.services.client.reply import Reply
from kiosk.services.wire.onboarding import AutoOnboard

_STATUS = endpoint("/onboarding/auto/status")


class Onboarding:
    """What goes on without a technician. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def status(self) -> Reply[AutoOnboard]:
        """Return whether it is on, and what it has done."""
        return await self._calls.record(AutoOnboard, _STATUS)
