"""A kiosk without a panel that does a session and kills itself at a row of its journal.

python -m tests.chaos.pulled_plug URL FOLDER before|behind ROW; the password comes by standard
input.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.journal import book
from kiosk.services.runtime.journal.journal import Journal

_PAUSE_SECONDS = 0.05


def pull_plug(when: str, row: int) -> None:
    """Kill this process before a transaction begins, or as soon as it is on the disk."""
    write, left = book.Book.write, row

    def counted(*arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        made = write(*arguments)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    book.Book.write = counted  # type: ignore[method-assign]


async def do_session(url: str, folder: Path, password: str) -> None:
    """Start a session, provision all, retry what failed, skip nothing, stop."""
    journal = Journal(folder, clock=SystemClock())
    async with PiOrchestrator(url, api_key=lambda: None, journal=journal) as api:

        async def wait_for(*states: str) -> list[str]:
            while True:
                devices = (await api.batch.devices(session)).data
                if len(devices) == 2 and all(device.state in states for device in devices):
                    return [device.mac or "" for device in devices if device.state == "failed"]
                await asyncio.sleep(_PAUSE_SECONDS)

        session = (await api.batch.start("Machine-Room", SecretStr(password))).data.id
        await wait_for("discovered")
        await api.batch.provision_all(session)
        for mac in await wait_for("verified", "failed"):
            await api.batch.retry(session, mac)
        await wait_for("verified")
        await api.batch.stop(session)
    await journal.close()


if __name__ == "__main__":
    pull_plug(sys.argv[3], int(sys.argv[4]))
    asyncio.run(do_session(sys.argv[1], Path(sys.argv[2]), sys.stdin.read()))
