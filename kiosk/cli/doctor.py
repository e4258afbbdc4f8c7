"""``kiosk doctor``: what the kiosk needs of this machine, what is wrong and what to do."""

# The client and pydantic are loaded by run(): building the parser must not cost every command.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.services.state.findings import Finding
    from kiosk.settings import Settings

_SIGNS = {"good": "✓", "bad": "✗", "unknown": "?"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print how everything is; returns 0 when nothing is wrong, else 1."""
    from kiosk.cli.ending import run_to_end

    return run_to_end(_told(args, settings))


async def _told(args: argparse.Namespace, settings: Settings) -> int:
    from kiosk.cli.printing import say

    findings = await _findings(settings)
    is_well = all(finding.state != "bad" for finding in findings)
    if args.json:
        say(json.dumps({"ok": is_well, "findings": [asdict(finding) for finding in findings]}))
    else:
        # A terminal may know less than Unicode; the word beside the sign is for that one.
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        say("\n".join(map(_line, findings)))
    return 0 if is_well else 1


async def _findings(settings: Settings) -> tuple[Finding, ...]:
    from kiosk.about import surroundings
    from kiosk.connect import connected
    from kiosk.services.client.timing import SystemClock
    from kiosk.services.runtime.doctor import examine
    from kiosk.services.runtime.key import KeyHolder

    key = KeyHolder(given=settings.given_key_file(), kept=settings.kept_key_file)
    async with connected(settings, key.get) as client:
        return await examine(client.once(), key, SystemClock(), surroundings(settings))


def _line(finding: Finding) -> str:
    from kiosk.cli.printing import plain

    detail = f" ({plain(finding.detail)})" if finding.detail else ""
    step = f"\n    {finding.step}" if finding.step else ""
    return f"{_SIGNS[finding.state]} {finding.state:8}{finding.name}: {finding.text}{detail}{step}"
