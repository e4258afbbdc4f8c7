from __future__ import annotations

import sqlite3

import pytest

from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.engine import Engine
from kiosk.simulator.entities import SessionConfig
from kiosk.simulator.hub import Hub, Stream
from tests.simulator.disk import Disk
from tests.simulator.worlds import WorldBench


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
