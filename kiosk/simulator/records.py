"""Small JSON records on named shelves, and which of them are not on disk yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

Key = tuple[str, str]  # shelf, id


class Shelf(MutableMapping[str, Any]):
    """JSON values by id. A value is replaced, never changed in place, or the disk misses it."""

    def __init__(self, name: str, changed: set[Key]) -> None:
        self._name = name
        self._changed = changed
        self._values: dict[str, Any] = {}

    def load(self, id_: str, value: Any) -> None:
        """Take a value that is on disk already."""
        self._values[id_] = value

    def __getitem__(self, id_: str) -> Any:
        return self._values[id_]

    def __setitem__(self, id_: str, value: Any) -> None:
        self._values[id_] = value
        self._changed.add((self._name, id_))

    def __delitem__(self, id_: str) -> None:
        del self._values[id_]
        self._changed.add((self._name, id_))

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Records:
    """All shelves."""

    def __init__(self, saved: Mapping[Key, Any]) -> None:
        self._changed: set[Key] = set()
        self._shelves: dict[str, Shelf] = {}
        for (name, id_), value in saved.items():
            self.shelf(name).load(id_, value)

    def shelf(self, name: str) -> Shelf:
        """Return the shelf of that name, empty when nothing was ever put there."""
        return self._shelves.setdefault(name, Shelf(name, self._changed))

    def take_changes(self) -> dict[Key, Any]:
        """Return values to be stored, None for those removed; they count as stored from now on."""
        changed = {(name, id_): self._shelves[name].get(id_) for name, id_ in self._changed}
        self._changed.clear()
        return changed
