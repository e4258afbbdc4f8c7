"""What a process holds at one moment: memory, descriptors, tasks, threads, objects by type."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

_PROC = Path("/proc/self")
_MIB = 1 << 20
# asyncio's own, for files and names: made when first needed, a handful at most.
_HELPERS = "asyncio_"


_MEMBERS = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)


class _Mallinfo2(ctypes.Structure):
    """``struct mallinfo2`` of glibc's malloc.h."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _MEMBERS)


def census() -> dict[str, Any]:
    """Return the numbers; memory in MiB. Whoever asks has collected the garbage.

    ``malloc`` is what C holds, ``blocks`` the number of Python's small objects: when both stand
    still and ``rss`` grows, the memory is in pieces but nothing is kept.
    """
    memory = _memory()
    tasks = Counter(task.get_name().partition(" ")[0] for task in asyncio.all_tasks())
    types = Counter(map(type, gc.get_objects()))
    return {
        "at": time.monotonic(),
        **memory,
        "malloc": malloc_mib(),
        "blocks": sys.getallocatedblocks(),
        "objects": types.total(),
        "fds": len(os.listdir(_PROC / "fd")),  # noqa: PTH208 - Path.iterdir makes an object of each
        "tasks": tasks.total(),
        "threads": sum(not thread.name.startswith(_HELPERS) for thread in threading.enumerate()),
        "widgets": sum(n for kind, n in types.items() if _is_widget(kind)),
        "types": {f"{k.__module__}.{k.__qualname__}": n for k, n in types.most_common(400)},
    }


def malloc_mib() -> float | None:
    """Return what C holds, None where its library does not tell (mallinfo2(3))."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        return None
    libc.mallinfo2.restype = _Mallinfo2
    told = libc.mallinfo2()
    return float(told.uordblks + told.hblkhd) / _MIB


def _memory() -> dict[str, float]:
    """Return resident, proportional and anonymous memory.

    The second counts shared pages by their share, which is more when others end; the third is
    what is this process's own, whatever others do.
    """
    found = {}
    for line in (_PROC / "smaps_rollup").read_text().splitlines()[1:]:
        name, kib = line.split()[:2]
        if name in {"Rss:", "Pss:", "Anonymous:"}:
            found[name.lower().rstrip(":")] = int(kib) * 1024 / _MIB
    return found


def _is_widget(kind: type) -> bool:
    return any(base.__name__ == "Widget" for base in kind.__mro__)
