"""A disk that takes nothing, a journal that is of no use, a plug that is pulled after each row."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.journaling import End
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.journal import export, journal, schema
from kiosk.services.runtime.journal.record import Record
from kiosk.services.runtime.journal.settlement import Settlement
from kiosk.services.state.store import Store
from tests.chaos.disk import newer, read_only, small_disk
from tests.journeys.service import changes_asked, states
from tests.journeys.technician import technician_at
from tests.support.canary import PASSWORD, leaks
from tests.support.simulator import SimulatorProcess

REPOSITORY = Path(__file__).resolve().parents[2]
NOT_REMEMBERED = "What is done now is not remembered after a restart."


def no_secret_in(folder: Path) -> None:
    for path in folder.iterdir():
        assert not leaks(path.read_bytes()), path.name


def done(folder: Path) -> list[tuple[str, str | None]]:
    """Return what the journal on the disk says was asked, and what came of it."""
    return [(entry.operation, entry.outcome) for entry in export.read(folder, 100).requests]


@pytest.mark.fault("disk full", how="a tmpfs of 384 kB, filled while a session is open")
async def test_a_full_disk_is_told_stops_nothing_and_gets_all_of_it_later(
    told, window, tmp_path, monkeypatch
):
    monkeypatch.setattr(journal, "RETRY_SECONDS", 0.5)
    with (
        small_disk(tmp_path / "state", monkeypatch) as disk,
        SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator,
    ):
        async with technician_at(simulator.url, state_dir=disk.folder) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)", "Live")
            disk.fill()
            await technician.taps("provision-all")
            await technician.counts(Ready=3)
            await technician.reads(
                "The disk is full.", NOT_REMEMBERED, "Delete what is not needed."
            )
            told.screen("The disk is full. What is done now is not remembered … Delete …")
            assert done(disk.folder) == [("start", "done")]
            assert changes_asked(simulator) == {"start": 1, "provision-all": 1}
            told.sent("start 1, provision-all 1: nothing was held back")

            disk.free()
            await technician.until(lambda: not technician.sees(NOT_REMEMBERED))
            await technician.until(lambda: len(done(disk.folder)) == 2)
            assert done(disk.folder) == [("start", "done"), ("provision-all", "done")]
            noted = {device.mac for device in export.read(disk.folder, 100).devices}
            assert noted == set(states(simulator, technician.session_id))
            told.kept("the journal and the record of all 3, from memory, as soon as there was room")
        no_secret_in(disk.folder)


@pytest.mark.fault("disk read-only", how="a tmpfs mounted read-only")
async def test_a_read_only_disk_is_told_and_stops_nothing(told, window, tmp_path):
    with (
        read_only(tmp_path / "state") as words,
        SimulatorProcess(devices=1, scenario="smooth", speed=30) as simulator,
    ):
        async with technician_at(simulator.url, state_dir=tmp_path / "state") as technician:
            await technician.reads(words, NOT_REMEMBERED)
            await technician.taps("start", "provision-all")
            await technician.counts(Ready=1)
            await technician.reads(words)
            told.screen(f"{words} What is done now is not remembered after a restart.")
            assert changes_asked(simulator) == {"start": 1, "provision-all": 1}
            told.sent("start 1, provision-all 1: nothing was held back")
            assert not list((tmp_path / "state").iterdir())
            told.kept("nothing half written")


def garbage(path: Path) -> None:
    path.write_bytes(b"no database\0" * 2000)


def half(path: Path) -> None:
    """Have a page in the middle that was never written."""
    connection = schema.opened(path)
    with connection:
        for n in range(200):
            connection.execute(
                "INSERT INTO runs (process, began_at) VALUES (?, 'then')", (f"{n}" * 50,)
            )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    data[8192:16384] = bytes(8192)
    path.write_bytes(data)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(garbage, marks=pytest.mark.fault("database corrupt", how="overwritten")),
        pytest.param(half, marks=pytest.mark.fault("database corrupt", how="two pages of zeros")),
        pytest.param(newer, marks=pytest.mark.fault("database newer", how="version + 1")),
    ],
)
async def test_a_journal_of_no_use_is_put_aside_and_told(told, window, tmp_path, spoil):
    path = tmp_path / schema.FILE
    spoil(path)
    before = path.read_bytes()
    with SimulatorProcess(devices=1, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url, state_dir=tmp_path) as technician:
            await technician.reads("journal was damaged. It was put aside for support")
            told.screen("The kiosk's journal was damaged. It was put aside for support …")
            await technician.taps("start")
            await technician.reads("Provision all (1)")
            assert changes_asked(simulator) == {"start": 1}
            told.sent("start 1")
    (aside,) = schema.names_aside(tmp_path)
    assert (tmp_path / aside).read_bytes() == before
    assert done(tmp_path) == [("start", "done")]
    told.kept("the old file, whole, and a new journal from the first request on")


# SIGKILL after each row


def ended(url: str, folder: Path, when: str, row: int) -> bool:
    """Do a session that is killed at a row of the journal; return whether it came to its end."""
    command = [sys.executable, "-m", "tests.chaos.pulled_plug", url, str(folder), when, str(row)]
    child = subprocess.run(
        command,
        cwd=REPOSITORY,
        input=PASSWORD,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert child.returncode in {0, -9}, child.stderr
    return child.returncode == 0


async def settled(url: str, folder: Path) -> list[str]:
    """Start a kiosk without a panel; return the ends of what was left, as it tells them."""
    clock, store = SystemClock(), Store()
    kept = journal.Journal(folder, clock=clock)
    async with PiOrchestrator(url, api_key=lambda: None, journal=kept) as client:
        record = Record(kept, store, clock=clock)
        await Settlement(kept, client, store, record, clock=clock).settle()
        await record.look_back(client)
    await kept.close()
    return [str(one.end) for one in store.state.journal.recalled.values()]


async def looked_at(simulator: SimulatorProcess, folder: Path) -> list[str]:
    """Start anew on what a kill has left, and compare all that is said with the service."""
    asked = changes_asked(simulator)
    left = [entry.operation for entry in export.read(folder, 100).requests if not entry.outcome]
    found = await settled(simulator.url, folder)
    assert len(found) == len(left) <= 1
    for operation, end in zip(left, found, strict=True):
        may_be = {End.DONE, End.UNKNOWN} if asked[operation] else {End.NOT_DONE, End.UNKNOWN}
        assert end in may_be, operation
    # Settling has only looked, and the kill has made nobody ask twice.
    assert changes_asked(simulator) == asked
    assert max(asked.values(), default=0) <= 1
    contents = export.read(folder, 100)
    assert all(entry.outcome for entry in contents.requests)
    assert {entry.operation for entry in contents.requests} >= asked.keys()
    if asked["provision-all"]:
        session = contents.requests[-1].target[0]
        ready = {mac for mac, state in states(simulator, session).items() if state == "verified"}
        assert ready <= {device.mac for device in contents.devices}
    no_secret_in(folder)
    return found


@pytest.mark.fault(
    "SIGKILL after each journal row", how="a process kills itself before and behind each commit"
)
async def test_after_a_kill_at_each_row_everything_is_settled_and_nothing_done_twice(
    told, tmp_path
):
    rows, ends = 0, Counter[str]()
    # Intents have odd numbers: before the next row their request was sent.
    while True:
        rows += 1
        for when in ("behind", "before") if rows % 2 == 0 else ("behind",):
            folder = tmp_path / f"{when}-{rows}"
            with SimulatorProcess(devices=2, failing=1, speed=60) as simulator:
                is_over = ended(simulator.url, folder, when, rows)
                ends.update(await looked_at(simulator, folder))
        if is_over:
            break
    assert rows > 8
    assert ends[End.DONE] >= 3
    assert ends[End.NOT_DONE] >= 3
    told.screen(f"after kills at {rows - 1} rows: {json.dumps(ends)}, each as the service has it")
    told.sent("each request at most once; after the start only GET")
    told.kept("every request has its row and its end, every ready camera is in the record")


def test_a_journal_cut_off_in_the_middle_of_its_log_is_read_to_the_last_whole_row(tmp_path):
    """What SQLite promises is what the rest stands on: a torn write loses nothing acknowledged."""
    connection = schema.opened(tmp_path / schema.FILE)
    for n in range(20):
        with connection:
            connection.execute("INSERT INTO runs (process, began_at) VALUES (?, 'then')", (str(n),))
    wal = (tmp_path / f"{schema.FILE}-wal").read_bytes()
    main = (tmp_path / schema.FILE).read_bytes()
    connection.close()
    kept = []
    for share in (1.0, 0.9, 0.5):
        folder = tmp_path / str(share)
        folder.mkdir()
        (folder / schema.FILE).write_bytes(main)
        (folder / f"{schema.FILE}-wal").write_bytes(wal[: int(len(wal) * share)])
        again = schema.opened(folder / schema.FILE)
        (number,) = again.execute("SELECT count(*) FROM runs").fetchone()
        kept.append(number)
        again.close()
    assert kept[0] == 20
    assert kept == sorted(kept, reverse=True)
    assert sqlite3.sqlite_version_info >= (3, 37)
