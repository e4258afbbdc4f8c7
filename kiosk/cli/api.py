"""``kiosk api OPERATION``: one typed call, one JSON object, exit status 0 or 1."""

# The client is loaded by run(): building the parser must not cost every command.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.areas import OPERATIONS
from kiosk.cli.printing import print_answer, print_problem

if TYPE_CHECKING:
    from kiosk.settings import Settings

# What a shell reports for a command that Ctrl-C ended.
_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the operations and their arguments."""
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    common = _common_options()
    words = parser.add_subparsers(
        title="operations", dest="operation", metavar="OPERATION", required=True
    )
    for operation in OPERATIONS.values():
        operation.add_arguments(
            words.add_parser(
                operation.name,
                help=operation.help,
                description=operation.help,
                parents=[common],
            )
        )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Make the call and print its result; returns 0 when it succeeded, else 1."""
    from kiosk.cli.ending import run_to_end

    try:
        return run_to_end(_told(args, settings))
    except KeyboardInterrupt:
        return _INTERRUPTED


async def _told(args: argparse.Namespace, settings: Settings) -> int:
    from kiosk.cli.operations import call
    from kiosk.services.client.errors import ApiError
    from kiosk.services.wire.checks import refusal
    from kiosk.settings import SettingsError

    try:
        data, correlation_id = await call(args, settings)
    except ApiError as error:
        print_problem(error.problem, as_json=args.json)
        return 1
    except SettingsError as error:
        print_problem(refusal("SETTINGS", str(error)), as_json=args.json)
        return 1
    print_answer(data, correlation_id, as_json=args.json)
    return 0


def _common_options() -> argparse.ArgumentParser:
    """Return the options of ``kiosk api`` itself, so that they may also follow the operation."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    common.add_argument("--base-url", help=argparse.SUPPRESS)
    common.add_argument("--api-key-file", type=Path, help=argparse.SUPPRESS)
    common.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    return common
