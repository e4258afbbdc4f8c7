"""A file of the kiosk's own: on the disk as a whole or not at all, readable by its owner only."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MODE = 0o600
_FOLDER = 0o700


def new_name(path: Path) -> Path:
    """Return where a new version is written before it takes the old one's place."""
    return path.with_name(f"{path.name}.new")


def write(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of what is there. Raises OSError; then the old one is whole."""
    folder, new = path.parent, new_name(path)
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    new.unlink(missing_ok=True)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(new, flags, MODE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    _sync(folder)


def remove(path: Path) -> None:
    """Have no such file any more. Raises OSError."""
    new_name(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Have the new name on the disk too, not only the new file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
