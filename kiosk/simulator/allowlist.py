"""The allowlist: which MACs may be provisioned at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kiosk.simulator.entities import AllowlistEntry
from kiosk.simulator.errors import RefusalError


class Allowlist:
    """Entries by canonical MAC; remembers which of them changed since it was last asked."""

    def __init__(self, entries: Iterable[AllowlistEntry] = ()) -> None:
        self._entries = {entry.mac: entry for entry in entries}
        self._changed: set[str] = set()

    def entries(self, *, available: bool = False) -> list[AllowlistEntry]:
        """All entries, or only those that no device has used yet."""
        return [e for e in self._entries.values() if not (available and e.used_at)]

    def get(self, mac: str) -> AllowlistEntry | None:
        """Return the entry of a canonical MAC."""
        return self._entries.get(mac)

    def add(self, entry: AllowlistEntry) -> None:
        """Raise CONFLICT when the MAC is there already."""
        if entry.mac in self._entries:
            raise RefusalError("CONFLICT", f"{entry.mac} is in the allowlist already")
        self._set(entry)

    def remove(self, mac: str) -> None:
        """Raise DEVICE_NOT_FOUND when the MAC is not there."""
        if self._entries.pop(mac, None) is None:
            raise RefusalError("DEVICE_NOT_FOUND", f"{mac} is not in the allowlist")
        self._changed.add(mac)

    def mark_used(self, mac: str, moment: float) -> None:
        """Note that a device with this MAC took the credentials."""
        if entry := self._entries.get(mac):
            self._set(replace(entry, used_at=moment))

    def take_changes(self) -> Mapping[str, AllowlistEntry | None]:
        """Entries to be stored, None for those removed; they count as stored from now on."""
        changed, self._changed = self._changed, set()
        return {mac: self._entries.get(mac) for mac in changed}

    def _set(self, entry: AllowlistEntry) -> None:
        self._entries[entry.mac] = entry
        self._changed.add(entry.mac)
