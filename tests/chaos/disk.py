"""A disk of a few hundred kilobytes, or what comes close to one where nothing can be mounted."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.services.runtime.journal import book, schema

_SIZE = "384k"


def _mounted(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


class Disk:
    """``folder`` is on it; ``how`` says how it is made full."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, *, is_mounted: bool) -> None:
        self.folder = folder
        self.how = "a tmpfs of 384 kB, filled" if is_mounted else "no further page for SQLite"
        self._is_mounted = is_mounted
        self._full = False
        if not is_mounted:
            self._count_pages(monkeypatch)

    def fill(self) -> None:
        """Leave no byte free."""
        self._full = True
        if not self._is_mounted:
            return
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            for size in (4096, 1):
                try:
                    while ballast.write(bytes(size)):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        """Delete what is not needed."""
        self._full = False
        (self.folder / "ballast").unlink(missing_ok=True)

    def _count_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have SQLite itself refuse to grow, as it does when the disk refuses."""
        write = book.Book.write

        def limited(kept: book.Book, *arguments: object) -> object:
            connection = kept._connection
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count={pages if self._full else 1_000_000}")
            if self._full:
                # Rows fit into pages that are there: one that does not must be made.
                with kept._transaction() as execute:
                    execute("CREATE TABLE one_more_page (nothing)")
            return write(kept, *arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(book.Book, "write", limited)


@contextmanager
def small_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """Yield a small disk with the folder on it."""
    folder.mkdir()
    is_mounted = _mounted(folder, f"size={_SIZE}")
    try:
        yield Disk(folder, monkeypatch, is_mounted=is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[str]:
    """Make a folder that nothing can be written to; yields what is said of it."""
    folder.mkdir()
    if _mounted(folder, "ro,size=64k"):
        try:
            yield "The disk is read-only."
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    folder.chmod(0o500)
    try:
        yield "The journal may not be written."
    finally:
        folder.chmod(0o700)


def newer(path: Path) -> None:
    """Have the journal be of a kiosk that is not written yet."""
    connection = schema.opened(path)
    connection.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    connection.close()
