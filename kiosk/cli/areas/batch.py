"""``kiosk api``: sessions and their devices (contract.md §2.1)."""

# ruff: noqa: PLC0415 - the client is loaded when something is asked, not with the parser

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.cli.operation import MAC, SESSION, Operation, argument

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply
    from kiosk.services.wire.provisioning import Session

_PHASES = ("discovery", "provisioning", "verification")


async def _start(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Session]:
    from kiosk.cli.files import secret
    from kiosk.services.client.reply import refuse
    from kiosk.services.wire.checks import check_timeout
    from kiosk.services.wire.provisioning import SessionConfig

    timeouts = {f"{phase}_timeout_seconds": getattr(args, f"{phase}_timeout") for phase in _PHASES}
    for seconds in timeouts.values():
        if seconds is not None:
            refuse(check_timeout(seconds))
    return await client.batch.start(
        args.ssid, secret(args.password_file), SessionConfig(**timeouts)
    )


async def _session(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Any]:
    reply: Reply[Any] = await client.batch.session(args.id)
    hidden = set() if args.devices else {"devices"}
    data = reply.data.model_dump(mode="json", exclude_none=True, exclude=hidden)
    return replace(reply, data=data)


OPERATIONS = (
    Operation(
        "start",
        "start a session",
        _start,
        (
            argument("--ssid", required=True, metavar="S", help="the target network"),
            argument(
                "--password-file",
                required=True,
                metavar="F",
                help="file with the network's password; - reads standard input",
            ),
            *(
                argument(f"--{phase}-timeout", type=int, metavar="N", help="seconds")
                for phase in _PHASES
            ),
        ),
        member="session",
    ),
    Operation(
        "session",
        "one session",
        _session,
        (SESSION, argument("--devices", action="store_true", help="with its devices")),
    ),
    Operation(
        "devices",
        "the devices of a session",
        lambda client, args: client.batch.devices(args.id, args.state),
        (SESSION, argument("--state", metavar="S", help="only those in this state")),
        member="devices",
    ),
    Operation(
        "stop",
        "end a session",
        lambda client, args: client.batch.stop(args.id),
        (SESSION,),
        member="session",
    ),
    Operation(
        "pause",
        "hold a session",
        lambda client, args: client.batch.pause(args.id),
        (SESSION,),
        member="session",
    ),
    Operation(
        "unpause",
        "let a paused session go on",
        lambda client, args: client.batch.unpause(args.id),
        (SESSION,),
        member="session",
    ),
    Operation(
        "provision-all",
        "provision every device that is found and approved",
        lambda client, args: client.batch.provision_all(args.id),
        (SESSION,),
    ),
    Operation(
        "provision",
        "provision one device",
        lambda client, args: client.batch.provision(args.id, args.mac),
        (SESSION, MAC),
    ),
    Operation(
        "retry",
        "try a failed device once more",
        lambda client, args: client.batch.retry(args.id, args.mac),
        (SESSION, MAC),
    ),
    Operation(
        "skip",
        "leave a device out of the session",
        lambda client, args: client.batch.skip(args.id, args.mac),
        (SESSION, MAC),
    ),
    Operation("network", "the onboarding network", lambda client, _: client.batch.network()),
)
