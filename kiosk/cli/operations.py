"""What each operation of ``kiosk api`` calls, and its data in the contract's own shape."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from kiosk.connect import connected
from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import raise_problem
from kiosk.services.client.reply import Reply
from kiosk.services.wire import checks
from kiosk.services.wire.provisioning import Session, SessionConfig
from kiosk.settings import Settings

# Far more than any password: a wrong file must not be read whole.
_LONGEST_SECRET = 4096

Call = Callable[[PiOrchestrator, argparse.Namespace], Awaitable[Reply[Any]]]


def connect(settings: Settings) -> PiOrchestrator:
    """Return the client for the configured server; raises SettingsError for an unreadable key."""
    key = settings.api_key()
    return connected(settings, lambda: key.get_secret_value() if key else None)


async def call(args: argparse.Namespace, settings: Settings) -> tuple[Any, str | None]:
    """Return data and correlation id of the operation; raises ApiError."""
    member, send = _CALLS[args.operation]
    async with connect(settings) as client:
        reply = await send(client, args)
    data = as_json(reply.data)
    return ({member: data} if member else data), reply.correlation_id


def as_json(value: object) -> Any:
    """Return records as JSON; what is unknown is left out."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return [as_json(item) for item in value] if isinstance(value, tuple) else value


async def _start(client: PiOrchestrator, args: argparse.Namespace) -> Reply[Session]:
    timeouts = {
        f"{phase}_timeout_seconds": getattr(args, f"{phase}_timeout")
        for phase in ("discovery", "provisioning", "verification")
    }
    for seconds in timeouts.values():
        if seconds is not None and (problem := checks.check_timeout(seconds)):
            raise_problem(problem)
    return await client.batch.start(
        args.ssid, _secret(args.password_file), SessionConfig(**timeouts)
    )


async def _session(client: PiOrchestrator, args: argparse.Namespace) -> Reply[dict[str, Any]]:
    reply = await client.batch.session(args.id)
    hidden = set() if args.devices else {"devices"}
    data = reply.data.model_dump(mode="json", exclude_none=True, exclude=hidden)
    return Reply(data, reply.correlation_id)


async def _auth_status(
    client: PiOrchestrator, _args: argparse.Namespace
) -> Reply[dict[str, bool | None]]:
    reply = await client.system.auth_status()
    # Null says something here: this server does not tell.
    return Reply(reply.data.model_dump(), reply.correlation_id)


# Operation: the member that holds the data in the contract (None: the data itself), and the call.
_CALLS: Mapping[str, tuple[str | None, Call]] = {
    "health": (None, lambda client, _: client.system.health()),
    "system-info": (None, lambda client, _: client.system.info()),
    "auth-status": (None, _auth_status),
    "network": (None, lambda client, _: client.batch.network()),
    "wifi-scan": ("networks", lambda client, _: client.wifi.scan()),
    "wifi-status": (None, lambda client, _: client.wifi.status()),
    "allowlist": (
        "entries",
        lambda client, args: client.allowlist.entries(available=args.available),
    ),
    "allowlist-add": (
        "entry",
        lambda client, args: client.allowlist.add(args.mac, args.description, args.container),
    ),
    "allowlist-remove": (None, lambda client, args: client.allowlist.remove(args.mac)),
    "recoverable": ("sessions", lambda client, _: client.recovery.recoverable()),
    "resume": ("session", lambda client, args: client.recovery.resume(args.id)),
    "start": ("session", _start),
    "session": (None, _session),
    "devices": ("devices", lambda client, args: client.batch.devices(args.id, args.state)),
    "stop": ("session", lambda client, args: client.batch.stop(args.id)),
    "provision-all": (None, lambda client, args: client.batch.provision_all(args.id)),
    "provision": (None, lambda client, args: client.batch.provision(args.id, args.mac)),
    "retry": (None, lambda client, args: client.batch.retry(args.id, args.mac)),
}


def _secret(name: str) -> SecretStr:
    """Return the first line of a file, or of standard input for ``-``."""
    try:
        if name == "-":
            text = sys.stdin.readline(_LONGEST_SECRET)
        else:
            with Path(name).open(encoding="utf-8") as file:
                text = file.readline(_LONGEST_SECRET)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise_problem(checks.refusal("SECRET_FILE", f"cannot read the password file: {reason}"))
    return SecretStr(text.rstrip("\r\n"))
