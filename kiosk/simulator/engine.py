"""Keeps the world moving in real time: let time pass, put it on disk, tell the streams."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from kiosk.simulator.changes import Changes
from kiosk.simulator.dialects import Dialect
from kiosk.simulator.entities import Happening
from kiosk.simulator.hub import Hub
from kiosk.simulator.logbook import LogBook
from kiosk.simulator.storage import Storage
from kiosk.simulator.world import World

_log = logging.getLogger("kiosk.simulator")
_T = TypeVar("_T")

_SHORTEST_NAP = 0.01  # seconds; what is due within it shares one transaction
_LONGEST_NAP = 60.0
_DISK_RETRY = 1.0
_BURST_SLICE = 200
_BURST_PATIENCE = 5.0


class SteadyClock:
    """Unix time that never jumps: the wall clock at the start plus monotonic time."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self._offset + time.monotonic()


class Engine:
    """The one place where world, disk and streams meet.

    What an answer acknowledges and what a stream tells is on disk before either goes out.
    """

    def __init__(
        self,
        world: World,
        storage: Storage,
        dialect: Dialect,
        hub: Hub,
        clock: Callable[[], float],
    ) -> None:
        self.world = world
        self.dialect = dialect
        self.hub = hub
        self.clock = clock
        self.logbook = LogBook(clock())
        self._started = clock()
        self.logbook.add("info", "system", "service started", self._started)
        self._storage = storage
        self._unsaved = Changes()
        self._untold: list[Happening] = []
        self._replan = asyncio.Event()

    @property
    def elapsed(self) -> float:
        """Seconds since the service was started."""
        return self.clock() - self._started

    def look(self, question: Callable[[World], _T]) -> _T:
        """Ask the world as it is now."""
        self._settle()
        return question(self.world)

    def act(self, command: Callable[[World], _T]) -> _T:
        """Change the world. Raise RefusalError, or sqlite3.Error when it cannot be stored."""
        self._settle()
        try:
            return command(self.world)
        finally:
            self._settle()
            self._replan.set()

    async def run(self) -> None:
        """Let time pass until cancelled."""
        while True:
            try:
                self._settle()
            except sqlite3.Error:
                _log.exception("the state could not be stored; trying again")
                await asyncio.sleep(_DISK_RETRY)
            self._replan.clear()
            due = self.world.timeline.next_due()
            nap = _LONGEST_NAP if due is None else due - self.clock()
            try:
                async with asyncio.timeout(min(max(nap, _SHORTEST_NAP), _LONGEST_NAP)):
                    await self._replan.wait()
            except TimeoutError:
                continue

    async def burst(self, events: int, per_second: float | None = None) -> int:
        """Tell of the running session's devices so many times; returns how many times.

        Without ``per_second`` it is as fast as the readers take it.
        """
        macs = [device.mac for device in self.look(lambda world: world.running_devices())]
        if not macs:
            return 0
        loop = asyncio.get_running_loop()
        began = loop.time()
        for told in range(events):
            # What is told is told as of now, not as of the last time that the world was looked at.
            self._untold += self.world.advance(self.clock())
            self.world.touch(macs[told % len(macs)])
            if per_second is not None:
                self._settle()
                await asyncio.sleep(began + (told + 1) / per_second - loop.time())
            elif told % _BURST_SLICE == _BURST_SLICE - 1:
                self._settle()
                await self.hub.room(_BURST_PATIENCE)
        self._settle()
        return events

    def _settle(self) -> None:
        self._untold += self.world.advance(self.clock())
        self._unsaved.add(self.world.take_changes())
        if self._unsaved:
            self._storage.save(self._unsaved)
            self._unsaved = Changes()
        for note in self.world.installation.take_notes():
            self.logbook.note(note)
        told, self._untold = self._untold, []
        for happening in told:
            self.logbook.happened(happening)
            if len(self.hub) and (frame := self.dialect.frame(happening)):
                self.hub.publish(happening.session_id, frame)
