"""How the commands end that print one line after another."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any

from kiosk.cli.ending import run_to_end
from kiosk.cli.printing import be_silent


def run_printing(work: Coroutine[Any, Any, int]) -> int:
    """Run a command that prints until it ends; returns its exit status, 0 on a signal."""
    # A name from elsewhere must not end it: the terminal may know less than Unicode.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return run_to_end(_until_signal(work))
    except BrokenPipeError:
        # Whoever read us has seen enough.
        be_silent()
        return 0


async def _until_signal(work: Coroutine[Any, Any, int]) -> int:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return 0
