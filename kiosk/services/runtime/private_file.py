"""A file of the kiosk's own: on the disk as a whole or not at all, readable by its owner only."""

from __future__ import annotations

from pathlib import Path

from kiosk.services.runtime.whole_file import PRIVATE, replaced

MODE = PRIVATE
_FOLDER = 0o700


def new_name(path: Path) -> Path:
    """Return where a new version is written before it takes the old one's place."""
    return path.with_name(f"{path.name}.new")


def write(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of what is there. Raises OSError; then the old one is whole."""
    path.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    with replaced(path, new_name(path)) as file:
        file.write(data)


def remove(path: Path) -> None:
    """Have no such file any more. Raises OSError."""
    new_name(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
