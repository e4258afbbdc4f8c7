"""One kiosk for each state folder: two would write the same journal, key and settings."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROCESSES = Path("/proc")
_LOCKS = _PROCESSES / "locks"
_FOLDER_MODE = 0o700

_log = logging.getLogger("kiosk.instance")


class AlreadyRunningError(Exception):
    """Another kiosk has the state folder; ``pid`` is its process, where the system tells."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        self.pid = pid
        who = "another kiosk" if pid is None else f"another kiosk, process {pid},"
        super().__init__(f"{who} runs already and keeps its state in {folder}")


@contextmanager
def only_instance(folder: Path) -> Iterator[None]:
    """Hold the folder for as long as the block lasts. Raises AlreadyRunningError.

    The folder itself is locked, so that nothing needs to be written: the lock works on a read-only
    disk and is gone with the process, however that ended. Without a folder there is nothing that
    two could spoil, and the kiosk goes on.
    """
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        _log.warning("nothing can be kept in %s: %s", folder, error.strerror)
        yield
        return
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunningError(folder, _holder(os.fstat(descriptor))) from None
    except OSError as error:
        # Some network file systems know no locks.
        _log.warning("%s cannot be locked: %s", folder, error.strerror)


def _holder(status: os.stat_result) -> int | None:
    """Return the process that holds a lock on a file: ``1: FLOCK ADVISORY WRITE 42 fe:00:7 0``."""
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    try:
        lines = [line.split() for line in _LOCKS.read_text(encoding="ascii").splitlines()]
    except OSError:
        return None
    holders = [int(words[4]) for words in lines if words[1] == "FLOCK" and words[5] == place]
    return holders[0] if holders else None


def running(processes: Path = _PROCESSES) -> tuple[int, ...]:
    """Return the processes that show a kiosk on a panel, whatever folder they keep their state in.

    Those of other users only where the system tells of them.
    """
    return tuple(sorted(int(folder.name) for folder in processes.glob("[0-9]*") if _shows(folder)))


def _shows(folder: Path) -> bool:
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    # `/…/kiosk run`, `python /…/kiosk run` or `python -m kiosk run`
    names = [word.rpartition(b"/")[2] for word in words[:3]]
    return b"kiosk" in names and b"run" in words[names.index(b"kiosk") + 1 :]
