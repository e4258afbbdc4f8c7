"""The journal on disk: each method is one transaction, for one thread at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from kiosk.services.runtime.journal import schema
from kiosk.services.runtime.journal.rows import DeviceEntry, Entry, OpenEntry

# So much is kept: years of work, a few megabytes.
MOST_ENTRIES = 20_000
MOST_DEVICES = 50_000
# What is older than this goes, but for the newest: a clock that jumps must not empty the journal.
OLDEST_DAYS = 400
_ALWAYS_KEPT = 1000
# So many go at once, so that nobody waits for it.
_TRIMMED = 500
_WRITES_BETWEEN_TRIMS = 200

_COLUMNS = (
    "operation, target, attempt, began_at, ended_at, outcome, code, http_status, correlation_id,"
    " found"
)
# How often it was sent in a row without coming to a clear end.
_ATTEMPT = """1 + (
    SELECT count(*) FROM intents WHERE target = :target AND operation = :operation AND id > ifnull(
        (SELECT max(id) FROM intents WHERE target = :target AND operation = :operation
            AND outcome IN ('done', 'refused')), 0))"""
_INSERT = f"""INSERT INTO intents (run, {_COLUMNS}) VALUES (:run, :operation, :target, {_ATTEMPT},
    :began_at, :ended_at, :outcome, :code, :http_status, :correlation_id, :found)"""  # noqa: S608
_UPDATE = """UPDATE intents SET ended_at = :ended_at, outcome = :outcome, code = :code,
    http_status = :http_status, correlation_id = :correlation_id, found = :found WHERE id = :row"""
# By which request it was set up: its own, else the one for all.
_ASKED_BY = """SELECT correlation_id FROM intents WHERE correlation_id IS NOT NULL AND (
    (target = json_array(:session, :mac) AND operation IN ('provision', 'retry'))
    OR (target = json_array(:session) AND operation = 'provision-all')) ORDER BY id DESC LIMIT 1"""
_DEVICE = f"""INSERT INTO devices
    (session, mac, ssid, state, ready_at, noted_at, clock_set, correlation_id)
    VALUES (:session, :mac, :ssid, :state, :ready_at, :noted_at, :clock_set,
        ifnull(({_ASKED_BY}), :correlation_id))
    ON CONFLICT DO UPDATE SET state = excluded.state, ready_at = excluded.ready_at
        WHERE state <> 'verified'"""  # noqa: S608


class Book:
    """One process's hold on the journal's file. Every method raises sqlite3.Error."""

    def __init__(self, path: Path, process: str, is_running: Callable[[str], bool]) -> None:
        self._connection = schema.opened(path)
        self._path = path
        self._file = _number_of(path)
        self._process = process
        self._is_running = is_running
        self._run: int | None = None
        self._writes = 0

    @property
    def is_in_place(self) -> bool:
        """Return whether the file is still the one at its path, and nobody has taken it away."""
        return self._file is not None and self._file == _number_of(self._path)

    def write(
        self,
        entries: Mapping[int, Entry],
        rows: Mapping[int, int],
        devices: tuple[DeviceEntry, ...],
        now: str,
    ) -> dict[int, int]:
        """Keep all of these or none; return the rows of those that were new, by their numbers."""
        run, made = self._run, {}
        with self._transaction() as execute:
            if entries and run is None:
                cursor = execute(
                    "INSERT INTO runs (process, began_at) VALUES (?, ?)", (self._process, now)
                )
                run = cursor.lastrowid
            for number, entry in entries.items():
                if number in rows:
                    execute(_UPDATE, {"row": rows[number], **_columns(entry)})
                else:
                    row = execute(_INSERT, {"run": run, **_columns(entry)}).lastrowid
                    made[number] = row or 0
            for device in devices:
                execute(_DEVICE, _columns(device))
        self._run = run
        self._writes += 1
        return made

    def settle(self, row: int, entry: Entry) -> None:
        """Keep the end of another run's entry, unless that run has told it itself meanwhile."""
        with self._transaction() as execute:
            execute(f"{_UPDATE} AND outcome IS NULL", {"row": row, **_columns(entry)})

    def left_open(self) -> tuple[OpenEntry, ...]:
        """Return the entries without an end whose processes have ended, the oldest first."""
        rows = self._connection.execute(
            f"SELECT intents.id, process, runs.ended_at, {_qualified()} FROM intents JOIN runs"  # noqa: S608
            " ON runs.id = run WHERE outcome IS NULL AND run IS NOT ? ORDER BY intents.id",
            (self._run,),
        )
        return tuple(
            OpenEntry(row, entry_of(columns))
            for row, process, ended_at, *columns in rows.fetchall()
            if ended_at is not None or not self._is_running(process)
        )

    def last_sessions(self, most: int) -> tuple[str, ...]:
        """Return the sessions that were last asked about, the newest first."""
        rows = self._connection.execute(
            "SELECT json_extract(target, '$[0]') AS session FROM intents WHERE operation IN"
            " ('provision-all', 'provision', 'retry', 'resume', 'stop') AND outcome IS NOT NULL"
            " GROUP BY session ORDER BY max(id) DESC LIMIT ?",
            (most,),
        )
        return tuple(session for (session,) in rows if isinstance(session, str))

    def newest(self, most: int) -> tuple[list[Entry], list[DeviceEntry]]:
        """Return at most so many entries and devices, the oldest of each first."""
        return requests(self._connection, most), devices(self._connection, most)

    def trim(self, oldest: str | None) -> None:
        """Forget what is beyond the bounds, some of it; what is not settled is never forgotten.

        ``oldest`` is the first moment that is kept; None while the clock is not to be trusted.
        """
        if self._writes % _WRITES_BETWEEN_TRIMS:
            return
        with self._transaction() as execute:
            execute(
                """DELETE FROM intents WHERE id IN (SELECT id FROM intents
                    WHERE outcome IS NOT NULL AND (id <= (SELECT max(id) FROM intents) - ? OR
                    (began_at < ? AND id <= (SELECT max(id) FROM intents) - ?)) LIMIT ?)""",
                (MOST_ENTRIES, oldest or "", _ALWAYS_KEPT, _TRIMMED),
            )
            execute(
                """DELETE FROM devices WHERE rowid IN (SELECT rowid FROM devices
                    WHERE rowid <= (SELECT max(rowid) FROM devices) - ? LIMIT ?)""",
                (MOST_DEVICES, _TRIMMED),
            )
            execute(
                "DELETE FROM runs WHERE id IS NOT ? AND id < (SELECT min(run) FROM intents)",
                (self._run,),
            )

    def drop(self) -> None:
        """Let go of a file that is of no use."""
        self._connection.close()

    def close(self, now: str) -> None:
        """End the run and close the file, also when the former cannot be kept."""
        try:
            if self._run is not None:
                with self._transaction() as execute:
                    execute("UPDATE runs SET ended_at = ? WHERE id = ?", (now, self._run))
        finally:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection.execute
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk has ended the transaction already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def requests(connection: sqlite3.Connection, most: int) -> list[Entry]:
    """Return the newest entries, the oldest of them first."""
    rows = connection.execute(
        f"SELECT * FROM (SELECT id, {_COLUMNS} FROM intents ORDER BY id DESC LIMIT ?) ORDER BY id",  # noqa: S608
        (most,),
    )
    return [entry_of(columns) for _, *columns in rows]


def devices(connection: sqlite3.Connection, most: int) -> list[DeviceEntry]:
    """Return the devices that were set up last, the oldest of them first."""
    rows = connection.execute(
        "SELECT session, mac, ssid, state, ready_at, noted_at, clock_set, correlation_id FROM"
        " (SELECT rowid AS number, * FROM devices ORDER BY number DESC LIMIT ?) ORDER BY number",
        (most,),
    )
    return [
        DeviceEntry(session, mac, ssid, state, ready_at, noted_at, bool(clock_set), correlation_id)
        for session, mac, ssid, state, ready_at, noted_at, clock_set, correlation_id in rows
    ]


def unsettled(connection: sqlite3.Connection) -> int:
    """Return how many requests have no end yet."""
    (number,) = connection.execute("SELECT count(*) FROM intents WHERE outcome IS NULL").fetchone()
    return int(number)


def entry_of(columns: list[object]) -> Entry:
    """Return the entry of a row's columns; a target that cannot be read is an empty one."""
    operation, target, attempt, began_at, *rest = columns
    try:
        parts = json.loads(str(target))
    except ValueError:
        parts = None
    named = tuple(map(str, parts)) if isinstance(parts, list) else ()
    return Entry(str(operation), named, str(began_at), attempt, *rest)  # type: ignore[arg-type]


def _number_of(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _columns(record: Entry | DeviceEntry) -> dict[str, object]:
    """Return a record's fields as SQLite takes them."""
    return {field.name: _value(getattr(record, field.name)) for field in fields(record)}


def _value(value: object) -> object:
    if isinstance(value, tuple):
        # As SQLite's own json_array() writes it.
        return json.dumps(value, separators=(",", ":"))
    # What a server says may hold half a surrogate pair, which no database takes.
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _qualified() -> str:
    return ", ".join(f"intents.{name.strip()}" for name in _COLUMNS.split(","))
