"""``kiosk api``: the service and its Pi (contract.md §2.4, §2.12)."""

# ruff: noqa: PLC0415 - the client is loaded when something is asked, not with the parser

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.cli.operation import Operation, argument

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply


async def _auth_status(
    client: PiOrchestrator, _args: argparse.Namespace
) -> Reply[dict[str, bool | None]]:
    reply = await client.system.auth_status()
    # Null says something here: this server does not tell.
    return replace(reply, data=reply.data.model_dump())  # type: ignore[arg-type, return-value]


async def _reset(client: PiOrchestrator, args: argparse.Namespace) -> Reply[None]:
    from kiosk.services.client.errors import raise_problem
    from kiosk.services.wire.checks import refusal

    if not args.yes:
        raise_problem(refusal("NOT_CONFIRMED", "a reset forgets everything: confirm with --yes"))
    return await client.system.reset()


OPERATIONS = (
    Operation("health", "whether the service is well", lambda client, _: client.system.health()),
    Operation("system-info", "the Pi's figures", lambda client, _: client.system.info()),
    Operation("auth-status", "whether a key is needed", _auth_status),
    Operation(
        "system-reset",
        "reset the service: it forgets what it knows",
        _reset,
        (argument("--yes", action="store_true", help="do it"),),
    ),
    Operation(
        "onboarding",
        "what the Pi onboards by itself",
        lambda client, _: client.onboarding.status(),
    ),
)
