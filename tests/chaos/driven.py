"""A kiosk without a panel, and a technician who does a whole session on it by what it shows.

python -m tests.chaos.driven URL FOLDER DEVICES; the password comes by standard input. Prints what
the panel would show, whenever that changes, an object a line. With 0 devices it is only looked at.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.journal.journal import Journal
from kiosk.services.runtime.journal.record import Record
from kiosk.services.runtime.journal.settlement import Settlement
from kiosk.services.state.actions import CommandStarted
from kiosk.services.state.model import Route
from kiosk.services.views import order, provision
from kiosk.services.wire.provisioning import SessionConfig
from tests.chaos.watcher import SSID, Watcher

_LOOK_SECONDS = 0.05
# So long a technician waits for what was asked for before asking again.
_PATIENCE_SECONDS = 2.0


class Technician:
    """Does what the panel offers: continue or start, provision all, retry what failed, stop."""

    def __init__(self, kiosk: Watcher, password: SecretStr, number: int) -> None:
        self._kiosk = kiosk
        self._password = password
        self._number = number
        self._asked_at = 0.0

    async def work(self) -> None:
        """Return when the session has been stopped with every camera ready."""
        while not await self._step():  # noqa: ASYNC110 - it looks as a person does
            await asyncio.sleep(_LOOK_SECONDS)

    async def _step(self) -> bool:
        kiosk, state, now = self._kiosk, self._kiosk.store.state, self._kiosk.clock.monotonic()
        commands, batch = kiosk.commands, state.batch
        if batch is None:
            if state.service.presence == "ready" and state.service.recoverable:
                await self._ask("resume", commands.resume(state.service.recoverable[0].id))
            elif state.service.presence == "ready":
                starting = commands.start(SSID, self._password, SessionConfig())
                await self._ask("start", starting)
            return False
        if batch.ended_at is not None:
            return True
        if batch.connection.state != "live" or len(batch.devices) < self._number:
            return False
        session, ready = batch.session.id, self._ready
        waiting, failed = order.waiting(batch, now), order.failed(batch, now)
        if ready == self._number:
            await self._ask("stop", commands.stop(session))
        elif failed and self._is_patient(now):
            await self._ask("retry_failed", commands.retry_failed(session, failed))
        elif waiting and self._is_patient(now):
            await self._ask("provision_all", commands.provision_all(session, waiting))
        return False

    @property
    def _ready(self) -> int:
        return sum(device.state == "verified" for device in self._kiosk.batch.devices.values())

    def _is_patient(self, now: float) -> bool:
        if now - self._asked_at < _PATIENCE_SECONDS:
            return False
        self._asked_at = now
        return True

    async def _ask(self, command: str, work: Any) -> None:
        self._kiosk.store.dispatch(CommandStarted(command))
        await work


def seen(kiosk: Watcher) -> dict[str, Any]:
    """Return what the panel shows: all its words, and each tile's."""
    state, tiles = kiosk.store.state, {}
    if state.navigation.route is Route.PROVISION and state.batch is not None:
        view = provision.view_of(state, kiosk.clock.monotonic())
        tiles = {row.mac: row.word for row in view.rows if row.live}
    return {"route": state.navigation.route, "words": kiosk.texts(), "tiles": tiles}


async def show(kiosk: Watcher) -> None:
    """Print what the panel shows, whenever that changes; runs until cancelled."""
    last = ""
    while True:
        line = json.dumps(seen(kiosk))
        if line != last:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        last = line
        await asyncio.sleep(_LOOK_SECONDS)


@asynccontextmanager
async def running(url: str, folder: Path) -> AsyncIterator[Watcher]:
    """Run the kiosk with all that it remembers, as the wiring does."""
    clock = SystemClock()
    journal = Journal(folder, clock=clock)
    await journal.open()
    kiosk = Watcher(url, clock=clock, key=None, journal=journal)
    async with kiosk:
        record = Record(journal, kiosk.store, clock=clock)
        settlement = Settlement(journal, kiosk._client, kiosk.store, record, clock=clock)
        work = (journal.run(), record.run(), settlement.run(), show(kiosk))
        tasks = [asyncio.create_task(part) for part in work]
        try:
            yield kiosk
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    await journal.close()


async def main(url: str, folder: Path, number: int) -> None:
    password = SecretStr(sys.stdin.readline().rstrip("\n"))
    async with running(url, folder) as kiosk:
        if number == 0:
            await asyncio.get_running_loop().create_future()
        await Technician(kiosk, password, number).work()
        await asyncio.sleep(2 * _LOOK_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
