"""``kiosk logs``: what was written and what is being written, one line for each."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, Self

import pytest

from kiosk.__main__ import main
from tests.support.simulator import SimulatorProcess

ENTRY = {"event", "id", "timestamp", "level", "component", "message", "details"}
CONNECTION = {"event", "state", "transport", "reason", "retry_in"}
STREAM = "/api/v1/system/logs/stream"

Logs = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=3, seed=7, speed=50) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: SimulatorProcess) -> Iterator[SimulatorProcess]:
    yield running
    running.clear_faults()


@pytest.fixture
def logs(simulator: SimulatorProcess, capsys: pytest.CaptureFixture[str]) -> Logs:
    """Run ``kiosk logs --json``, which must succeed; returns its lines."""

    def run(*arguments: str) -> list[dict[str, Any]]:
        assert main(["logs", "--base-url", simulator.url, "--json", *arguments]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


class Follow:
    """A running ``kiosk logs --follow --json`` and the lines it has printed."""

    def __init__(self, simulator: SimulatorProcess, *arguments: str) -> None:
        command = [sys.executable, "-m", "kiosk", "logs", "--follow", "--json", *arguments]
        self.process = subprocess.Popen(
            [*command, "--base-url", simulator.url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LANG": "C"},
        )
        self.lines: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def until(self, **members: object) -> dict[str, Any]:
        """Read lines until one has these members; return that one."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            line = json.loads(text)
            self.lines.append(line)
            if members.items() <= line.items():
                return line
        raise AssertionError(f"it ended: {self.lines[-3:]}")

    def end(self, signum: signal.Signals) -> int:
        """Send the signal; return the exit status."""
        self.process.send_signal(signum)
        _, self.errors = self.process.communicate(timeout=20)
        return self.process.returncode


def _entries(simulator: SimulatorProcess, *entries: dict[str, Any], times: int = 1) -> None:
    """Let the list be this one."""
    body = {"success": True, "data": {"count": len(entries), "logs": list(entries)}}
    simulator.fault("/api/v1/system/logs", status=200, body=body, times=times)


def test_the_latest_lines_newest_last(simulator: SimulatorProcess, logs: Logs) -> None:
    session = simulator.start_session()
    lines = logs()
    assert all(set(line) == ENTRY and line["event"] == "log" for line in lines)
    assert [line["id"] for line in lines] == sorted((line["id"] for line in lines), key=int)
    assert any(session in line["message"] for line in lines)
    assert logs("--limit", "2")[-1]["id"] >= lines[-1]["id"]
    assert len(logs("--limit", "2")) == 2
    simulator.call("POST", f"/api/v1/provisioning/batch/{session}/stop").raise_for_status()


def test_a_level_is_that_level_and_above_among_all_there_is(
    simulator: SimulatorProcess, logs: Logs
) -> None:
    levels = ["debug", "WARNING", "info", "fatal", "error", "shout"]
    _entries(simulator, *({"level": level, "message": level} for level in levels), times=2)
    assert [line["level"] for line in logs("--level", "warn")] == ["warn", "error", "error"]
    assert [line["message"] for line in logs("--level", "info", "--limit", "2")] == [
        "error",
        "shout",
    ]


def test_what_a_line_lacks_is_null_and_its_secrets_are_masked(
    simulator: SimulatorProcess, logs: Logs
) -> None:
    _entries(simulator, {"message": "psk=hunter2", "metadata": {"api_key": "hunter2"}})
    (line,) = logs()
    assert (line["id"], line["timestamp"], line["component"]) == (None, None, None)
    assert "hunter2" not in json.dumps(line)


def test_an_empty_log_is_no_error(simulator: SimulatorProcess, logs: Logs) -> None:
    _entries(simulator)
    assert logs() == []


def test_without_json_a_person_can_read_it(
    simulator: SimulatorProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    _entries(
        simulator,
        {
            "timestamp": "2026-01-11T12:00:00.25Z",
            "level": "warn",
            "component": "mqtt",
            "message": "lost\n\x1b[31m",
            "details": {"n": 3},
        },
    )
    assert main(["logs", "--base-url", simulator.url]) == 0
    assert capsys.readouterr().out == ("2026-01-11T12:00:00.250+00:00 WARN  mqtt: lost��[31m n=3\n")


@pytest.mark.parametrize("follow", [(), ("--follow",)])
def test_a_server_without_a_log_is_told_as_such(
    simulator: SimulatorProcess, kiosk: Any, follow: tuple[str, ...]
) -> None:
    simulator.fault("/api/", status=404, body="404 page not found", times=100)
    status, answer = _last(kiosk, simulator.url, *follow)
    assert (status, answer["ok"], answer["error"]["kind"]) == (1, False, "endpoint_absent")


def _last(kiosk: Any, url: str, *arguments: str) -> tuple[int, Any]:
    """Return status and answer; with --follow the attempt is told before."""
    if not arguments:
        answered: tuple[int, Any] = kiosk("logs", "--base-url", url, "--json")
        return answered
    command = [sys.executable, "-m", "kiosk", "logs", "--base-url", url, "--json", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_a_refused_key_and_a_server_that_is_not_there(
    simulator: SimulatorProcess, kiosk: Any, unused_tcp_port: int
) -> None:
    simulator.fault("/api/v1/system/logs", status=401, body={"error": "unauthorized"})
    status, answer = _last(kiosk, simulator.url)
    assert (status, answer["error"]["kind"]) == (1, "unauthorized")
    assert answer["error"]["user_message"].startswith("An access key is needed.")
    status, answer = _last(kiosk, f"http://127.0.0.1:{unused_tcp_port}")
    assert (status, answer["error"]["kind"]) == (1, "transport")


def test_following_tells_what_is_written_now_and_how_it_comes(
    simulator: SimulatorProcess,
) -> None:
    with Follow(simulator, "--limit", "1") as follow:
        live = follow.until(event="connection", state="live")
        assert set(live) == CONNECTION
        assert live["transport"] == "stream"
        session = simulator.start_session()
        message = f"session {session} changed: active"
        follow.until(event="log", message=message)
        simulator.cut_streams()
        lost = follow.until(event="connection", state="reconnecting")
        assert lost["reason"].startswith("The connection to PiOrchestrator broke off.")
        assert 0 < lost["retry_in"] <= 1
        simulator.call("POST", f"/api/v1/provisioning/batch/{session}/stop").raise_for_status()
        follow.until(event="connection", state="live")
        while not any(_is_end(line, session) for line in follow.lines):
            follow.until(event="log")
    ids = [line["id"] for line in follow.lines if line["event"] == "log"]
    assert ids == sorted(set(ids), key=int)


def _is_end(line: dict[str, Any], session: str) -> bool:
    return line["event"] == "log" and line["message"].startswith(f"session {session} closed")


def test_following_without_a_stream_says_that_it_polls(simulator: SimulatorProcess) -> None:
    simulator.fault(STREAM, status=404, body="404 page not found", times=100)
    with Follow(simulator, "--level", "warn") as follow:
        assert follow.until(event="connection", state="live")["transport"] == "polling"
        simulator.clear_faults()
        simulator.fault(
            "/api/v1/system/logs",
            status=200,
            body=[{"level": "info", "message": "no"}, {"level": "error", "message": "yes"}],
            times=100,
        )
        assert follow.until(event="log", message="yes")["level"] == "error"
    assert "no" not in [line.get("message") for line in follow.lines]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0(
    simulator: SimulatorProcess, signum: signal.Signals
) -> None:
    with Follow(simulator) as follow:
        follow.until(event="connection", state="live")
        assert follow.end(signum) == 0
        assert follow.errors == ""


def test_a_reader_that_leaves_is_no_error(simulator: SimulatorProcess) -> None:
    with Follow(simulator) as follow:
        follow.until(event="connection", state="live")
        assert follow.process.stdout is not None
        follow.process.stdout.close()
        follow.process.stdout = None
        simulator.start_session()
        assert follow.process.wait(10) == 0


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--limit", "x"), ("--level", "loud")])
def test_a_wrong_command_line_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["logs", *arguments])
    assert exit_.value.code == 2
