"""``kiosk simulate``: its options, and the process that they start."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import math
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.simulator.scenarios import SCENARIOS

_MOST_DEVICES = 2000
_FASTEST = 1000.0
_BAD_USAGE = 2

_HOOKS = """\
test hooks (no key needed; for tests and demonstrations only):
  GET    /_simulator/requests     what was asked since the start
  POST   /_simulator/cut-streams  cut every event stream and WebSocket without a goodbye
  POST   /_simulator/faults       spoil the next matching requests; a list of objects with
                                  path_prefix and any of: method, times (1), delay_seconds,
                                  status with body, content_type and headers, or code (one
                                  of the 26), abort (cut instead of an answer), then_execute
                                  (do it really, then answer as said or cut)
  DELETE /_simulator/faults       forget the faults that are left
  POST   /_simulator/monitor      {"mode": M, "times": N}: treat the next N (or all) connections
                                  of /ws/monitor so: normal, refuse (HTTP 403), close (accept,
                                  then 1008), stall (accept, then silence), garbage (what is no
                                  monitoring), frozen (the same data for ever)
  POST   /_simulator/burst        {"events": N, "per_second": R}: N changes of known devices;
                                  without R as fast as they are read

of the simulated world:
  The code that pairs an ESP-CAM is 246810; 135790 has expired. Any Wi-Fi password of eight
  characters and more is right. Two of four cameras that are there already answer. What a Pi
  would keep (allowlist, sessions, configuration, cameras and their places, the door's history,
  the joined Wi-Fi) is in --state.
"""


class UsageError(Exception):
    """The simulator cannot start as asked; the text says what to change."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options, with the scenarios and test hooks in the help's epilog."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    lines = "\n".join(f"  {name}: {scenario.text}" for name, scenario in SCENARIOS.items())
    parser.epilog = f"scenarios:\n{lines}\n\n{_HOOKS}"
    add = parser.add_argument
    add("--port", type=_port, default=8081, metavar="P", help="0 takes any free port (8081)")
    add_world_arguments(parser)
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--api-key", metavar="K", help="key to ask for; without one all is allowed")
    key.add_argument("--api-key-file", type=Path, metavar="F", help="file with that key")
    add("--state", type=Path, metavar="DIR", help="keep the state there (forgotten at exit)")


def add_world_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say what world is simulated."""
    add = parser.add_argument
    add("--devices", type=_devices, default=12, metavar="N", help="cameras around, 0-2000 (12)")
    add("--seed", type=int, default=1, metavar="S", help="same seed, same world (1)")
    add("--speed", type=_speed, default=1.0, metavar="X", help="world seconds in a second (1)")
    add(
        "--dialect",
        choices=["handoff", "datamodel", "compat"],
        default="handoff",
        help="which of PiOrchestrator's documents to speak by (handoff)",
    )
    add(
        "--scenario",
        choices=list(SCENARIOS),
        default="workshop",
        help="workshop (default), "
        + ", ".join(name for name in SCENARIOS if name != "workshop")
        + "; `kiosk simulate --help` tells them apart",
    )
    add(
        "--routes",
        choices=["all", "spec", "legacy"],
        default="all",
        help="what the server knows: all, only what the specification names, or an older server "
        "without /api/v1 (all)",
    )
    add("--failing", type=int, metavar="N", help="exactly N devices fail their first attempt")


def world_arguments(args: argparse.Namespace) -> list[str]:
    """Return the world's options as a command line for another process."""
    names = ("devices", "seed", "speed", "dialect", "scenario", "failing", "routes")
    given = ((name, getattr(args, name)) for name in names)
    return [
        part for name, value in given if value is not None for part in (f"--{name}", str(value))
    ]


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM (0), or say on stderr why not (2)."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return _run(args)
    except UsageError as error:
        print(f"kiosk simulate: {error}", file=sys.stderr)  # noqa: T201 - a command's answer
        return _BAD_USAGE


def _run(args: argparse.Namespace) -> int:
    if args.failing is not None and not 0 <= args.failing <= args.devices:
        raise UsageError(f"--failing must be from 0 to {args.devices}, the number of devices")
    key = _key(args)
    # Only here, so that a command line with a mistake, or another command, does not wait for them.
    from kiosk.simulator.server import Options, open_socket, serve  # noqa: PLC0415
    from kiosk.simulator.storage import StorageError  # noqa: PLC0415

    options = Options(
        devices=args.devices,
        seed=args.seed,
        speed=args.speed,
        dialect=args.dialect,
        scenario=args.scenario,
        failing=args.failing,
        routes=args.routes,
    )
    try:
        listener = open_socket(args.port)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is in use; choose another with --port" if taken else f"cannot be used: {error}"
        raise UsageError(f"port {args.port} {reason}") from error
    with listener, _state_directory(args.state) as directory:
        try:
            asyncio.run(serve(options, listener, directory, key))
        except StorageError as error:
            raise UsageError(str(error)) from error
    return 0


@contextmanager
def _state_directory(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-simulator-") as made:
        yield Path(made)


def _key(args: argparse.Namespace) -> str | None:
    if args.api_key_file is None:
        key = args.api_key
    else:
        try:
            key = args.api_key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--api-key-file {args.api_key_file} cannot be read") from error
    if key is not None and not key.strip():
        raise UsageError("the API key is empty")
    return str(key).strip() if key is not None else None


def _port(text: str) -> int:
    return _whole(text, 0, 65_535)


def _devices(text: str) -> int:
    return _whole(text, 0, _MOST_DEVICES)


def _whole(text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
    return number


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0.01 <= speed <= _FASTEST:  # noqa: PLR2004 - slower is indistinguishable from stopped
        raise argparse.ArgumentTypeError(f"must be from 0.01 to {_FASTEST:g}")
    return speed
