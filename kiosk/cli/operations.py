"""The call behind an operation of ``kiosk api``, and its data in the contract's own shape."""

import argparse
from typing import Any

from pydantic import BaseModel

from kiosk.cli.areas import OPERATIONS
from kiosk.connect import connected
from kiosk.services.client.api import PiOrchestrator
from kiosk.settings import Settings


def connect(settings: Settings) -> PiOrchestrator:
    """Return the client for the configured server; raises SettingsError for an unreadable key."""
    key = settings.api_key()
    return connected(settings, lambda: key.get_secret_value() if key else None)


async def call(args: argparse.Namespace, settings: Settings) -> tuple[Any, str | None]:
    """Return data and correlation id of the operation; raises ApiError."""
    operation = OPERATIONS[args.operation]
    async with connect(settings) as client:
        reply = await operation.send(client, args)
    data = as_json(reply.data)
    return ({operation.member: data} if operation.member else data), reply.correlation_id


def as_json(value: object) -> Any:
    """Return records as JSON; what is unknown is left out."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return [as_json(item) for item in value] if isinstance(value, tuple) else value
