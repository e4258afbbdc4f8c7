"""The Pi's own Wi-Fi (contract.md §2.6)."""

import re
from dataclasses import replace

from pydantic import SecretStr

from kiosk.services.client.calls import Calls, endpoint
from kiosk.services.client.errors import ApiError, Unauthorized, error_of
from kiosk.services.client.http import ACTION_SECONDS
from kiosk.services.client.reply import Reply, refuse
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.problem import Kind
from kiosk.services.wire.wifi import WifiNetwork, WifiStatus

_SCAN = endpoint("/wifi/scan", "/api/wifi/scan")
_STATUS = endpoint("/wifi/status", "/api/wifi/status")
_CONNECT = endpoint("/wifi/connect", "/api/wifi/connect")
_DISCONNECT = endpoint("/wifi/disconnect", "/api/wifi/disconnect")


class Wifi:
    """Networks in reach and the Pi's link. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def scan(self) -> Reply[tuple[WifiNetwork, ...]]:
        """Return the networks in reach; the server allows one scan in 10 s, so it is tried once."""
        answer = await self._calls.once().read(_SCAN, seconds=ACTION_SECONDS)
        return Reply(payloads.wifi_networks(answer.data), answer.correlation_id)

    async def status(self) -> Reply[WifiStatus]:
        """Return the Pi's own link."""
        return await self._calls.record(WifiStatus, _STATUS)

    async def connect(self, ssid: str, password: SecretStr | None = None) -> Reply[str | None]:
        """Have the Pi join a network; returns its new address where the server tells it.

        It may cut the way that this request came by, so nobody but a person sends it again.
        """
        refuse(checks.check_ssid(ssid))
        body = {"ssid": ssid}
        if password is not None:
            refuse(checks.check_password(password.get_secret_value()))
            body["password"] = password.get_secret_value()
        try:
            answer = await self._calls.act_once(_CONNECT, body=body)
        except Unauthorized as error:
            raise _meant(error) from None
        address = answer.data.get("ip_address") if isinstance(answer.data, dict) else None
        return Reply(address if isinstance(address, str) else None, answer.correlation_id)

    async def disconnect(self) -> Reply[None]:
        """Have the Pi leave its network."""
        answer = await self._calls.act_once(_DISCONNECT)
        return Reply(None, answer.correlation_id)


def _meant(error: Unauthorized) -> ApiError:
    """Return the refusal of a 401: Wi-Fi needs no key, so it is the network's (contract.md §2.6).

    Only a server that speaks of its key means that.
    """
    if re.search(r"\bkey\b|unauthori", error.problem.message, re.IGNORECASE):
        return error
    return error_of(replace(error.problem, kind=Kind.DOMAIN, code="WIFI_REFUSED"))
