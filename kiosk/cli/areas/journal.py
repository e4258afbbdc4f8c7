"""``kiosk api journal``: what the kiosk itself has kept; nothing is sent."""

# ruff: noqa: PLC0415 - SQLite is loaded when something is asked, not with the parser

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.operation import Operation, argument, positive

if TYPE_CHECKING:
    from kiosk.services.client.reply import Reply
    from kiosk.services.runtime.journal.export import Contents
    from kiosk.settings import Settings

_LIMIT = 1000


async def _journal(settings: Settings, args: argparse.Namespace) -> Reply[Any]:
    from kiosk.cli.files import whole_file
    from kiosk.services.client.errors import raise_problem
    from kiosk.services.client.reply import Reply
    from kiosk.services.runtime.journal.export import UnreadableError, read
    from kiosk.services.wire.checks import refusal

    try:
        contents = read(settings.state_dir, args.limit)
    except UnreadableError as error:
        raise_problem(refusal("JOURNAL", f"{settings.state_dir}: {error}"))
    if args.out is None:
        return Reply({"csv": contents.as_csv(args.csv)} if args.csv else contents.as_json())
    with whole_file(args.out) as file:
        size = file.write(_as_file(contents, args.csv))
    return Reply({"path": str(args.out), "bytes": size})


def _as_file(contents: Contents, table: Any) -> bytes:
    text = contents.as_csv(table) if table else json.dumps(contents.as_json(), indent=2)
    return text.encode("utf-8", "backslashreplace")


OPERATIONS = (
    Operation(
        "journal",
        "what this kiosk was asked and what came of it, and the devices that were set up",
        of_kiosk=_journal,
        arguments=(
            argument(
                "--limit",
                type=positive,
                default=_LIMIT,
                metavar="N",
                help=f"the last N of each ({_LIMIT})",
            ),
            argument("--csv", choices=("devices", "requests"), help="one of the two, as CSV"),
            argument("--out", type=Path, metavar="FILE", help="where to put it (it is printed)"),
        ),
    ),
)
