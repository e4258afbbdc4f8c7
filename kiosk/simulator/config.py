"""The configuration's values; a secret is never kept, only that one is set."""

from __future__ import annotations

from kiosk.simulator.config_items import ITEMS, MASK, SECRET_TYPES, Item
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.notes import Tell
from kiosk.simulator.records import Shelf

_SET = "set"


class Config:
    """Values that differ from their default are on the shelf."""

    def __init__(self, values: Shelf, tell: Tell) -> None:
        self._values = values
        self._tell = tell

    def item(self, key: str) -> Item:
        """Raise NOT_FOUND."""
        if key not in ITEMS:
            raise RefusalError("NOT_FOUND", f"there is no setting {key}")
        return ITEMS[key]

    def value(self, key: str) -> str:
        """Return the value as a client sees it: text, a secret as its mask. Raise NOT_FOUND."""
        item = self.item(key)
        value = str(self._values.get(key, item.default))
        return MASK if item.type in SECRET_TYPES and value else value

    def put(self, key: str, value: str) -> str:
        """Take a value; return it as a client sees it.

        Raise NOT_FOUND, FORBIDDEN or VALIDATION_FAILED.
        """
        item = self._editable(key)
        if problem := item.problem(value):
            raise RefusalError("VALIDATION_FAILED", f"{key}: {problem}")
        self._values[key] = _SET if value and item.type in SECRET_TYPES else value
        self._tell("info", "config", f"{key} changed")
        return self.value(key)

    def restore(self, key: str) -> str:
        """Take the default; return it as a client sees it. Raise NOT_FOUND or FORBIDDEN."""
        self._editable(key)
        self._values.pop(key, None)
        self._tell("info", "config", f"{key} is its default again")
        return self.value(key)

    def reset(self) -> None:
        """Take every default."""
        self._values.clear()

    def _editable(self, key: str) -> Item:
        item = self.item(key)
        if not item.editable:
            raise RefusalError("FORBIDDEN", f"{key} cannot be changed")
        return item
