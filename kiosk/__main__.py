"""The command line.

``kiosk run | demo | simulate | api | watch | monitor | logs | doctor | tour``
"""

# ruff: noqa: PLC0415 - each command loads only what it needs, so that all of them start at once
from __future__ import annotations

import argparse
import gc
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import get_args

from kiosk import last_good
from kiosk.cli.surroundings import make_safe
from kiosk.settings import DisplayName, Language, Settings, SettingsError, ThemeName, load

EX_CONFIG = 78

_OBJECTS_BETWEEN_COLLECTIONS = 50_000

_MODULES = {"simulate": "kiosk.simulator.cli"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    make_safe()
    # Starting makes nearly a million objects that stay; looking through them takes a third longer.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    given = sys.argv[1:] if arguments is None else arguments
    parser = _parser(given)
    args = parser.parse_args(given)
    if args.command is None:
        parser.print_help()
        return 2
    level = logging.INFO if args.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        # Kivy raises its own logger's level when it is imported.
        handler.setLevel(level)
    if args.command == "simulate":
        from kiosk.simulator import cli as simulate

        return simulate.run(args)
    try:
        settings = _settings(args)
    except SettingsError as error:
        print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201 - a command's answer
        return EX_CONFIG
    return _run(args, settings)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.command == "run":
        from kiosk.cli import run

        return run.run(settings, args.trace)
    command = import_module(f"kiosk.cli.{args.command}")
    return int(command.run(args, settings))


def _settings(args: argparse.Namespace) -> Settings:
    names = ("base_url", "api_key_file", "display", "lang", "theme")

    def read(config: Path | None) -> Settings:
        settings = load(config, **{name: getattr(args, name, None) for name in names})
        if args.command in {"run", "demo"}:
            # A named file that cannot be read is a mistake to tell now, not at the first tap.
            settings.api_key()
            settings.target_password()
        return settings

    return last_good.loaded(read, args.config) if args.command == "run" else read(args.config)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of all commands; only those that are named have their own options."""
    parser = argparse.ArgumentParser(
        prog="kiosk", description="Onboards batches of cameras through PiOrchestrator, by touch."
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="log requests to stderr")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, text: str, *parents: argparse.ArgumentParser) -> None:
        added = commands.add_parser(name, help=text, description=text, parents=parents)
        if name in arguments and name != "run":
            import_module(_MODULES.get(name, f"kiosk.cli.{name}")).add_arguments(added)

    look, service, config = _look_options(), _service_options(), _config_option()
    trace = _trace_option()
    command("run", "the kiosk, fullscreen, against PiOrchestrator", look, service, config, trace)
    text = "an embedded PiOrchestrator and the kiosk, nothing to set"
    command("demo", text, look, config, trace)
    command("simulate", "only the embedded PiOrchestrator")
    command("api", "one typed call to PiOrchestrator", service, config)
    command("logs", "what the Pi writes into its log", service, config)
    text = "the Pi's live figures, by WebSocket or by polling"
    command("monitor", text, service, config)
    command("watch", "a session's stream, an event a line", service, config)
    command("doctor", "what is wrong with this machine, and what to do", service, config)
    command("tour", "pictures of every screen, with what falls short", look, config)
    return parser


def _look_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--display", choices=get_args(DisplayName), help="the panel (td1)")
    options.add_argument("--lang", choices=get_args(Language), help="the language (en)")
    options.add_argument("--theme", choices=get_args(ThemeName), help="the colours (daylight)")
    return options


def _service_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--base-url", metavar="URL", help="PiOrchestrator's address")
    options.add_argument(
        "--api-key-file", type=Path, metavar="FILE", help="file whose only line is the key"
    )
    return options


def _trace_option() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--trace", type=Path, metavar="FILE", help="write when each event reached the panel"
    )
    return options


def _config_option() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (/etc/kiosk/kiosk.toml)"
    )
    return options


if __name__ == "__main__":
    sys.exit(main())
