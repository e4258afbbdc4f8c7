"""``kiosk run`` with an eye and a finger on its panel, and with faults on demand, over a socket.

python -m tests.chaos.eye SOCKET COMMAND …

A line is one request and one answer, as JSON: ``{"do": "texts"}``. Everything else is the product's
own: its command line, its signals, its end.
"""
# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from kiosk.__main__ import main
from kiosk.cli import run

# How long what hangs would hang, if nothing ended it.
FOR_EVER = 600.0


class Eye:
    """Answers requests; each public method is one."""

    def __init__(self, kiosk: Any) -> None:
        self._kiosk = kiosk

    @property
    def _pilot(self) -> Any:
        from kiosk.tour.pilot import Pilot

        # The app's own loop tells if it breaks: then this process ends.
        return Pilot(self._kiosk.app, asyncio.get_running_loop().create_future())

    async def texts(self) -> list[str]:
        return list(self._pilot.texts())

    async def tap(self, *names: str) -> None:
        await self._pilot.tap(*names)

    async def intend(self, name: str, *arguments: str) -> None:
        getattr(self._kiosk.intents, name)(*arguments)

    async def state(self) -> dict[str, Any]:
        state = self._kiosk.store.state
        return {
            "route": str(state.navigation.route),
            "busy": sorted(state.busy),
            "dimmed": state.dimmed,
            "session": state.batch.session.id if state.batch else None,
        }

    async def usage(self) -> dict[str, float]:
        """Return what this process has used, the threads that it has, and its clock."""
        return {
            "cpu": time.process_time(),
            "wall": time.time(),
            "threads": threading.active_count(),
        }

    async def block(self, seconds: float) -> None:
        """Hold up the whole loop, a moment from now."""
        asyncio.get_running_loop().call_later(0.05, time.sleep, seconds)

    async def hang(self, seconds: float) -> None:
        """Hold up Kivy's loop alone: no frame, while the tasks of the network go on."""
        from kiosk.loop import MainLoop

        until_due = MainLoop._until_due

        async def late(_loop: MainLoop) -> None:
            MainLoop._until_due = until_due  # type: ignore[method-assign]
            await asyncio.sleep(seconds)

        MainLoop._until_due = late  # type: ignore[method-assign]

    async def break_(self, where: str, text: str) -> None:
        """Raise an error with this text in a callback of Kivy, of the loop, or in a task."""

        def broken(*_: object) -> None:
            raise RuntimeError(text)

        async def breaks() -> None:
            broken()

        if where == "frame":
            from kivy.clock import Clock

            Clock.schedule_once(broken, 0)
        elif where == "loop":
            asyncio.get_running_loop().call_soon(broken)
        elif where == "task":
            asyncio.get_running_loop().create_task(breaks())
        else:
            (part,) = (task for task in asyncio.all_tasks() if task.get_name() == where)
            part._fut_waiter.set_exception(RuntimeError(text))  # what it waits for breaks

    async def slow_disk(self) -> None:
        """Have nothing reach the disk any more."""
        os.fsync = lambda _descriptor: time.sleep(FOR_EVER)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it is closed."""
        with suppress(asyncio.CancelledError):
            await self._answer(reader, writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            request = json.loads(line)
            try:
                answer = await getattr(self, request["do"])(*request["with"])
            except Exception as error:  # noqa: BLE001 - the test shall see it
                answer = {"error": f"{type(error).__name__}: {error}"}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()


def _open_at(path: str) -> None:
    from kiosk import wiring

    assembled = wiring.assembled

    @asynccontextmanager
    async def seen(*arguments: Any) -> AsyncIterator[Any]:
        async with assembled(*arguments) as kiosk:
            server = await asyncio.start_unix_server(Eye(kiosk).serve, path)
            try:
                yield kiosk
            finally:
                server.close()

    wiring.assembled = seen


def _look() -> int:
    path, *command = sys.argv[1:]
    prepare = run.prepare

    def prepared(*arguments: Any, **options: Any) -> None:
        prepare(*arguments, **options)
        _open_at(path)

    run.prepare = prepared
    if os.environ.get("SLOW_DNS"):
        socket.getaddrinfo = lambda *_args, **_more: time.sleep(FOR_EVER)
    return main(command)


if __name__ == "__main__":
    sys.exit(_look())
