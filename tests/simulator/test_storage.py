from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.simulator.changes import Changes
from kiosk.simulator.storage import Storage, StorageError
from tests.simulator.worlds import WorldBench


def some_changes() -> Changes:
    bench = WorldBench(devices=6, scenario="field")
    session_id = bench.start()
    bench.wait(30)
    bench.world.provision_all(session_id)
    bench.wait(3.5)
    return bench.disk


def test_what_was_saved_is_loaded_as_it_was(tmp_path: Path) -> None:
    changes = some_changes()
    storage = Storage(tmp_path)
    storage.save(changes)
    storage.remember_fleet("seven")
    storage.close()
    storage = Storage(tmp_path)
    saved = storage.load()
    storage.close()
    assert list(saved.sessions) == list(changes.sessions.values())
    assert {d.mac: d for d in saved.devices} == {d.mac: d for d in changes.devices.values()}
    assert {e.mac: e for e in saved.allowlist} == changes.allowlist
    assert saved.fleet == "seven"


def test_removed_entries_stay_removed(tmp_path: Path) -> None:
    changes = some_changes()
    storage = Storage(tmp_path)
    storage.save(changes)
    mac = next(iter(changes.allowlist))
    storage.save(Changes(allowlist={mac: None}))
    assert mac not in {entry.mac for entry in storage.load().allowlist}
    storage.close()


def test_a_removed_session_goes_with_its_devices(tmp_path: Path) -> None:
    changes = some_changes()
    storage = Storage(tmp_path)
    storage.save(changes)
    storage.save(Changes(sessions=dict.fromkeys(changes.sessions)))
    assert (list(storage.load().sessions), list(storage.load().devices)) == ([], [])
    storage.close()


def test_records_are_kept_and_removed(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    kept, gone = ("config", "location"), ("door", "1")
    storage.save(Changes(records={kept: "", gone: {"command": "open"}}))
    storage.save(Changes(records={gone: None}))
    assert storage.load().records == {kept: ""}
    storage.close()


def test_a_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    changes = some_changes()
    storage = Storage(tmp_path)
    storage.save(changes)
    storage.close()
    with sqlite3.connect(storage.path) as connection:
        connection.execute("DROP TABLE records")
        connection.execute("PRAGMA user_version=1")
    connection.close()
    storage = Storage(tmp_path)
    storage.save(Changes(records={("config", "location"): "hall"}))
    assert storage.load().records == {("config", "location"): "hall"}
    assert list(storage.load().sessions) == list(changes.sessions.values())
    storage.close()


def test_a_failed_save_leaves_nothing_half_done(tmp_path: Path) -> None:
    changes = some_changes()
    storage = Storage(tmp_path)
    bad = replace(next(iter(changes.devices.values())), rssi="loud")  # type: ignore[arg-type]
    with pytest.raises(sqlite3.Error):
        storage.save(Changes(sessions=changes.sessions, devices={("x", "y"): bad}))
    assert list(storage.load().sessions) == []
    storage.save(changes)
    assert len(storage.load().sessions) == 1
    storage.close()


@pytest.mark.parametrize("damage", ["garbage", "newer", "torn"])
def test_a_damaged_or_newer_file_is_moved_aside_and_a_fresh_one_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    storage = Storage(tmp_path)
    storage.save(some_changes())
    storage.close()
    if damage == "garbage":
        storage.path.write_bytes(b"this is not a database" * 100)
    elif damage == "torn":
        content = bytearray(storage.path.read_bytes())
        content[4096:12288] = b"\xa5" * 8192
        storage.path.write_bytes(content)
    else:
        with sqlite3.connect(storage.path) as connection:
            connection.execute("PRAGMA user_version=99")
        connection.close()
    before = storage.path.read_bytes()
    storage = Storage(tmp_path)
    assert list(storage.load().sessions) == []
    storage.close()
    (aside,) = tmp_path.glob("simulator.db.damaged-*[0-9]")
    assert aside.read_bytes() == before
    assert str(aside) in capsys.readouterr().err


def test_two_simulators_cannot_share_a_state(tmp_path: Path) -> None:
    first = Storage(tmp_path)
    with pytest.raises(StorageError, match="another simulator"):
        Storage(tmp_path)
    first.close()


def test_a_directory_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        Storage(tmp_path / "file" / "state")
