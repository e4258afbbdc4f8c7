"""``kiosk api``: the Pi's own Wi-Fi (contract.md §2.6)."""

# ruff: noqa: PLC0415 - the client is loaded when something is asked, not with the parser

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.cli.operation import Operation, argument

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply


async def _connect(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Any]:
    from kiosk.cli.files import secret

    password = secret(args.password_file) if args.password_file else None
    reply: Reply[Any] = await client.wifi.connect(args.ssid, password)
    return replace(reply, data={"ip_address": reply.data})


OPERATIONS = (
    Operation(
        "wifi-scan",
        "Wi-Fi networks in reach",
        lambda client, _: client.wifi.scan(),
        member="networks",
    ),
    Operation("wifi-status", "the Pi's own Wi-Fi link", lambda client, _: client.wifi.status()),
    Operation(
        "wifi-connect",
        "have the Pi join a network",
        _connect,
        (
            argument("ssid", metavar="SSID"),
            argument(
                "--password-file",
                metavar="F",
                help="file with its password; - reads standard input; none for an open network",
            ),
        ),
    ),
    Operation(
        "wifi-disconnect",
        "have the Pi leave its network",
        lambda client, _: client.wifi.disconnect(),
    ),
)
