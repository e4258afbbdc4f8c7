from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from kiosk.simulator.logbook import Entry, LogBook
from tests.simulator.pi import BATCH, Pi
from tests.simulator.streams import RawStream
from tests.simulator.test_http_batch import wait_for
from tests.support.canary import KEY, PASSWORD, leaks
from tests.support.simulator import SimulatorProcess

LOGS = "/api/v1/system/logs"


@contextmanager
def log_stream(simulator: SimulatorProcess, last_id: str | None = None) -> Iterator[RawStream]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    with (
        httpx.Client(trust_env=False, timeout=20) as client,
        client.stream("GET", f"{simulator.url}{LOGS}/stream", headers=headers) as response,
    ):
        assert response.headers["content-type"] == "text/event-stream"
        yield RawStream(response)


def parsed(frame: bytes) -> tuple[int, str, dict[str, str]]:
    id_, event, data = (line.split(": ", 1)[1] for line in frame.decode().split("\n"))
    return int(id_), event, json.loads(data)


def test_the_book_is_bounded_and_its_ids_rise() -> None:
    book, told = LogBook(now=5.0), list[Entry]()
    book.told = told.append
    for number in range(1500):
        book.add("info", "test", f"entry {number}", at=5.0)
    kept = book.after(0)
    assert len(kept) == 1000
    assert [entry.id for entry in told] == list(range(5001, 6501))
    assert book.after(6498) == told[-2:]


def test_ids_go_on_rising_after_a_restart() -> None:
    before = LogBook(now=100.0)
    before.add("info", "test", "last words", at=100.5)
    after = LogBook(now=101.0)
    after.add("info", "test", "first words", at=101.0)
    assert after.last_id > before.last_id


async def test_what_happens_is_in_the_log(pi: Pi) -> None:
    started = await pi.call(
        "POST",
        f"{BATCH}/start",
        json={"target_ssid": "Machine-Room", "target_password": PASSWORD},
    )
    listed = await pi.data("GET", LOGS)
    assert listed["count"] == len(listed["logs"])
    messages = [entry["message"] for entry in listed["logs"]]
    assert messages[0] == "service started"
    assert f"POST {BATCH}/start: answered 201" in messages
    assert any("started: discovering" in message for message in messages)
    traced = [e["metadata"].get("correlation_id") for e in listed["logs"]]
    assert started.json()["correlation_id"] in traced
    assert not leaks(json.dumps(listed))


async def test_secrets_are_in_no_entry(pi: Pi) -> None:
    canary = KEY
    await pi.call("POST", "/api/v1/wifi/connect", json={"ssid": "Lobby Guests", "password": canary})
    await pi.call("PUT", "/api/v1/config/mqtt_password", json={"value": canary})
    await pi.call("POST", "/api/v1/espcam/pair", json={"mac": "x", "code": canary})
    await pi.call("GET", f"{LOGS}?api_key={quote(canary)}&limit=0", headers={"X-API-Key": canary})
    listed = await pi.call("GET", f"{LOGS}?limit=1000")
    exported = await pi.call("GET", "/api/dashboard/diagnostics/export")
    assert not leaks(listed.text + exported.text)
    assert len(listed.json()["data"]["logs"]) > 5


async def test_the_log_can_be_searched(pi: Pi) -> None:
    await pi.call("POST", "/api/v1/door/open")
    await pi.call("GET", "/api/v1/cameras/nobody")
    for query, wanted in [
        ("level=warn", {"GET /api/v1/cameras/nobody: answered 404"}),
        ("component=door", {"door: open for 5 s"}),
        ("source=door", {"door: open for 5 s"}),
        ("search=OPEN+for", {"door: open for 5 s"}),
        ("level=error", set()),
    ]:
        found = await pi.data("GET", f"{LOGS}?{query}")
        assert {entry["message"] for entry in found["logs"]} == wanted, query
    latest = await pi.data("GET", f"{LOGS}?limit=1")
    assert latest["logs"][0]["message"].startswith("GET /api/v1/cameras/nobody")
    assert (await pi.call("GET", "/api/dashboard/logs?limit=1")).json()["count"] == 1


async def test_the_oldest_dialect_has_other_words_for_an_entry(tmp_path: Path) -> None:
    pi = Pi(tmp_path, dialect="compat")
    await pi.call("GET", "/api/v1/cameras/nobody")
    (entry,) = (await pi.data("GET", f"{LOGS}?level=warn"))["logs"]
    assert entry.keys() == {"timestamp", "level", "source", "message", "details"}
    assert (entry["level"], entry["source"]) == ("warning", "api")
    pi.close()


async def test_an_export_holds_system_logs_and_configuration(pi: Pi) -> None:
    exported = (await pi.call("GET", "/api/dashboard/diagnostics/export")).json()
    assert exported.keys() == {"generated_at", "system", "logs", "config"}
    assert exported["logs"]
    assert exported["config"]
    assert exported["system"]["cpu"]


@pytest.fixture(scope="module")
def logging() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=2, speed=50) as simulator:
        yield simulator


def test_the_stream_tells_what_happens_from_now_on(logging: SimulatorProcess) -> None:
    with log_stream(logging) as stream:
        frames = stream.frames()
        first_id, event, data = parsed(next(frames))
        assert (event, data) == ("keepalive", {})
        logging.call("POST", "/api/v1/door/open")
        id_, event, entry = parsed(next(frames))
        assert (id_, event, entry["component"]) == (first_id + 1, "log", "door")
        assert entry.keys() >= {"timestamp", "level", "component", "message", "id"}


def test_a_reader_that_comes_back_misses_nothing(logging: SimulatorProcess) -> None:
    with log_stream(logging) as stream:
        last_id, _, _ = parsed(next(stream.frames()))
    session_id = logging.start_session()
    wait_for(logging, session_id, device_count=2)
    logging.call("POST", f"{BATCH}/{session_id}/stop")
    with log_stream(logging, str(last_id)) as stream:
        replayed = []
        for frame in stream.frames():
            id_, event, data = parsed(frame)
            if event == "keepalive":
                break
            replayed.append((id_, data["message"]))
    assert [id_ for id_, _ in replayed] == list(range(last_id + 1, last_id + 1 + len(replayed)))
    messages = [message for _, message in replayed]
    assert sum("discovered (discovered)" in message for message in messages) == 2
    assert any("closed" in message for message in messages)


@pytest.mark.parametrize("last_id", ["soon", "-1", "9" * 30])
def test_an_id_that_means_nothing_is_ignored(logging: SimulatorProcess, last_id: str) -> None:
    with log_stream(logging, last_id) as stream:
        assert parsed(next(stream.frames()))[1] == "keepalive"


def test_cut_streams_cuts_the_log_too() -> None:
    with SimulatorProcess(devices=0) as simulator, log_stream(simulator) as stream:
        next(stream.frames())
        assert simulator.cut_streams() == 1
        with pytest.raises(httpx.TransportError):
            next(stream.frames())
