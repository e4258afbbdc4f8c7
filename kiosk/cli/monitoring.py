"""The work of ``kiosk monitor``: a feed whose store is standard output."""

import argparse
import json
import random
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kiosk.cli.connection import connection_line
from kiosk.cli.printing import plain
from kiosk.cli.records import as_json
from kiosk.connect import connected
from kiosk.services.client.errors import ApiError
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.monitor_feed import MonitorFeed
from kiosk.services.state.monitoring import (
    MonitorConnection,
    MonitorEvent,
    MonitoringLoaded,
    Transport,
)
from kiosk.services.wire.checks import refusal
from kiosk.services.wire.figures import Monitoring
from kiosk.settings import Settings, SettingsError

# What the contract calls the members whose names are shorter here (contract.md §4).
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "security": "security_metrics",
        "services": "service_status",
        "network": "network_metrics",
        "cameras": "camera_status",
    }
)


async def monitor(args: argparse.Namespace, settings: Settings) -> int:
    """Print the Pi's figures for ever; returns 1 when there is nobody to ask."""
    use_socket = settings.features.ws_monitor
    transport: Transport = "websocket" if use_socket else "polling"
    printer = _Printer(as_json=args.json)
    try:
        async with connected(settings) as client:
            await MonitorFeed(
                client,
                printer.event,
                clock=SystemClock(),
                rng=random.Random(),  # noqa: S311 - spreads reconnections, guards nothing
                use_socket=use_socket,
            ).run()
    except ApiError as error:
        printer.event(MonitorConnection("stopped", transport, error.problem))
    except SettingsError as error:
        print(f"kiosk monitor: {error}", file=sys.stderr)
        problem = refusal("SETTINGS", str(error))
        printer.event(MonitorConnection("stopped", transport, problem))
    return 1


class _Printer:
    """Writes what the feed says as lines, each with its transport, and hands them over at once."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._clock = SystemClock()

    def event(self, event: MonitorEvent) -> None:
        """Print the figures or how they come; junk is for the log of support."""
        if isinstance(event, MonitoringLoaded):
            line = {"event": "monitoring", "transport": event.transport}
            self._line({**line, **_figures(event.monitoring)})
        elif isinstance(event, MonitorConnection):
            line = connection_line(event.state, event.problem, event.retry_at, self._clock)
            self._line({**line, "transport": event.transport})

    def _line(self, line: dict[str, Any]) -> None:
        print(json.dumps(line) if self._as_json else plain(_in_words(line)), flush=True)


def _figures(monitoring: Monitoring) -> dict[str, Any]:
    """Return the figures in the contract's shape; a group of which nothing is known is left out."""
    known = {_NAMES.get(name, name): value for name, value in as_json(monitoring).items()}
    return {"timestamp": None, **{name: value for name, value in known.items() if value != {}}}


def _in_words(line: dict[str, Any]) -> str:
    words = [str(line["event"])]
    for name, value in line.items():
        if name == "camera_status":
            words.append(f"cameras={len(value)}")
        elif isinstance(value, dict):
            words += [f"{member}={figure}" for member, figure in value.items()]
        elif name != "event" and value is not None:
            words.append(f"{name}={value}")
    return " ".join(words)
