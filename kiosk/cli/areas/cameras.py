"""``kiosk api``: cameras, pairing and places (contract.md §2.7, §2.8, §2.13)."""

# ruff: noqa: PLC0415 - the client is loaded when something is asked, not with the parser

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.operation import MAC, Operation, argument

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply

_CAMERA = argument("id", metavar="ID", help="the camera")
_CONTAINER = argument("container", metavar="CONTAINER", help="the container")
_DEVICE = argument("device", metavar="DEVICE", help="the camera")


async def _capture(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Any]:
    from kiosk.cli.files import whole_file

    with whole_file(args.out) as file:
        reply: Reply[Any] = await client.cameras.capture(args.id)
        file.write(reply.data.image)
    taken = reply.data.captured_at
    return replace(
        reply,
        data={
            "path": str(args.out),
            "bytes": len(reply.data.image),
            "content_type": reply.data.content_type,
            "camera_id": reply.data.camera_id,
            **({"captured_at": taken.isoformat().replace("+00:00", "Z")} if taken else {}),
        },
    )


async def _pair(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Any]:
    from kiosk.cli.files import secret

    return await client.espcam.pair(args.mac, secret(args.totp_file))


OPERATIONS = (
    Operation(
        "cameras",
        "installed cameras",
        lambda client, _: client.cameras.cameras(),
        member="cameras",
    ),
    Operation(
        "camera", "one camera", lambda client, args: client.cameras.camera(args.id), (_CAMERA,)
    ),
    Operation(
        "camera-diagnostics",
        "how the cameras have done, or one of them",
        lambda client, args: client.cameras.diagnostics(args.id),
        (argument("id", metavar="ID", nargs="?", help="the camera (all of them)"),),
        member="diagnostics",
    ),
    Operation(
        "camera-capture",
        "have a camera take a picture",
        _capture,
        (
            _CAMERA,
            argument("--out", type=Path, required=True, metavar="FILE", help="where to put it"),
        ),
    ),
    Operation(
        "camera-reboot",
        "have a camera start anew",
        lambda client, args: client.cameras.reboot(args.id),
        (_CAMERA,),
    ),
    Operation(
        "espcam-scan", "begin to look for new cameras", lambda client, _: client.espcam.scan()
    ),
    Operation(
        "espcam-discovered",
        "new cameras that were found",
        lambda client, _: client.espcam.discovered(),
        member="cameras",
    ),
    Operation(
        "espcam-pair",
        "pair a new camera",
        _pair,
        (
            MAC,
            argument(
                "--totp-file",
                required=True,
                metavar="F",
                help="file with the six digits that it shows; - reads standard input",
            ),
        ),
    ),
    Operation("espcam-paired", "registered cameras", lambda client, _: client.espcam.paired()),
    Operation(
        "containers",
        "containers and the cameras in them",
        lambda client, _: client.containers.containers(),
        member="containers",
    ),
    Operation(
        "camera-assign",
        "put a camera into a container",
        lambda client, args: client.containers.assign(args.container, args.device, args.position),
        (
            _CONTAINER,
            _DEVICE,
            argument("position", type=int, metavar="POSITION", help="1 to 4"),
        ),
    ),
    Operation(
        "camera-unassign",
        "take a camera out of its container",
        lambda client, args: client.containers.unassign(args.container, args.device),
        (_CONTAINER, _DEVICE),
    ),
)
