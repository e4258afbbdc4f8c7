"""The journal: on disk before anything is sent, in memory where the disk takes nothing."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.services.client.journaling import End, Outcome
from kiosk.services.runtime.journal import book as book_module
from kiosk.services.runtime.journal import runs, schema
from kiosk.services.runtime.journal.book import Book, devices, requests
from kiosk.services.runtime.journal.journal import RETRY_SECONDS, Journal, Standing
from kiosk.services.runtime.journal.rows import DeviceEntry, Entry
from tests.support.clock import FakeClock

MAC = "AA:BB:CC:DD:EE:01"
DONE = Outcome(End.DONE, None, 200, "corr-1")


class Bench:
    """Journals on one folder, what they told, and what is in their file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / schema.FILE
        self.clock = FakeClock()
        self.told: list[Standing] = []
        self._journals: list[Journal] = []

    def journal(self, process: str | None = None) -> Journal:
        made = Journal(self.folder, clock=self.clock, process=process, told=self.told.append)
        self._journals.append(made)
        return made

    def entries(self) -> list[Entry]:
        with sqlite3.connect(self.path) as connection:
            found = requests(connection, 10_000)
        connection.close()
        return found

    def devices(self) -> list[DeviceEntry]:
        with sqlite3.connect(self.path) as connection:
            found = devices(connection, 10_000)
        connection.close()
        return found

    async def close(self) -> None:
        for journal in self._journals:
            await journal.close()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path / "state")
    yield made
    await made.close()


def device(mac: str = MAC, state: str = "verified", session: str = "s") -> DeviceEntry:
    moment = "2027-01-15T08:00:00.000Z"
    return DeviceEntry(session, mac, "Shop", state, moment, moment, clock_set=True)


async def test_an_intent_is_on_disk_when_its_number_is_known_and_its_end_after(
    bench: Bench,
) -> None:
    journal = bench.journal()
    number = await journal.intend("retry", ("s", MAC))
    (open_,) = bench.entries()
    assert (open_.operation, open_.target, open_.attempt) == ("retry", ("s", MAC), 1)
    assert open_.began_at == "2027-01-15T08:00:00.000Z"
    assert open_.outcome is None
    bench.clock.now += 2.5
    await journal.settle(number, DONE)
    (ended,) = bench.entries()
    assert (ended.outcome, ended.http_status, ended.correlation_id) == ("done", 200, "corr-1")
    assert ended.ended_at == "2027-01-15T08:00:02.500Z"


async def test_the_file_is_for_its_owner_only_and_written_through(bench: Bench) -> None:
    await bench.journal().intend("stop", ("s",))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in bench.folder.iterdir()}
    assert modes == dict.fromkeys((schema.FILE, f"{schema.FILE}-wal", f"{schema.FILE}-shm"), 0o600)
    connection = schema.opened(bench.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


async def test_attempts_are_counted_until_there_is_a_clear_end(bench: Bench) -> None:
    journal = bench.journal()
    lost = Outcome(End.UNKNOWN, "timeout")
    for outcome in (lost, lost, DONE, lost):
        await journal.settle(await journal.intend("retry", ("s", MAC)), outcome)
    await journal.intend("retry", ("s", "another"))
    assert [entry.attempt for entry in bench.entries()] == [1, 2, 3, 1, 1]


async def test_a_device_is_noted_once_for_its_session_with_its_last_state(bench: Bench) -> None:
    journal = bench.journal()
    await journal.note([device(state="provisioned")])
    await journal.note([device(), device(session="another")])
    await journal.note([device(state="provisioned")])
    assert [(d.session, d.state) for d in bench.devices()] == [
        ("s", "verified"),
        ("another", "verified"),
    ]


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ([("provision-all", ("s",), "all")], "all"),
        ([("provision-all", ("s",), "all"), ("retry", ("s", MAC), "own")], "own"),
        ([("provision-all", ("other",), "all"), ("provision", ("s", "other"), "own")], "list"),
    ],
)
async def test_a_device_is_noted_with_the_request_that_set_it_up(
    bench: Bench, asked: list[tuple[str, tuple[str, ...], str]], by: str
) -> None:
    journal = bench.journal()
    for operation, target, correlation_id in asked:
        number = await journal.intend(operation, target)
        await journal.settle(number, Outcome(End.DONE, None, 200, correlation_id))
    noted = DeviceEntry(
        "s", MAC, "=Shop", "verified", "then", "now", clock_set=False, correlation_id="list"
    )
    await journal.note([noted])
    (kept,) = bench.devices()
    assert kept.correlation_id == by
    assert not kept.clock_set


async def test_texts_that_no_database_takes_are_kept_all_the_same(bench: Bench) -> None:
    journal = bench.journal()
    number = await journal.intend("start", ("Sh\ud800op\0", "[b]"))
    await journal.settle(number, Outcome(End.REFUSED, "BAD\ud800"))
    (entry,) = bench.entries()
    assert (entry.target, entry.code) == (("Sh\ud800op\0", "[b]"), "BAD?")


# Runs


async def test_only_what_ended_runs_have_left_is_open(bench: Bench) -> None:
    await bench.journal("boot/999999999/1").intend("stop", ("dead",))
    closed = bench.journal()
    await closed.intend("stop", ("closed",))
    await closed.close()
    await bench.journal().intend("stop", ("alive",))
    mine = bench.journal()
    await mine.intend("stop", ("mine",))
    left = await mine.left_open()
    assert [found.entry.target for found in left] == [("dead",), ("closed",)]


async def test_the_end_that_a_run_tells_itself_counts(bench: Bench) -> None:
    slow, other = bench.journal("boot/999999999/1"), bench.journal()
    number = await slow.intend("stop", ("s",))
    (left,) = await other.left_open()
    await slow.settle(number, DONE)
    ended = Entry("stop", ("s",), left.entry.began_at, 1, "later", "unknown")
    await other.settle_left(type(left)(left.row, ended))
    assert [entry.outcome for entry in bench.entries()] == ["done"]


def test_a_process_is_told_from_a_later_one_of_its_number() -> None:
    mine = runs.this_process()
    assert runs.is_running(mine)
    assert not runs.is_running(f"{mine}0")
    assert not runs.is_running("nonsense")


async def test_several_processes_write_the_same_file(bench: Bench) -> None:
    journals = [bench.journal(f"boot/{n}/1") for n in range(4)]
    numbers = await asyncio.gather(
        *(j.intend("skip", ("s", str(n))) for n, j in enumerate(journals))
    )
    await asyncio.gather(*(j.settle(n, DONE) for j, n in zip(journals, numbers, strict=True)))
    assert [entry.outcome for entry in bench.entries()] == ["done"] * 4
    assert not bench.told


async def test_the_sessions_that_were_asked_about_last_come_first(bench: Bench) -> None:
    journal = bench.journal()
    for session in ("one", "two", "one", "three"):
        await journal.settle(await journal.intend("provision-all", (session,)), DONE)
    await journal.settle(await journal.intend("start", ("Shop",)), DONE)
    assert await journal.last_sessions(2) == ("three", "one")


# The file


VERSION_1 = [*schema.MIGRATIONS[0], "PRAGMA user_version=1"]


async def test_a_file_of_the_first_version_is_brought_up_to_date_with_what_it_holds(
    bench: Bench,
) -> None:
    bench.folder.mkdir()
    with sqlite3.connect(bench.path) as connection:
        for statement in VERSION_1:
            connection.execute(statement)
        connection.execute("INSERT INTO runs (process, began_at) VALUES ('boot/1/1', 'then')")
        connection.execute(
            "INSERT INTO intents (run, operation, target, attempt, began_at)"
            " VALUES (1, 'stop', '[\"s\"]', 1, 'then')"
        )
    connection.close()
    journal = bench.journal()
    await journal.note([device()])
    assert [entry.target for entry in bench.entries()] == [("s",)]
    assert len(bench.devices()) == 1
    assert not bench.told


def damaged(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    connection.close()


@pytest.mark.parametrize("spoil", [damaged, newer])
async def test_a_file_of_no_use_is_put_aside_and_a_new_one_begun(
    bench: Bench, spoil: Callable[[Path], None]
) -> None:
    bench.folder.mkdir()
    spoil(bench.path)
    before = bench.path.read_bytes()
    await bench.journal().intend("stop", ("s",))
    (aside,) = schema.names_aside(bench.folder)
    assert aside == f"{schema.FILE}.corrupt-20270115T080000Z"
    assert (bench.folder / aside).read_bytes() == before
    assert [entry.target for entry in bench.entries()] == [("s",)]
    assert bench.told == [Standing("", (aside,))]


async def test_what_is_open_when_the_file_is_taken_away_stands_in_the_next_one(
    bench: Bench,
) -> None:
    journal = bench.journal()
    number = await journal.intend("stop", ("s",))
    for path in bench.folder.iterdir():
        path.unlink()
    await journal.intend("skip", ("s", MAC))
    assert {entry.operation for entry in bench.entries()} == {"stop", "skip"}
    await journal.settle(number, DONE)
    assert {entry.operation: entry.outcome for entry in bench.entries()}["stop"] == "done"


async def test_what_root_makes_belongs_to_whoever_the_folder_belongs_to(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", lambda _file, user, group: owners.append((user, group)))
    await bench.journal().intend("stop", ("s",))
    status = bench.folder.stat()
    assert owners == [(status.st_uid, status.st_gid)]


# Bounds


async def test_the_oldest_go_but_nothing_that_is_not_settled(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_module, "MOST_ENTRIES", 5)
    monkeypatch.setattr(book_module, "MOST_DEVICES", 5)
    monkeypatch.setattr(book_module, "_WRITES_BETWEEN_TRIMS", 1)
    journal = bench.journal()
    await journal.intend("stop", ("open",))
    for n in range(10):
        await journal.settle(await journal.intend("skip", ("s", str(n))), DONE)
        await journal.note([device(str(n))])
    assert [entry.target[-1] for entry in bench.entries()] == ["open", *"56789"]
    assert [found.mac for found in bench.devices()] == list("56789")


@pytest.mark.parametrize(("days", "left"), [(399, 3), (401, 2)])
async def test_what_is_older_than_a_year_goes_but_for_the_newest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, days: int, left: int
) -> None:
    monkeypatch.setattr(book_module, "_ALWAYS_KEPT", 2)
    monkeypatch.setattr(book_module, "_WRITES_BETWEEN_TRIMS", 1)
    journal = bench.journal()
    for n in range(2):
        await journal.settle(await journal.intend("skip", ("s", str(n))), DONE)
    bench.clock.now += days * 86_400
    await journal.intend("stop", ("s",))
    assert len(bench.entries()) == left


async def test_what_was_written_is_not_written_twice_when_tidying_up_fails(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Book, "trim", fails)
    journal = bench.journal()
    await journal.settle(await journal.intend("stop", ("s",)), DONE)
    assert [entry.outcome for entry in bench.entries()] == ["done"]
    assert not bench.told


# A disk that takes nothing


class FullDisk:
    """Stands in for the disk of all books: they can be opened, and nothing more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: Exception | None = OSError(28, "No space left on device")
        write = Book.write

        def writes(book: Book, *arguments: Any) -> Any:
            if self.error is not None:
                raise self.error
            return write(book, *arguments)

        monkeypatch.setattr(Book, "write", writes)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OSError(28, "No space left on device"), "full"),
        (OSError(30, "Read-only file system"), "read_only"),
        (OSError(13, "Permission denied"), "denied"),
        (OSError(5, "Input/output error"), "failed"),
    ],
)
async def test_a_disk_that_takes_nothing_is_told_and_refuses_no_mutation(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: OSError, trouble: str
) -> None:
    disk = FullDisk(monkeypatch)
    disk.error = error
    journal = bench.journal()
    number = await journal.intend("stop", ("s",))
    await journal.settle(number, DONE)
    assert [standing.trouble for standing in bench.told] == [trouble]
    assert [entry.outcome for entry in journal.held[0]] == ["done"]


async def test_what_memory_holds_is_written_as_soon_as_the_disk_takes_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    journal = bench.journal()
    await journal.settle(await journal.intend("stop", ("s",)), DONE)
    open_ = await journal.intend("skip", ("s", MAC))
    await journal.note([device()])
    running = asyncio.create_task(journal.run())
    await bench.clock.advance(0)
    disk.error = None
    await bench.clock.advance(RETRY_SECONDS)
    # The worker's thread needs a moment of real time.
    async with asyncio.timeout(10):
        while journal.held != ((), ()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert [(e.operation, e.outcome) for e in bench.entries()] == [("stop", "done"), ("skip", None)]
    assert len(bench.devices()) == 1
    assert [standing.trouble for standing in bench.told] == ["full", ""]
    await journal.settle(open_, DONE)
    assert [entry.outcome for entry in bench.entries()] == ["done", "done"]
    running.cancel()


async def test_an_end_that_comes_while_its_intent_is_written_at_last_stands_in_the_same_row(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    journal = bench.journal()
    number = await journal.intend("retry", ("s", MAC))
    disk.error = None
    bench.clock.now += RETRY_SECONDS
    written, goes_on = threading.Event(), threading.Event()
    write = Book.write

    def slowly(book: Book, *arguments: Any) -> Any:
        made = write(book, *arguments)
        written.set()
        goes_on.wait(10)
        return made

    monkeypatch.setattr(Book, "write", slowly)
    writing = asyncio.create_task(journal.note([device()]))
    await asyncio.to_thread(written.wait, 10)
    settling = asyncio.create_task(journal.settle(number, DONE))
    await asyncio.sleep(0)
    goes_on.set()
    await asyncio.gather(writing, settling)
    assert [(entry.operation, entry.outcome) for entry in bench.entries()] == [("retry", "done")]


async def test_a_failing_disk_is_not_tried_with_every_request(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    journal = bench.journal()
    await journal.intend("stop", ("s",))
    disk.error = None
    await journal.intend("stop", ("t",))
    assert not bench.entries()
    bench.clock.now += RETRY_SECONDS
    await journal.intend("stop", ("u",))
    assert [entry.target for entry in bench.entries()] == [("s",), ("t",), ("u",)]


async def test_memory_holds_only_so_much(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.services.runtime.journal.journal._MOST_HELD", 3)
    FullDisk(monkeypatch)
    journal = bench.journal()
    await journal.intend("stop", ("open",))
    for n in range(6):
        await journal.settle(await journal.intend("skip", ("s", str(n))), DONE)
        bench.clock.now += RETRY_SECONDS
    assert [entry.target[-1] for entry in journal.held[0]] == ["open", *"345"]


async def test_a_caller_that_is_cancelled_leaves_the_writing_going_on(bench: Bench) -> None:
    journal = bench.journal()
    intending = asyncio.create_task(journal.intend("stop", ("s",)))
    await asyncio.sleep(0)
    intending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await intending
    await journal.close()
    assert [entry.target for entry in bench.entries()] == [("s",)]
