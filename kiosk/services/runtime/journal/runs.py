"""Which process wrote what: a run is told from a later one of the same number (proc(5))."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")
# Fields behind the name in ``/proc/PID/stat``.
_STATE, _STARTED = 0, 19
_ENDED = {"Z", "X"}


def this_process() -> str:
    """Return what tells this process from any other on this machine, ever."""
    return _mark(os.getpid()) or f"-/{os.getpid()}/-"


def is_running(process: str) -> bool:
    """Return whether the process of that mark still runs."""
    number = process.split("/")[1:2]
    return bool(number) and number[0].isdigit() and _mark(int(number[0])) == process


def _mark(number: int) -> str | None:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        # The name may hold blanks and brackets itself.
        fields = (_PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[_STATE] in _ENDED else f"{boot}/{number}/{fields[_STARTED]}"
