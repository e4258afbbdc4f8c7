"""A file that is on the disk as a whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PRIVATE, PUBLIC = 0o600, 0o644


@contextmanager
def replaced(path: Path, part: Path | None = None, mode: int = PRIVATE) -> Iterator[IO[bytes]]:
    """Yield a file that takes the place of ``path`` when the block ends, and is on the disk then.

    ``part`` is where it is written until then. Raises OSError, before the block wherever that shows
    then; what was there stays whole if anything fails.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    part = part or path.with_name(f".{path.name}.part")
    # What an interrupted writing has left.
    part.unlink(missing_ok=True)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Have the new name on the disk, too: a stick is pulled as soon as the panel says "saved"."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Some file systems cannot do that for folders.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
