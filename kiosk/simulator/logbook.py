"""The service's log: what really happened, the latest entries of it (contract.md §2.5, §3.5)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from kiosk.simulator.entities import (
    DeviceHappening,
    Happening,
    NetworkHappening,
    ProblemHappening,
    SessionHappening,
)
from kiosk.simulator.notes import Level, Note

_KEPT = 1000
_ONLY_CHATTER = frozenset({"drifted", "queued", "connected"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; ``at`` is Unix time."""

    id: int
    at: float
    level: Level
    component: str
    message: str
    metadata: Mapping[str, str] = field(default_factory=dict)


class LogBook:
    """A bounded ring of entries whose ids rise, also over restarts; ``told`` hears each new one."""

    def __init__(self, now: float) -> None:
        # A client resumes after the last id that it saw, perhaps from before a restart.
        self.last_id = int(now * 1000)
        self.told: Callable[[Entry], None] = _nobody
        self._entries: deque[Entry] = deque(maxlen=_KEPT)

    def add(
        self,
        level: Level,
        component: str,
        message: str,
        at: float,
        **metadata: str | None,
    ) -> None:
        """Write one entry, its metadata without what is unknown."""
        self.last_id += 1
        known = {name: value for name, value in metadata.items() if value is not None}
        entry = Entry(self.last_id, at, level, component, message, known)
        self._entries.append(entry)
        self.told(entry)

    def note(self, note: Note) -> None:
        """Write what the world said of itself."""
        self.add(note.level, note.component, note.message, note.at)

    def happened(self, happening: Happening) -> None:
        """Write what a provisioning stream would tell, without its chatter."""
        add = partial(self.add, at=happening.at, session_id=happening.session_id)
        match happening:
            case SessionHappening(kind, session):
                add("info", "provisioning", f"session {session.id} {kind}: {session.state}")
            case DeviceHappening(kind, device) if kind not in _ONLY_CHATTER:
                level: Level = "warn" if kind == "failed" else "info"
                reason = f": {device.error_message}" if device.error_message else ""
                text = f"device {device.mac} {kind} ({device.state}){reason}"
                add(level, "provisioning", text, mac=device.mac)
            case NetworkHappening(status):
                up = "up" if status.is_active else "down"
                add("info", "network", f"onboarding network is {up}")
            case ProblemHappening(code, message):
                add("error", "provisioning", f"{code}: {message}")

    def after(self, id_: int) -> list[Entry]:
        """Return the entries that are left of those after an id, oldest first."""
        return [entry for entry in self._entries if entry.id > id_]

    def select(
        self, *, limit: int, level: str | None, component: str | None, search: str | None
    ) -> list[Entry]:
        """Return the latest entries that match, oldest first."""
        found = list(self._matching(level, component, search))
        return found[-limit:]

    def _matching(
        self, level: str | None, component: str | None, search: str | None
    ) -> Iterator[Entry]:
        for entry in self._entries:
            if level and entry.level != level:
                continue
            if component and entry.component != component:
                continue
            if search and search.casefold() not in entry.message.casefold():
                continue
            yield entry


def _nobody(_: Entry) -> None:
    """Listen to nothing."""
