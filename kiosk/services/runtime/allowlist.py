"""Commands of the allowlist."""

from __future__ import annotations

from kiosk.services.client.api import Api
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.outcomes import Outcomes
from kiosk.services.runtime.reader import Readers
from kiosk.services.state.known import Resource
from kiosk.services.state.store import Store


class AllowlistCommands:
    """Each method is one command: it runs to its end and leaves the outcome in the store."""

    def __init__(self, client: Api, store: Store, readers: Readers, *, clock: Clock) -> None:
        self._client = client
        self._readers = readers
        self._outcomes = Outcomes(store, clock=clock)

    async def allow(
        self, mac: str, description: str | None = None, container_id: str | None = None
    ) -> None:
        """Approve a device."""
        await self._outcomes.of(
            f"allow:{mac}",
            lambda: self._client.allowlist.add(mac, description, container_id),
            *(text or "" for text in (description, container_id)),
        )
        self._readers.outdate(Resource.ALLOWLIST)

    async def disallow(self, mac: str) -> None:
        """Withdraw a device's approval."""
        await self._outcomes.of(f"disallow:{mac}", lambda: self._client.allowlist.remove(mac))
        self._readers.outdate(Resource.ALLOWLIST)
