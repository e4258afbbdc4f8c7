"""The devices that may be provisioned (contract.md §2.2)."""

from http import HTTPStatus

from kiosk.services.client.calls import Calls, endpoint, settled
from kiosk.services.client.errors import ApiError, DomainError, EndpointAbsent
from kiosk.services.client.reply import Reply, refuse
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.features import Feature
from kiosk.services.wire.mac import canonical

_ENTRIES = endpoint("/provisioning/allowlist")
_ENTRY = endpoint("/provisioning/allowlist/{}")


class Allowlist:
    """Approved devices. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.ALLOWLIST)

    async def entries(self, *, available: bool = False) -> Reply[tuple[AllowlistEntry, ...]]:
        """Return the approved devices, or those that are not used yet."""
        # ``available=false`` is undefined, so it is left out (contract.md §6.61).
        query = {"available": "true"} if available else None
        answer = await self._calls.read(_ENTRIES, query=query)
        return Reply(payloads.allowlist(answer.data), answer.correlation_id)

    async def add(
        self, mac: str, description: str | None = None, container_id: str | None = None
    ) -> Reply[AllowlistEntry]:
        """Approve a device; a server that does not return the entry gets it echoed."""
        entry = {"mac": _mac(mac), "description": description, "container_id": container_id}
        body = {name: value for name, value in entry.items() if value}

        async def send() -> Reply[AllowlistEntry]:
            answer = await self._calls.act(_ENTRIES, body=body)
            stored = payloads.record(AllowlistEntry, payloads.member(answer.data, "entry"))
            if stored is None or stored.mac is None:
                stored = AllowlistEntry.model_validate(body)
            return Reply(stored, answer.correlation_id)

        async def again() -> Reply[AllowlistEntry]:
            try:
                return await send()
            except ApiError as error:
                if error.problem.http_status != HTTPStatus.CONFLICT:
                    raise
            known = await self.entries()
            found = (entry for entry in known.data if entry.mac == body["mac"])
            return Reply(next(found, AllowlistEntry.model_validate(body)), known.correlation_id)

        return await settled(send, again=again)

    async def remove(self, mac: str) -> Reply[None]:
        """Withdraw a device's approval; a device that had none is no error."""
        device = _mac(mac)

        async def send() -> Reply[None]:
            try:
                answer = await self._calls.act(_ENTRY, device, method="DELETE")
            except DomainError as error:
                if error.problem.http_status != HTTPStatus.NOT_FOUND:
                    raise
                return Reply(None, error.problem.correlation_id)
            except EndpointAbsent as error:
                # Without a code of its own it may mean the entry or the route: the list tells.
                known = await self.entries()
                if any(entry.mac == device for entry in known.data):
                    raise
                return Reply(None, error.problem.correlation_id)
            return Reply(None, answer.correlation_id)

        return await settled(send)


def _mac(mac: str) -> str:
    refuse(checks.check_mac(mac))
    return canonical(mac) or mac
