"""``kiosk api OPERATION``: one typed call, one JSON object, exit status 0 or 1."""

# The client and pydantic are loaded by run(): building the parser must not cost every command.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.services.wire.problem import Problem
    from kiosk.settings import Settings

# What a shell reports for a command that Ctrl-C ended.
_INTERRUPTED = 130

_PLAIN = {
    "health": "whether the service is well",
    "system-info": "the Pi's figures",
    "auth-status": "whether a key is needed",
    "network": "the onboarding network",
    "recoverable": "sessions that can be resumed",
    "wifi-scan": "Wi-Fi networks in reach",
    "wifi-status": "the Pi's own Wi-Fi link",
}
_OF_A_SESSION = {
    "stop": "end a session",
    "provision-all": "provision every device that is found and approved",
    "resume": "resume a session after a restart",
}
_OF_A_DEVICE = {
    "provision": "provision one device",
    "retry": "try a failed device once more",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the operations and their arguments."""
    common = _common_options()
    operations = parser.add_subparsers(dest="operation", metavar="OPERATION", required=True)

    def operation(name: str, text: str) -> argparse.ArgumentParser:
        return operations.add_parser(name, help=text, description=text, parents=[common])

    for name, text in _PLAIN.items():
        operation(name, text)
    for name, text in _OF_A_SESSION.items():
        operation(name, text).add_argument("id", metavar="ID", help="the session")
    for name, text in _OF_A_DEVICE.items():
        device = operation(name, text)
        device.add_argument("id", metavar="ID", help="the session")
        device.add_argument("mac", metavar="MAC", help="the device")
    _add_allowlist(operation)
    _add_session(operation)
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Make the call and print its result; returns 0 when it succeeded, else 1."""
    from kiosk.cli.operations import call
    from kiosk.services.client.errors import ApiError
    from kiosk.services.wire.checks import refusal
    from kiosk.settings import SettingsError

    try:
        data, correlation_id = asyncio.run(call(args, settings))
    except ApiError as error:
        return _print_problem(error.problem, as_json=args.json)
    except SettingsError as error:
        return _print_problem(refusal("SETTINGS", str(error)), as_json=args.json)
    except KeyboardInterrupt:
        return _INTERRUPTED
    if args.json:
        _print_json({"ok": True, "data": data, "correlation_id": correlation_id})
    else:
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        print("\n".join(_human(data)) or "done")
    return 0


def _common_options() -> argparse.ArgumentParser:
    """Return the options of ``kiosk api`` itself, so that they may also follow the operation."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    common.add_argument("--base-url", help=argparse.SUPPRESS)
    common.add_argument("--api-key-file", type=Path, help=argparse.SUPPRESS)
    common.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    return common


def _add_allowlist(operation: Any) -> None:
    listed = operation("allowlist", "approved devices")
    listed.add_argument("--available", action="store_true", help="only those not used yet")
    added = operation("allowlist-add", "approve a device")
    added.add_argument("mac", metavar="MAC")
    added.add_argument("--description", metavar="D")
    added.add_argument("--container", metavar="C", help="the container that it belongs to")
    operation("allowlist-remove", "withdraw a device's approval").add_argument("mac", metavar="MAC")


def _add_session(operation: Any) -> None:
    start = operation("start", "start a session")
    start.add_argument("--ssid", required=True, metavar="S", help="the target network")
    start.add_argument(
        "--password-file",
        required=True,
        metavar="F",
        help="file with the network's password; - reads standard input",
    )
    for phase in ("discovery", "provisioning", "verification"):
        start.add_argument(f"--{phase}-timeout", type=int, metavar="N", help="seconds")
    session = operation("session", "one session")
    session.add_argument("id", metavar="ID")
    session.add_argument("--devices", action="store_true", help="with its devices")
    devices = operation("devices", "the devices of a session")
    devices.add_argument("id", metavar="ID")
    devices.add_argument("--state", metavar="S", help="only those in this state")


def _print_problem(problem: Problem, *, as_json: bool) -> int:
    from kiosk.services.wire.codes import next_step, sentence

    words = f"{sentence(problem)} {next_step(problem)}".strip()
    if as_json:
        error = {
            "kind": problem.kind.value,
            "code": problem.code,
            "message": problem.message,
            "user_message": words,
            "retryable": problem.retryable,
            "retry_after_seconds": problem.retry_after_seconds,
            "correlation_id": problem.correlation_id,
            "http_status": problem.http_status,
        }
        _print_json({"ok": False, "error": error})
    else:
        details = [problem.code, problem.message, problem.correlation_id]
        print(words, "; ".join(text for text in details if text), sep="\n", file=sys.stderr)
    return 1


def _print_json(value: object) -> None:
    print(json.dumps(value), flush=True)


def _human(data: Any, indent: str = "") -> list[str]:
    """Return an answer's data as indented lines."""
    if isinstance(data, dict):
        lines = []
        for name, value in data.items():
            if isinstance(value, dict | list):
                lines += [f"{indent}{name}:", *_human(value, indent + "  ")]
            else:
                lines.append(f"{indent}{name}: {value}")
        return lines
    if isinstance(data, list):
        return [indent + ", ".join(f"{k} {v}" for k, v in item.items()) for item in data]
    return [] if data is None else [f"{indent}{data}"]
