"""A disk in memory, for tests of an engine without a file."""

from __future__ import annotations

import sqlite3

from kiosk.simulator.changes import Changes


class Disk:
    """A disk that can be full."""

    def __init__(self) -> None:
        self.full = False
        self.saved = Changes()

    def save(self, changes: Changes) -> None:
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        self.saved.add(changes)
