"""What a group of processes uses: memory shared fairly (PSS), processor time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def processes(group: int) -> Iterator[Path]:
    """Yield the folders of a process group's processes."""
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                fields = _fields(folder)
            except OSError:
                continue
            if int(fields[2]) == group:
                yield folder


def pss_mb(group: int) -> float:
    """Return the proportional set size of all its processes, in 2^20 bytes."""
    kib = 0
    for folder in processes(group):
        try:
            lines = (folder / "smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1024


def cpu_seconds(group: int) -> float:
    """Return the processor time that its processes have used."""
    total = 0
    for folder in processes(group):
        try:
            fields = _fields(folder)
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def _fields(folder: Path) -> list[str]:
    """Return what follows a process's name, which may hold anything (proc(5))."""
    return (
        (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    )
