"""Health, figures and reset of the Pi (contract.md §2.4)."""

from kiosk.services.client.calls import HEALTH, Calls, endpoint
from kiosk.services.client.errors import EndpointAbsent, NotApi
from kiosk.services.client.reply import Reply, whole
from kiosk.services.wire import payloads
from kiosk.services.wire.diagnostics import Export
from kiosk.services.wire.system import AuthStatus, Health, SystemInfo

_INFO = endpoint("/system/info", "/api/system/info")
_AUTH_STATUS = endpoint("/auth/status")
_RESET = endpoint("/system/reset", "/api/system/reset")
_EXPORT = endpoint("/dashboard/diagnostics/export", "/api/dashboard/diagnostics/export")


class System:
    """The Pi itself. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def health(self) -> Reply[Health]:
        """Return whether the service is well."""
        return await self._calls.record(Health, HEALTH)

    async def info(self) -> Reply[SystemInfo]:
        """Return the Pi's figures."""
        return await self._calls.record(SystemInfo, _INFO)

    async def auth_status(self) -> Reply[AuthStatus]:
        """Return whether a key is needed; unknown on a server that does not tell."""
        try:
            return await self._calls.record(AuthStatus, _AUTH_STATUS)
        except (EndpointAbsent, NotApi) as error:
            if error.problem.retryable:
                raise
            return Reply(AuthStatus(), error.problem.correlation_id)

    async def reset(self) -> Reply[None]:
        """Reset PiOrchestrator. It forgets what it knows: only a person may ask for that."""
        answer = await self._calls.act_once(_RESET)
        return Reply(None, answer.correlation_id)

    async def export(self) -> Reply[Export]:
        """Return what the service puts together for support, secrets masked."""
        answer = await self._calls.read(_EXPORT)
        return whole(payloads.record(Export, answer.data), answer)
