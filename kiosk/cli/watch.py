"""``kiosk watch``: a session's stream as internal events, one JSON object a line."""

# The client and pydantic are loaded by run(): building the parser must not cost every command.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--session", metavar="ID", help="the session (default: the running one)")
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    parser.add_argument(
        "--raw", action="store_true", help="the SSE frames as dispatched: event, data, id"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the stream until the session ends or a signal comes; returns the exit status."""
    from kiosk.cli.lines import run_printing
    from kiosk.cli.watching import watch

    return run_printing(watch(args, settings))
