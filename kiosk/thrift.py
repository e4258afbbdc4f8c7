"""Gives back what only the start needed, once the kiosk runs."""

from __future__ import annotations

import ctypes
import gc
import re
from collections.abc import Iterator
from pathlib import Path

# By then the first screens are drawn, and nobody waits for anything.
SETTLED_SECONDS = 10.0

_MADV_DONTNEED = 4
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ [1-9]\d* +/")


def settle() -> None:
    """Let the memory be what running needs; takes some hundredths of a second.

    What is there now stays, so no later collection looks through it again. Mesa's compiler alone
    has left fifty megabytes of its code behind: the kernel reads again what is needed again.
    """
    gc.collect()
    gc.freeze()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in unwritten_code(Path("/proc/self/smaps").read_text(encoding="utf-8")):
        libc.madvise(start, end - start, _MADV_DONTNEED)
    # The rest of a heap that was larger while modules were read and shaders were made.
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def unwritten_code(smaps: str) -> Iterator[tuple[int, int]]:
    """Yield the mappings of programs' code that equal their files, from ``/proc/self/smaps``."""
    code: tuple[int, int] | None = None
    for line in smaps.splitlines():
        if found := _MAPPING.match(line):
            code = int(found[1], 16), int(found[2], 16)
        elif line.startswith("Private_Dirty:") and code is not None:
            if line.split()[1] == "0":
                yield code
            code = None
        elif re.match(r"[0-9a-f]+-", line):
            code = None
