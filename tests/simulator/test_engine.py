from __future__ import annotations

import sqlite3

import pytest

from kiosk.simulator.changes import Changes
from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.engine import Engine
from kiosk.simulator.entities import SessionConfig
from kiosk.simulator.hub import Hub, Stream
from tests.simulator.worlds import WorldBench


class Disk:
    """A disk that can be full."""

    def __init__(self) -> None:
        self.full = False
        self.saved = Changes()

    def save(self, changes: Changes) -> None:
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        self.saved.add(changes)


async def test_nothing_is_told_before_it_is_on_disk_and_nothing_is_lost() -> None:
    bench, disk, hub = WorldBench(), Disk(), Hub()
    stream = Stream(None, cut=lambda: None)
    hub.add(stream)
    engine = Engine(bench.world, disk, DIALECTS["handoff"](), hub, lambda: bench.now)
    engine.look(lambda world: world.network())
    disk.full = True
    with pytest.raises(sqlite3.OperationalError):
        engine.act(lambda world: world.start("Machine-Room", SessionConfig()))
    assert await stream.take(0.001) == b""
    disk.full = False
    engine.look(lambda world: world.network())
    assert len(disk.saved.sessions) == 1
    assert (await stream.take(1)).startswith(b"event:session.started\n")
