"""``kiosk monitor``: the Pi's live figures, by WebSocket or by polling, one JSON object a line."""

# The client and pydantic are loaded by run(): building the parser must not cost every command.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--json", action="store_true", help="a JSON object a line")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the figures until a signal comes; returns the exit status."""
    from kiosk.cli.lines import run_printing
    from kiosk.cli.monitoring import monitor

    return run_printing(monitor(args, settings))
