"""``kiosk api journal``, and what the other operations leave in it."""

from __future__ import annotations

import csv
import io
import json
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.services.runtime.journal import schema
from kiosk.services.runtime.journal.book import Book
from kiosk.services.runtime.journal.export import read
from kiosk.services.runtime.journal.rows import DeviceEntry
from tests.support.canary import PASSWORD, leaks, secret_file
from tests.support.simulator import SimulatorProcess

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", '"=1"']


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the state folder of a machine that has a kiosk."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("STATE_DIRECTORY", str(folder))
    return folder


def with_devices(folder: Path, *ssids: str) -> None:
    moment = "2027-01-15T08:00:00.000Z"
    noted = tuple(
        DeviceEntry("s", f"mac-{n}", ssid, "verified", moment, moment, clock_set=True)
        for n, ssid in enumerate(ssids)
    )
    book = Book(folder / schema.FILE, "boot/1/1", lambda _process: False)
    book.write({}, {}, noted, moment)
    book.close(moment)


def test_what_the_command_line_changes_is_journaled_where_there_is_a_kiosk(
    kiosk: Any, state: Path, tmp_path: Path
) -> None:
    password = secret_file(tmp_path / "password", PASSWORD)
    with SimulatorProcess(devices=1, speed=50) as simulator:
        common = ("--base-url", simulator.url, "--json")
        kiosk("api", "recoverable", *common)
        assert not list(state.iterdir())
        words = ("--ssid", "Machine-Room", "--password-file", str(password))
        _, started = kiosk("api", "start", *words, *common)
        kiosk("api", "stop", "no-such-session", *common)
    status, answer = kiosk("api", "journal", "--json")
    assert (status, answer["ok"], answer["correlation_id"]) == (0, True, None)
    told = [(r["operation"], r["target"], r["outcome"]) for r in answer["data"]["requests"]]
    assert told == [
        ("start", ["Machine-Room"], "done"),
        ("stop", ["no-such-session"], "refused"),
    ]
    start, stop = answer["data"]["requests"]
    assert (start["correlation_id"], start["attempt"]) == (started["correlation_id"], 1)
    assert (stop["code"], stop["http_status"]) == ("SESSION_NOT_FOUND", 404)
    assert not any(leaks(path.read_bytes()) for path in state.iterdir())


def test_a_change_that_ctrl_c_cuts_off_stays_open_for_the_kiosk_to_settle(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-m", "kiosk", "api", "provision-all", "s", "--base-url", url]
        with subprocess.Popen(command) as process:
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(4) == b"POST"
                process.send_signal(signal.SIGINT)
                assert process.wait(20) == 130
    (left,) = read(state, 99).requests
    assert (left.operation, left.outcome) == ("provision-all", None)


def test_a_machine_without_a_kiosk_has_nothing_to_tell(
    kiosk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "none"))
    _, answer = kiosk("api", "journal", "--json")
    assert answer["data"] == {"devices": [], "requests": []}
    assert not (tmp_path / "none").exists()


def test_a_spreadsheet_takes_no_name_for_a_formula(kiosk: Any, state: Path, tmp_path: Path) -> None:
    with_devices(state, *FORMULAS, 'Ärger; "x", Café\n')
    out = tmp_path / "devices.csv"
    _, answer = kiosk("api", "journal", "--csv", "devices", "--out", str(out), "--json")
    assert answer["data"] == {"path": str(out), "bytes": out.stat().st_size}
    head, *rows = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    ssids = [row[head.index("ssid")] for row in rows]
    assert ssids == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "' =1",
        "' =1",
        '"=1"',
        'Ärger; "x", Café ',
    ]
    assert {row[head.index("clock_set")] for row in rows} == {"yes"}


def test_csv_and_json_may_be_printed_or_put_into_a_file(
    kiosk: Any, state: Path, tmp_path: Path
) -> None:
    with_devices(state, "Shop", "Yard")
    _, printed = kiosk("api", "journal", "--csv", "devices", "--limit", "1", "--json")
    assert [line.split(",")[2] for line in printed["data"]["csv"].split()] == ['"ssid"', '"Yard"']
    out = tmp_path / "journal.json"
    kiosk("api", "journal", "--out", str(out), "--json")
    assert [d["ssid"] for d in json.loads(out.read_text())["devices"]] == ["Shop", "Yard"]


@pytest.mark.parametrize("spoilt", ["damaged", "newer"])
def test_a_journal_that_cannot_be_read_is_told_and_left_as_it_is(
    kiosk: Any, state: Path, spoilt: str
) -> None:
    path = state / schema.FILE
    if spoilt == "damaged":
        path.write_bytes(b"no database" * 1000)
    else:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version=999")
        connection.close()
    before = path.read_bytes()
    status, answer = kiosk("api", "journal", "--json")
    assert (status, answer["error"]["code"]) == (1, "JOURNAL")
    assert path.read_bytes() == before
    assert list(state.iterdir()) == [path]
