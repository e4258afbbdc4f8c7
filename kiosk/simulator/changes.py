"""What goes between the world and the disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.simulator.entities import AllowlistEntry, Device, Session
from kiosk.simulator.records import Key


@dataclass(slots=True)
class Changes:
    """What must be on disk before the next answer goes out; None for what was removed.

    The devices of a removed session go with it.
    """

    sessions: dict[str, Session | None] = field(default_factory=dict)
    devices: dict[tuple[str, str], Device] = field(default_factory=dict)
    allowlist: dict[str, AllowlistEntry | None] = field(default_factory=dict)
    records: dict[Key, Any] = field(default_factory=dict)

    def add(self, later: Changes) -> None:
        """Take in what changed after these."""
        self.sessions |= later.sessions
        self.devices |= later.devices
        self.allowlist |= later.allowlist
        self.records |= later.records

    def __bool__(self) -> bool:
        return bool(self.sessions or self.devices or self.allowlist or self.records)


@dataclass(frozen=True, slots=True)
class Saved:
    """What an earlier run left behind."""

    sessions: Sequence[Session] = ()
    devices: Sequence[Device] = ()
    allowlist: Sequence[AllowlistEntry] = ()
    records: Mapping[Key, Any] = field(default_factory=dict)
    fleet: str | None = None  # which fleet the allowlist was made for
