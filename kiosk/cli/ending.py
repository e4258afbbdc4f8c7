"""How the kiosk ends: in order where that goes quickly, and in any case before anybody waits."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import FrameType
from typing import Any

# SIGTERM is to be obeyed within three seconds; this leaves some to a machine that is busy.
DEADLINE_SECONDS = 2.2

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger("kiosk.run")


class Ending:
    """Obeys SIGTERM and SIGINT at once, or after ``DEADLINE_SECONDS`` whatever still hangs.

    A look-up of a name or a write to a worn card cannot be cancelled, and Python waits for it even
    after the last line. An alarm does not: nothing is lost, for what was asked stays in the journal
    without an outcome and is settled at the next start. ``last`` is called before such an end.
    From here on the process leaves with ``status``, whatever the command returns.
    """

    def __init__(self, last: Callable[[], object] = lambda: None) -> None:
        self.status = 0
        self._last = last
        self._stop: Callable[[], object] | None = None
        self._began = False
        for number in _SIGNALS:
            signal.signal(number, self._told)
        signal.signal(signal.SIGALRM, self._leave)
        # All is closed by then; taking the interpreter apart takes a second and mends nothing.
        atexit.register(self._leave_tidily)

    def calls(self, stop: Callable[[], object]) -> None:
        """Have a signal call ``stop`` from now on, not raise KeyboardInterrupt any more."""
        self._stop = stop

    def begin(self) -> None:
        """Leave the process within the deadline; twice is once."""
        if not self._began:
            self._began = True
            signal.setitimer(signal.ITIMER_REAL, DEADLINE_SECONDS)

    def broken(self) -> None:
        """Log the exception of the moment; with this status systemd starts the kiosk again."""
        # First, for there may be no memory left to log with.
        self.status = os.EX_SOFTWARE
        _log.critical("the kiosk broke", exc_info=True)

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        if self._began:
            self._leave()
        self.begin()
        if self._stop is None:
            # Nothing runs yet that could be asked to stop.
            raise KeyboardInterrupt
        self._stop()

    def _leave_tidily(self) -> None:
        _flush()
        os._exit(self.status)

    def _leave(self, *_: object) -> None:
        self._last()
        os._exit(self.status)


def run_to_end(work: Coroutine[Any, Any, int]) -> int:
    """Run a command that only asks; returns its exit status.

    Once it has come to its end, the process is left within ``DEADLINE_SECONDS`` if something hangs.
    """
    status = 1

    def leave(*_: object) -> None:
        _flush()
        os._exit(status)

    async def ended() -> None:
        nonlocal status
        try:
            status = await work
        finally:
            signal.signal(signal.SIGALRM, leave)
            signal.setitimer(signal.ITIMER_REAL, DEADLINE_SECONDS)

    try:
        asyncio.run(ended())
    finally:
        # Every thread has come to its end.
        signal.setitimer(signal.ITIMER_REAL, 0)
    return status


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
