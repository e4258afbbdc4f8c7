"""``kiosk logs``: what the Pi has written lately, and with ``--follow`` what it writes now."""

# The client and pydantic are loaded by run(): building the parser must not cost every command.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings

LEVELS = ("debug", "info", "warn", "error")
# What a server lists at most (contract.md §2.5).
_MOST = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    parser.add_argument("--follow", action="store_true", help="go on with what is written now")
    parser.add_argument(
        "--limit", type=limit, default=100, metavar="N", help="only the last N so far (100)"
    )
    parser.add_argument("--level", choices=LEVELS, help="only this level and above")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the lines; returns 0 at their end or on a signal, 1 when there is no log to be had."""
    from kiosk.cli.lines import run_printing
    from kiosk.cli.logging_ import print_logs

    return run_printing(print_logs(args, settings))


def limit(text: str) -> int:
    """Return how many lines are asked for; raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST):
        raise argparse.ArgumentTypeError(f"not a number from 1 to {_MOST}")
    return int(text)
