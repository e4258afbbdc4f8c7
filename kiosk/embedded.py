"""Starts the simulator as a process of its own and ends it with whoever needed it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_END_SECONDS = 3.0
_READY = "listening on "


class SimulatorFailedError(Exception):
    """The simulator ended before it listened; it has said why on standard error."""


@contextmanager
def simulator(arguments: Sequence[str]) -> Iterator[Embedded]:
    """Run ``kiosk simulate`` on a free port with ``arguments``; yields as soon as it is started."""
    command = [sys.executable, "-m", "kiosk", "simulate", "--port", "0", *arguments]
    process = subprocess.Popen(  # noqa: S603 - our own command, no shell
        command,
        stdout=subprocess.PIPE,
        text=True,
        # A Ctrl-C at the terminal is for the kiosk, which ends the simulator itself.
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield Embedded(process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Embedded:
    """A simulator that was started."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def url(self) -> str:
        """Wait until it listens; returns its base URL. Raises SimulatorFailedError if it ended."""
        stream = self._process.stdout
        line = stream.readline() if stream is not None else ""
        if not line.startswith(_READY):
            raise SimulatorFailedError("the simulator did not start")
        return line.removeprefix(_READY).strip()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
