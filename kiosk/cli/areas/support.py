"""``kiosk api``: what support wants to have (contract.md §2.5)."""

# ruff: noqa: PLC0415 - the client is loaded when something is asked, not with the parser

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.logs import LEVELS, limit
from kiosk.cli.operation import Operation, argument

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply


async def _export(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Any]:
    from kiosk.cli.files import whole_file

    if args.out is None:
        told: Reply[Any] = await client.system.export()
        return replace(told, data=told.data.data)
    with whole_file(args.out) as file:
        kept: Reply[Any] = await client.system.export()
        size = file.write(json.dumps(kept.data.data, indent=2).encode())
    return replace(kept, data={"path": str(args.out), "bytes": size})


OPERATIONS = (
    Operation(
        "logs",
        "what the service has written lately, newest last",
        lambda client, args: client.logs.recent(args.limit, args.level, args.search),
        (
            argument("--limit", type=limit, default=100, metavar="N", help="the last N (100)"),
            argument("--level", choices=LEVELS, help="what the server counts as this level"),
            argument("--search", metavar="TEXT", help="only what contains this"),
        ),
        member="logs",
    ),
    Operation(
        "diagnostics-export",
        "the service's own report for support, secrets masked",
        _export,
        (argument("--out", type=Path, metavar="FILE", help="where to put it (it is printed)"),),
    ),
)
