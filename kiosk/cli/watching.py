"""The work of ``kiosk watch``: a feed whose store is standard output."""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kiosk.cli.connection import connection_line
from kiosk.cli.printing import in_words
from kiosk.cli.records import as_json
from kiosk.connect import connected
from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError
from kiosk.services.client.sse import Frame
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.provisioning_feed import ProvisioningFeed
from kiosk.services.state.feed import ConnectionChanged, FeedEvent, SnapshotLoaded
from kiosk.services.wire.checks import refusal
from kiosk.services.wire.events import DeviceUpdated, SessionUpdated
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.provisioning import ENDED_STATES, SessionSnapshot
from kiosk.settings import Settings, SettingsError

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def watch(args: argparse.Namespace, settings: Settings) -> int:
    """Print what happens to the session; returns 0 at its end, else 1."""
    printer = _Printer(as_json=args.json, raw=args.raw)
    try:
        async with connected(settings) as client:
            session_id = args.session or await _running_session(client)
            if session_id is None:
                return printer.refuse("no session is running")
            feed = ProvisioningFeed(
                client,
                session_id,
                printer.event,
                clock=SystemClock(),
                rng=random.Random(),  # noqa: S311 - spreads reconnections, guards nothing
                on_frame=printer.frame,
            )
            await feed.run()
    except ApiError as error:
        printer.event(ConnectionChanged("stopped", error.problem))
    except SettingsError as error:
        print(f"kiosk watch: {error}", file=sys.stderr)
        printer.event(ConnectionChanged("stopped", refusal("SETTINGS", str(error))))
    return 1 if printer.problem else 0


async def _running_session(client: PiOrchestrator) -> str | None:
    """Return the newest session that has not ended."""
    sessions = (await client.recovery.recoverable()).data
    running = [session for session in sessions if session.state not in ENDED_STATES]
    newest = max(running, key=lambda session: session.created_at or _LONG_AGO, default=None)
    return newest.id if newest else None


class _Printer:
    """Writes each event as a line and hands it over at once."""

    def __init__(self, *, as_json: bool, raw: bool) -> None:
        self._as_json = as_json
        self._raw = raw
        self._clock = SystemClock()
        self.problem: Problem | None = None

    def refuse(self, reason: str) -> int:
        """Say why there is nothing to watch; returns the exit status."""
        print(f"kiosk watch: {reason}", file=sys.stderr)
        if not self._raw:
            self._line(
                {"event": "connection", "state": "stopped", "reason": reason, "retry_in": None}
            )
        return 1

    def frame(self, frame: Frame) -> None:
        """Print a frame as it was dispatched."""
        if self._raw:
            self._write(json.dumps({"event": frame.event, "data": frame.data, "id": frame.id}))

    def event(self, event: FeedEvent) -> None:
        """Print an internal event; a snapshot is printed as the events that lead to it."""
        if isinstance(event, ConnectionChanged):
            self.problem = event.problem if event.state == "stopped" else None
            if self._raw and self.problem:
                print(f"kiosk watch: {in_words(self.problem)}", file=sys.stderr)
        if self._raw:
            return
        if isinstance(event, ConnectionChanged):
            self._line(connection_line(event.state, event.problem, event.retry_at, self._clock))
        elif isinstance(event, SnapshotLoaded):
            for part in _told(event.snapshot):
                self._line(as_json(part))
        else:
            self._line(as_json(event))

    def _line(self, line: dict[str, Any]) -> None:
        if self._as_json:
            self._write(json.dumps(line))
        else:
            self._write(" ".join(_words(line)))

    def _write(self, text: str) -> None:
        print(text, flush=True)


def _told(snapshot: SessionSnapshot) -> Iterator[SessionUpdated | DeviceUpdated]:
    session = snapshot.session
    yield SessionUpdated(session=session, session_id=session.id)
    for device in snapshot.devices:
        if device.mac is not None:
            yield DeviceUpdated(
                mac=device.mac,
                session_id=session.id,
                state=device.state,
                error=device.error_message,
                device=device,
            )


def _words(line: dict[str, Any]) -> Iterator[str]:
    yield str(line["event"])
    for name, value in line.items():
        if name != "event" and isinstance(value, str | int | float):
            yield f"{name}={value}"
