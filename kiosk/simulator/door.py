"""The machine's door: a lock that springs back by itself, and the record of its commands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from kiosk.simulator.notes import Tell
from kiosk.simulator.records import Shelf
from kiosk.simulator.timeline import Timeline

LONGEST_OPENING = 30  # seconds (contract.md §2.11)
RELAY_PIN = 17
_KEPT = 200

DoorState = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Command:
    """One entry of the history; ``timestamp`` is Unix time."""

    id: int
    timestamp: float
    command: str
    result: str
    duration_ms: int | None = None


class Door:
    """Opens on command and closes after so many world seconds."""

    def __init__(self, timeline: Timeline, history: Shelf, tell: Tell) -> None:
        self.state: DoorState = "closed"
        self._timeline = timeline
        self._closing = timeline.branch()
        self._history = history
        self._tell = tell

    def open(self, seconds: float, *, testing: bool = False) -> None:
        """Open for so many world seconds, anew when it is open; a test only clicks the relay."""
        command = "test" if testing else "open"
        self._write(command, "success", duration_ms=int(seconds * 1000))
        self._tell("info", "door", f"door: {command} for {seconds:g} s")
        if not testing:
            self.state = "open"
            self._closing.clear()
            self._closing.after(seconds, self._spring_back)

    def close(self) -> None:
        """Close at once."""
        self._closing.clear()
        self.state = "closed"
        self._write("close", "success")
        self._tell("info", "door", "door: close")

    def history(self, limit: int) -> list[Command]:
        """Return the last commands, the newest first."""
        commands = [Command(**record) for record in self._history.values()]
        return sorted(commands, key=lambda command: -command.id)[:limit]

    def last_command(self) -> Command | None:
        """Return the newest command."""
        return next(iter(self.history(1)), None)

    def reset(self) -> None:
        """Close without a word and forget the history."""
        self._closing.clear()
        self.state = "closed"
        self._history.clear()

    def _spring_back(self) -> None:
        self.state = "closed"
        self._write("auto_close", "success")
        self._tell("info", "door", "door: closed by itself")

    def _write(self, command: str, result: str, *, duration_ms: int | None = None) -> None:
        last = self.last_command()
        number = last.id + 1 if last else 1
        entry: dict[str, Any] = asdict(
            Command(number, self._timeline.now, command, result, duration_ms)
        )
        self._history[str(number)] = entry
        self._history.pop(str(number - _KEPT), None)
