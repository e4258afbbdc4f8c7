"""The simulator's memory: one SQLite file, written before anything is acknowledged."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from kiosk.simulator.changes import Changes, Saved
from kiosk.simulator.entities import AllowlistEntry, Device, Session, SessionConfig

_FILE = "simulator.db"
_VERSION = 2
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, state TEXT, target_ssid TEXT,
    created_at REAL, updated_at REAL, expires_at REAL,
    discovery_timeout INTEGER, provisioning_timeout INTEGER, verification_timeout INTEGER,
    ending TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS devices (
    session_id TEXT, mac TEXT, name TEXT, ip TEXT, firmware_version TEXT, state TEXT,
    rssi INTEGER, discovered_at REAL, provisioned_at REAL, verified_at REAL, error_message TEXT,
    retry_count INTEGER, container_id TEXT, in_allowlist INTEGER, accepted INTEGER,
    progress INTEGER,
    PRIMARY KEY (session_id, mac)
) STRICT;
CREATE TABLE IF NOT EXISTS allowlist (
    mac TEXT PRIMARY KEY, added_at REAL, description TEXT, container_id TEXT, used_at REAL
) STRICT;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) STRICT;
CREATE TABLE IF NOT EXISTS records (
    shelf TEXT, id TEXT, body TEXT, PRIMARY KEY (shelf, id)
) STRICT;
"""

_ALL_RECORDS = "SELECT shelf, id, body FROM records ORDER BY rowid"


class StorageError(Exception):
    """The state directory cannot be used; the text says why."""


class Storage:
    """Opens (or makes) the database in a directory.

    A damaged or newer file is moved aside with a word on stderr. Raise StorageError when the
    directory cannot be written or another simulator has it open.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / _FILE
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._connection = self._open_or_start_afresh()
        except OSError as error:
            raise StorageError(f"the state directory cannot be used: {error}") from error
        except sqlite3.OperationalError as error:
            reason = "another simulator uses it" if "locked" in str(error) else str(error)
            raise StorageError(f"the state in {directory} cannot be opened: {reason}") from error

    def load(self) -> Saved:
        """Everything that was stored."""
        read = self._connection.execute
        return Saved(
            sessions=[_session(row) for row in read("SELECT * FROM sessions ORDER BY created_at")],
            devices=[_device(row) for row in read("SELECT * FROM devices ORDER BY discovered_at")],
            allowlist=[AllowlistEntry(*row) for row in read("SELECT * FROM allowlist")],
            records={(shelf, id_): json.loads(body) for shelf, id_, body in read(_ALL_RECORDS)},
            fleet=next((v for (v,) in read("SELECT value FROM facts WHERE name='fleet'")), None),
        )

    def save(self, changes: Changes) -> None:
        """Commit all changes in one transaction. Raise sqlite3.Error."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._put("sessions", (_session_row(s) for s in changes.sessions.values() if s))
            self._put("devices", (astuple(device) for device in changes.devices.values()))
            self._put("allowlist", (astuple(e) for e in changes.allowlist.values() if e))
            kept = ((*key, json.dumps(v)) for key, v in changes.records.items() if v is not None)
            self._put("records", kept)
            self._remove(changes)

    def remember_fleet(self, name: str) -> None:
        """Note which fleet the allowlist was made for."""
        with self._connection:
            self._put("facts", [("fleet", name)])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        listed = list(rows)
        if listed:
            marks = ", ".join("?" * len(listed[0]))
            self._connection.executemany(f"REPLACE INTO {table} VALUES ({marks})", listed)  # noqa: S608

    def _remove(self, changes: Changes) -> None:
        remove = self._connection.executemany
        sessions = [(id_,) for id_, session in changes.sessions.items() if session is None]
        remove("DELETE FROM sessions WHERE id = ?", sessions)
        remove("DELETE FROM devices WHERE session_id = ?", sessions)
        macs = [(mac,) for mac, entry in changes.allowlist.items() if entry is None]
        remove("DELETE FROM allowlist WHERE mac = ?", macs)
        records = [key for key, value in changes.records.items() if value is None]
        remove("DELETE FROM records WHERE shelf = ? AND id = ?", records)

    def _open_or_start_afresh(self) -> sqlite3.Connection:
        try:
            return _open(self.path)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) not in _CORRUPT:
                raise
            aside = self._move_aside()
            print(f"{self.path} cannot be used ({error}); moved to {aside}", file=sys.stderr)  # noqa: T201
            return _open(self.path)

    def _move_aside(self) -> Path:
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        aside = self.path.with_name(f"{_FILE}.damaged-{stamp}")
        for suffix in ("-wal", "-shm"):
            companion = self.path.with_name(_FILE + suffix)
            if companion.exists():
                companion.replace(aside.with_name(aside.name + suffix))
        return self.path.replace(aside)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < _VERSION:  # what a newer one added is all that an older one lacks
            connection.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_VERSION}; COMMIT"
            )
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        _refuse_unusable(verdict, version)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_unusable(verdict: str, version: int) -> None:
    if verdict == "ok" and version <= _VERSION:
        return
    error = sqlite3.DatabaseError(verdict if verdict != "ok" else f"of version {version}")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    raise error


def _session_row(session: Session) -> tuple[Any, ...]:
    config = astuple(session.config)
    plain = [getattr(session, f.name) for f in fields(session) if f.name != "config"]
    return (*plain[:-1], *config, plain[-1])


def _session(row: tuple[Any, ...]) -> Session:
    id_, state, ssid, created, updated, expires, *timeouts, ending = row
    config = SessionConfig(*timeouts)
    return Session(id_, state, ssid, created, updated, expires, config, ending)


def _device(row: tuple[Any, ...]) -> Device:
    names = (f.name for f in fields(Device))
    values = dict(zip(names, row, strict=True))
    values["in_allowlist"] = bool(values["in_allowlist"])
    values["accepted"] = bool(values["accepted"])
    return Device(**values)
