"""``kiosk api``: the service's settings (contract.md §2.9)."""

# ruff: noqa: PLC0415 - the client is loaded when something is asked, not with the parser

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kiosk.cli.operation import Operation, argument

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply

_KEY = argument("key", metavar="KEY", help="the setting")


async def _put(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Any]:
    from pydantic import SecretStr

    from kiosk.cli.files import secret
    from kiosk.services.client.errors import raise_problem
    from kiosk.services.wire.checks import refusal
    from kiosk.services.wire.masking import looks_secret

    if args.value is None:
        return await client.config.put(args.key, secret(args.value_file))
    if looks_secret(args.key):
        raise_problem(refusal("CONFIG_VALUE", "a secret comes by --value-file"))
    return await client.config.put(args.key, SecretStr(args.value))


OPERATIONS = (
    Operation(
        "config",
        "the service's settings",
        lambda client, _: client.config.sections(),
        member="sections",
    ),
    Operation(
        "config-get", "one setting", lambda client, args: client.config.item(args.key), (_KEY,)
    ),
    Operation(
        "config-set",
        "change a setting",
        _put,
        (_KEY,),
        one_of=(
            argument("value", metavar="VALUE", nargs="?"),
            argument(
                "--value-file",
                metavar="F",
                help="file with the value, for a secret; - reads standard input",
            ),
        ),
    ),
    Operation(
        "config-reset",
        "give a setting its default again",
        lambda client, args: client.config.reset(args.key),
        (_KEY,),
    ),
)
