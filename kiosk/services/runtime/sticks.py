"""Where a USB stick is mounted, as the kernel says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")

# Where desktops and udev rules mount what is plugged in.
_PLACES = ("/media/*", "/media/*/*", "/run/media/*/*", "/mnt/usb*")
_OCTAL = re.compile(r"\\([0-7]{3})")


class StickError(Exception):
    """There is nowhere to write to, or writing failed; ``code`` as in ``wire.refusals``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def writable_stick(mounts: str) -> Path:
    """Return the first removable mount that can be written.

    ``mounts`` is the text of ``/proc/self/mounts``. Raises StickError.
    """
    sticks = list(_sticks(mounts))
    if not sticks:
        raise StickError("NO_STICK")
    for path, options in sticks:
        if "ro" not in options and os.access(path, os.W_OK):
            return path
    raise StickError("STICK_READ_ONLY")


def _sticks(mounts: str) -> Iterator[tuple[Path, list[str]]]:
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) > 3:  # noqa: PLR2004 - device, place, type, options
            place = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[1])
            if any(_is_at(place, pattern) for pattern in _PLACES):
                yield Path(place), fields[3].split(",")


def _is_at(place: str, pattern: str) -> bool:
    """Return whether a path is at a pattern whose stars stand for one name each."""
    parts, wanted = place.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
