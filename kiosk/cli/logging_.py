"""The work of ``kiosk logs``: a list, or a feed whose store is standard output."""

import argparse
import json
import random
from collections.abc import Iterator
from typing import Any

from kiosk.cli.connection import connection_line
from kiosk.cli.printing import plain, print_problem
from kiosk.connect import connected
from kiosk.services.client.errors import ApiError, raise_problem
from kiosk.services.client.logs import MOST_RECENT, RECENT_LIMIT
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.log_feed import LogFeed
from kiosk.services.state.logs import LogConnection, LogEvent, at_least
from kiosk.services.wire.checks import refusal
from kiosk.services.wire.logs import Level, LogEntry
from kiosk.settings import Settings, SettingsError


async def print_logs(args: argparse.Namespace, settings: Settings) -> int:
    """Print the latest lines, or all from now on; returns 1 when there is no log to be had."""
    printer = _Printer(as_json=args.json, level=args.level, limit=args.limit)
    try:
        async with connected(settings) as client:
            if args.follow:
                await LogFeed(
                    client,
                    printer.event,
                    clock=SystemClock(),
                    rng=random.Random(),  # noqa: S311 - spreads reconnections, guards nothing
                    limit=max(args.limit, RECENT_LIMIT),
                ).run()
            # Those of a level are looked for among as many as there are.
            asked = args.limit if args.level is None else MOST_RECENT
            printer.latest((await client.logs.recent(asked)).data)
    except ApiError as error:
        print_problem(error.problem, as_json=args.json)
        return 1
    except SettingsError as error:
        print_problem(refusal("SETTINGS", str(error)), as_json=args.json)
        return 1
    return 0


class _Printer:
    """Writes each line of the log, and each change of how they come, and hands it over at once."""

    def __init__(self, *, as_json: bool, level: Level | None, limit: int) -> None:
        self._as_json = as_json
        self._level: Level | None = level
        self._limit = limit
        self._clock = SystemClock()
        self._was_live = False

    def latest(self, lines: tuple[LogEntry, ...]) -> None:
        """Print the last of the lines so far."""
        for line in tuple(at_least(self._level, lines))[-self._limit :]:
            self._line(line)

    def event(self, event: LogEvent) -> None:
        """Print what the feed says; raises ApiError where there is nothing to follow at all."""
        if isinstance(event, LogConnection):
            self._connection(event)
        elif self._was_live:
            for line in at_least(self._level, event.lines):
                self._line(line)
        else:
            self.latest(event.lines)

    def _connection(self, change: LogConnection) -> None:
        problem = change.problem
        if change.state == "stopped" and problem is not None and not self._was_live:
            raise_problem(problem)
        self._was_live = self._was_live or change.state == "live"
        told = connection_line(change.state, problem, change.retry_at, self._clock)
        told["transport"] = change.transport
        self._write(told, " ".join(f"{k}={v}" for k, v in told.items() if v is not None))

    def _line(self, line: LogEntry) -> None:
        self._write({"event": "log", **line.model_dump(mode="json")}, " ".join(_words(line)))

    def _write(self, told: dict[str, Any], text: str) -> None:
        print(json.dumps(told) if self._as_json else plain(text), flush=True)


def _words(line: LogEntry) -> Iterator[str]:
    at = line.timestamp
    yield at.isoformat(timespec="milliseconds") if at is not None else "-"
    yield line.level.upper().ljust(5)
    if line.component:
        yield f"{line.component}:"
    yield line.message
    for name, value in line.details.items():
        yield f"{name}={value}"
