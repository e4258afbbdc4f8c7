"""Gives back what only the start, or the making of a screen, needed."""

from __future__ import annotations

import ctypes
import gc
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# By then a new screen is drawn, and nobody waits for anything.
SETTLED_SECONDS = 10.0
# What comes and goes leaves some megabytes of holes in half an hour.
TRIM_SECONDS = 300.0

_MADV_DONTNEED = 4
_GL_LIBRARIES = ("libGL.so.1", "libGLESv2.so.2")
_UNWRITTEN_CODE = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ [1-9]\d* +/.*\n(?:[A-Z].*\n)*?Private_Dirty: +0 kB$",
    re.MULTILINE,
)


def keep() -> None:
    """Look no more through what is there now: it stays. Takes some hundredths of a second.

    Nobody needs to have looked through it before, either (``gc.disable``).
    """
    gc.collect()
    gc.freeze()
    gc.enable()


def release_compiler() -> None:
    """Have OpenGL forget what it compiles shaders with: six megabytes of Mesa's.

    Takes two milliseconds of the thread whose context it is, and two more before the next shader.
    """
    # Kivy names the call, but has none behind it.
    for name in _GL_LIBRARIES:
        try:
            library = ctypes.CDLL(name, mode=os.RTLD_NOLOAD | os.RTLD_LAZY)
        except OSError:
            continue
        if hasattr(library, "glReleaseShaderCompiler"):
            library.glReleaseShaderCompiler()
            return


def give_back() -> None:
    """Have the kernel forget the code that nothing runs any more.

    Mesa's compiler leaves fifty megabytes of its own behind. What is needed again is read again.
    """
    libc = _libc()
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in unwritten_code(Path("/proc/self/smaps").read_text(encoding="utf-8")):
        libc.madvise(start, end - start, _MADV_DONTNEED)
    trim()


def trim() -> None:
    """Give the holes between what is in use back to the kernel; takes some milliseconds."""
    # Not every C library can.
    if hasattr(_libc(), "malloc_trim"):
        _libc().malloc_trim(0)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def unwritten_code(smaps: str) -> Iterator[tuple[int, int]]:
    """Yield the mappings of programs' code that equal their files, from ``/proc/self/smaps``."""
    for found in _UNWRITTEN_CODE.finditer(smaps):
        yield int(found[1], 16), int(found[2], 16)
