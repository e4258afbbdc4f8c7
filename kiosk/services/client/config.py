"""PiOrchestrator's own settings (contract.md §2.9)."""

from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from kiosk.services.client.calls import Calls, Endpoint, endpoint, settled
from kiosk.services.client.errors import ApiError, DomainError, EndpointAbsent
from kiosk.services.client.reply import Reply, refuse
from kiosk.services.wire import checks
from kiosk.services.wire.config import MASK, ConfigItem, ConfigSection, sections
from kiosk.services.wire.problem import Kind

_SECTIONS = endpoint("/config", "/api/dashboard/config")
_ITEM = endpoint("/config/{}")
_RESET = endpoint("/config/{}/reset")


class Config:
    """Settings by key. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def sections(self) -> Reply[tuple[ConfigSection, ...]]:
        """Return all settings, secrets masked."""
        answer = await self._calls.read(_SECTIONS)
        return Reply(sections(answer.data), answer.correlation_id)

    async def item(self, key: str) -> Reply[ConfigItem]:
        """Return one setting; taken from all of them on a server that does not tell one alone."""
        try:
            return await self._calls.record(ConfigItem, _ITEM, _key(key))
        except EndpointAbsent as error:
            everything = await self.sections()
            listed = (item for section in everything.data for item in section.items)
            for item in listed:
                if item.key == key:
                    return Reply(item, everything.correlation_id)
            # So it is the setting that is absent, and not the feature.
            raise DomainError(replace(error.problem, kind=Kind.DOMAIN)) from None

    async def put(self, key: str, value: SecretStr) -> Reply[ConfigItem | None]:
        """Store a value; returns the setting as it was read back, None where that failed.

        Any value may be a secret, so all of them are handed on as one.
        """
        if value.get_secret_value().strip() == MASK:
            refuse(checks.refusal("CONFIG_VALUE", "the mask of a secret is no value"))
        return await self._stored(key, _ITEM, "PUT", {"value": value.get_secret_value()})

    async def reset(self, key: str) -> Reply[ConfigItem | None]:
        """Store the default; returns the setting as it was read back, None where that failed."""
        return await self._stored(key, _RESET, "POST", None)

    async def _stored(
        self, key: str, place: Endpoint, method: str, body: dict[str, Any] | None
    ) -> Reply[ConfigItem | None]:
        async def send() -> Reply[None]:
            answer = await self._calls.act(place, _key(key), method=method, body=body)
            return Reply(None, answer.correlation_id)

        correlation_id = (await settled(send)).correlation_id
        try:
            return Reply((await self.item(key)).data, correlation_id)
        except ApiError:
            return Reply(None, correlation_id)


def _key(key: str) -> str:
    refuse(checks.check_config_key(key))
    return key
