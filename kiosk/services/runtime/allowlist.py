"""Commands of the allowlist."""

from __future__ import annotations

from http import HTTPStatus

from kiosk.services.client.api import Api
from kiosk.services.client.errors import ApiError
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.outcomes import Outcomes
from kiosk.services.runtime.reader import Readers
from kiosk.services.state import actions as a
from kiosk.services.state.approving import (
    Approval,
    ApprovalAnswered,
    ApprovalWithdrawn,
    Outcome,
    next_waiting,
)
from kiosk.services.state.known import Resource
from kiosk.services.state.store import Store
from kiosk.services.wire.problem import Problem


class AllowlistCommands:
    """Each method is one command: it runs to its end and leaves the outcome in the store."""

    def __init__(self, client: Api, store: Store, readers: Readers, *, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._readers = readers
        self._clock = clock
        self._withdrawn_at = float("-inf")
        self._outcomes = Outcomes(store, clock=clock)

    async def allow(
        self, mac: str, description: str | None = None, container_id: str | None = None
    ) -> None:
        """Approve a device; one that is approved already is no error."""
        name = f"allow:{mac}"
        try:
            await self._add(mac, description, container_id)
        except ApiError as error:
            arguments = (text or "" for text in (description, container_id))
            self._outcomes.failed(name, error.problem, *arguments)
        else:
            self._store.dispatch(a.DeviceApproved(mac))
            self._outcomes.ended(name)
        self._readers.outdate(Resource.ALLOWLIST)

    async def allow_waiting(self) -> None:
        """Approve what stands in line, one after another; what came of each is told at each."""
        while (approval := next_waiting(self._store.state.approving)) is not None:
            self._store.dispatch(await self._answered(approval))
        # In one step with the last look: what is scanned from now on begins anew.
        self._outcomes.ended("approve")
        self._readers.outdate(Resource.ALLOWLIST)

    async def disallow(self, mac: str) -> None:
        """Withdraw a device's approval."""
        name = f"disallow:{mac}"
        reply = await self._outcomes.of(name, lambda: self._client.allowlist.remove(mac))
        # Done or not: nobody knows after half an answer.
        self._withdrawn_at = self._clock.monotonic()
        if reply is not None:
            self._store.dispatch(ApprovalWithdrawn(mac))
        self._readers.outdate(Resource.ALLOWLIST)

    async def _answered(self, approval: Approval) -> ApprovalAnswered:
        mac = approval.mac
        if self._is_listed(mac):
            # Sent again, it might lose the description that it has.
            return self._answer(mac, "known")
        try:
            is_new = await self._add(mac, approval.description or None, approval.container or None)
        except ApiError as error:
            return self._answer(mac, "refused", error.problem)
        self._store.dispatch(a.DeviceApproved(mac))
        return self._answer(mac, "approved" if is_new else "known")

    def _answer(
        self, mac: str, outcome: Outcome, problem: Problem | None = None
    ) -> ApprovalAnswered:
        return ApprovalAnswered(mac, outcome, self._clock.monotonic(), problem)

    async def _add(self, mac: str, description: str | None, container_id: str | None) -> bool:
        """Approve a device; return whether it was not before."""
        try:
            await self._client.allowlist.add(mac, description, container_id)
        except ApiError as error:
            if error.problem.http_status != HTTPStatus.CONFLICT:
                raise
            return False
        return True

    def _is_listed(self, mac: str) -> bool:
        """Return whether the device is approved for sure, by a list that is good and fresh."""
        entries = self._store.state.allowlist.entries
        is_old = entries.at is None or entries.at <= self._withdrawn_at
        if is_old or entries.problem is not None or entries.is_stale(self._clock.monotonic()):
            return False
        return any(entry.mac == mac for entry in entries.value or ())
