"""The journal's file: how it is made, brought up to date, and put aside when it is of no use."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

FILE = "journal.sqlite3"
MODE = 0o600
_FOLDER = 0o700
# Several processes write here, none of them for long.
_BUSY_SECONDS = 2.0
_COMPANIONS = ("", "-wal", "-shm")
_LARGEST_WAL_BYTES = 1 << 20
_NO_ROOM_BYTES = 64 << 10

# Why nothing can be kept.
Trouble = Literal["", "full", "read_only", "denied", "failed"]

# From version n to n + 1; what stands here once is never changed.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY, process TEXT NOT NULL, began_at TEXT NOT NULL, ended_at TEXT
        ) STRICT""",
        """CREATE TABLE intents (
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL,
            operation TEXT NOT NULL, target TEXT NOT NULL, attempt INTEGER NOT NULL,
            began_at TEXT NOT NULL, ended_at TEXT, outcome TEXT, code TEXT,
            http_status INTEGER, correlation_id TEXT, found TEXT
        ) STRICT""",
        "CREATE INDEX intents_open ON intents (run) WHERE outcome IS NULL",
        "CREATE INDEX intents_of_target ON intents (target, operation)",
    ),
    (
        """CREATE TABLE devices (
            session TEXT NOT NULL, mac TEXT NOT NULL, ssid TEXT, state TEXT NOT NULL,
            ready_at TEXT NOT NULL, noted_at TEXT NOT NULL, clock_set INTEGER NOT NULL,
            correlation_id TEXT, PRIMARY KEY (session, mac)
        ) STRICT""",
    ),
)
VERSION = len(MIGRATIONS)

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_READ_ONLY = frozenset({errno.EROFS})
_DENIED = frozenset({errno.EACCES, errno.EPERM})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE_TROUBLES: dict[int, Trouble] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "denied",
}


class UnusableError(sqlite3.DatabaseError):
    """The file is whole but of a newer kiosk, or it is damaged."""


def opened(path: Path) -> sqlite3.Connection:
    """Return a connection to the journal, made or brought up to date.

    Raises OSError and sqlite3.Error; ``is_damage`` tells which of them no retry will mend.
    """
    _make(path)
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        check(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA journal_size_limit={_LARGEST_WAL_BYTES}")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def opened_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that changes nothing. Raises FileNotFoundError, sqlite3.Error."""
    if not path.exists():
        raise FileNotFoundError(path)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def version_of(connection: sqlite3.Connection) -> int:
    """Return by how many migrations the file was made."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def check(connection: sqlite3.Connection) -> None:
    """Raise UnusableError when the file is damaged or of a newer kiosk."""
    version = version_of(connection)
    if version > VERSION:
        raise UnusableError(f"it is of version {version}, this kiosk knows {VERSION}")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise UnusableError(str(verdict))


def is_damage(error: Exception) -> bool:
    """Return whether only another file will do."""
    if isinstance(error, UnusableError):
        return True
    return _primary(error) in _DAMAGE


def put_aside(path: Path, wall: float) -> str:
    """Rename the file with its companions, so that support may look at it; return its new name.

    Raises OSError.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(wall))
    aside = f"{path.name}.corrupt-{stamp}"
    for suffix in _COMPANIONS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(path.with_name(aside + suffix))
    return aside


def names_aside(folder: Path) -> tuple[str, ...]:
    """Return the files that were put aside, the oldest first."""
    try:
        found = [path.name for path in folder.glob(f"{FILE}.corrupt-*")]
    except OSError:
        return ()
    return tuple(sorted(name for name in found if not name.endswith(_COMPANIONS[1:])))


def trouble_of(error: Exception, folder: Path) -> Trouble:
    """Return why nothing could be kept."""
    if isinstance(error, OSError):
        number = error.errno or 0
        if number in _FULL:
            return "full"
        if number in _READ_ONLY:
            return "read_only"
        return "denied" if number in _DENIED else "failed"
    known = _SQLITE_TROUBLES.get(_primary(error))
    if known is None and _is_full(folder):
        # What SQLite cannot lengthen on a full disk may be an I/O error to it.
        return "full"
    return known or "failed"


def _make(path: Path) -> None:
    """Have the file there, for its owner only. Raises OSError with the true reason."""
    path.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, MODE)
    except FileExistsError:
        # SQLite would only say that it cannot be opened.
        os.close(os.open(path, os.O_RDWR))
        return
    try:
        if os.geteuid() == 0:
            # What root makes here, the kiosk's user must be able to write.
            owner = path.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
    finally:
        os.close(descriptor)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the file up to date, one whole version after another."""
    while (version := version_of(connection)) < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have been faster.
            if version_of(connection) == version:
                for statement in MIGRATIONS[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _primary(error: Exception) -> int:
    """Return SQLite's primary result code; the extended one holds it in its lowest byte."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else 0


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM_BYTES
    except OSError:
        return False
