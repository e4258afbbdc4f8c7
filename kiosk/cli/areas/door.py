"""``kiosk api``: the machine's door (contract.md §2.11)."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.cli.operation import Operation, argument, positive

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply


async def _available(client: PiOrchestrator, _args: argparse.Namespace) -> Reply[Any]:
    reply: Reply[Any] = await client.door.available()
    # Null says something here: this server does not tell.
    return replace(reply, data={"available": reply.data})


OPERATIONS = (
    Operation(
        "door-status", "whether it is open and locked", lambda client, _: client.door.status()
    ),
    Operation(
        "door-open",
        "open the door",
        lambda client, args: client.door.open(args.seconds),
        (argument("--seconds", type=int, metavar="N", help="1 to 30 (the service's own time)"),),
    ),
    Operation("door-close", "close the door", lambda client, _: client.door.close()),
    Operation(
        "door-history",
        "what the door was told and how it ended",
        lambda client, args: client.door.history(args.limit),
        (argument("--limit", type=positive, default=20, metavar="N", help="at most so many (20)"),),
        member="history",
    ),
    Operation("door-available", "whether there is a door to move", _available),
)
