"""``kiosk watch`` as a process: its lines, its dialects, its exits."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import pytest

from tests.support.simulator import SimulatorProcess

DIALECTS = ("handoff", "datamodel", "compat")
# The step that one of the dialects has no word for.
NOT_IN_ALL = "provisioned"


class Watch:
    """A running ``kiosk watch`` and the lines it has printed."""

    def __init__(self, simulator: SimulatorProcess, *arguments: str) -> None:
        command = [sys.executable, "-m", "kiosk", "watch", "--base-url", simulator.url, *arguments]
        environment = {**os.environ, "LANG": "C"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        self.lines: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read lines until one fulfils the condition; return that one."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self.lines.append(json.loads(text))
            if condition(self.lines[-1]):
                return self.lines[-1]
        raise AssertionError(f"it ended: {self.lines[-3:]}")

    def state(self, name: str) -> dict[str, Any]:
        return self.until(lambda line: line["event"] == "connection" and line["state"] == name)

    def rest(self) -> int:
        """Read to the end; return the exit status."""
        out, self.errors = self.process.communicate(timeout=20)
        self.lines += [json.loads(text) for text in out.splitlines()]
        return self.process.returncode

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=3, seed=7, speed=50) as running:
        yield running


@pytest.fixture
def session(simulator: SimulatorProcess) -> Iterator[str]:
    session_id = simulator.start_session()
    yield session_id
    simulator.call("POST", f"/api/v1/provisioning/batch/{session_id}/stop")


def _batch(dialect: str) -> Watch:
    """Watch one batch of the same world from the first device to the stop."""
    with SimulatorProcess(devices=3, seed=7, speed=20, failing=1, dialect=dialect) as simulator:
        session_id = simulator.start_session()
        path = f"/api/v1/provisioning/batch/{session_id}"
        with Watch(simulator, "--session", session_id, "--json") as watch:
            watch.state("live")
            while len({line["mac"] for line in watch.of("device.updated")}) < 3:
                watch.until(lambda line: line["event"] == "device.updated")
            simulator.call("POST", f"{path}/provision-all").raise_for_status()
            while sorted(_last_states(watch).values()) != ["failed", "verified", "verified"]:
                watch.until(lambda line: line["event"] == "device.updated")
            simulator.call("POST", f"{path}/stop").raise_for_status()
            assert watch.rest() == 0, watch.errors
        return watch


def _last_states(watch: Watch) -> dict[str, str]:
    return {line["mac"]: line["state"] for line in watch.of("device.updated")}


def _steps(watch: Watch) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = {}
    for line in watch.of("device.updated"):
        seen = steps.setdefault(line["mac"], [])
        if line["state"] not in {NOT_IN_ALL, *seen[-1:]}:
            seen.append(line["state"])
    return steps


def test_the_same_world_gives_the_same_internal_events_in_each_dialect() -> None:
    with ThreadPoolExecutor() as pool:
        watches = list(pool.map(_batch, DIALECTS))
    first, *others = watches
    ways = {tuple(way) for way in _steps(first).values()}
    assert ways == {
        ("discovered", "provisioning", "verifying", "verified"),
        ("discovered", "provisioning", "failed"),
    }
    for watch in others:
        assert _steps(watch) == _steps(first)
        assert _errors(watch) == _errors(first)
        assert _names(watch) == _names(first)
    for watch in watches:
        assert watch.of("connection")[-1]["state"] == "stopped"
        assert len(watch.of("session.ended")) == 1
        assert not watch.of("unknown")


def _errors(watch: Watch) -> set[str]:
    return {line["error"] for line in watch.of("device.updated") if "error" in line}


def _names(watch: Watch) -> set[str]:
    # How a server says that it is alive is its own affair.
    return {line["event"] for line in watch.lines} - {"stream.alive"}


def test_a_late_watcher_is_told_the_whole_truth(simulator: SimulatorProcess, session: str) -> None:
    for _ in range(500):
        if len(simulator.session(session)["devices"]) == 3:
            break
    with Watch(simulator, "--json") as watch:
        watch.state("live")
    # The stream may say that it is alive while the list is on its way.
    told = [line["event"] for line in watch.lines if line["event"] != "stream.alive"]
    assert told[:3] == ["connection", "stream.opened", "session.updated"]
    assert watch.of("session.updated")[0]["session"]["id"] == session
    assert len(watch.of("device.updated")) >= 3
    assert None not in watch.of("device.updated")[0].values()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0(
    simulator: SimulatorProcess, session: str, signum: signal.Signals
) -> None:
    with Watch(simulator, "--session", session, "--json") as watch:
        watch.state("live")
        watch.process.send_signal(signum)
        assert watch.rest() == 0
        assert watch.errors == ""


def test_a_cut_stream_is_told_with_its_reason_and_comes_back(
    simulator: SimulatorProcess, session: str
) -> None:
    with Watch(simulator, "--session", session, "--json") as watch:
        watch.state("live")
        simulator.cut_streams()
        lost = watch.state("reconnecting")
        assert lost["reason"].startswith("The connection to PiOrchestrator broke off.")
        assert 0 < lost["retry_in"] <= 1
        watch.state("live")


def test_raw_prints_frames_as_dispatched(simulator: SimulatorProcess, session: str) -> None:
    with Watch(simulator, "--session", session, "--raw") as watch:
        frame = watch.until(lambda line: line["event"] != "message")
        assert set(frame) == {"event", "data", "id"}
        assert json.loads(frame["data"])["type"] == frame["event"]


def test_without_a_running_session_it_says_so(simulator: SimulatorProcess) -> None:
    with Watch(simulator, "--json") as watch:
        assert watch.rest() == 1
    assert "no session is running" in watch.errors
    assert watch.lines[-1]["state"] == "stopped"


def test_a_session_that_does_not_exist_is_an_error(simulator: SimulatorProcess) -> None:
    with Watch(simulator, "--session", "sess_none", "--json") as watch:
        assert watch.rest() == 1
    assert watch.lines[-1]["code"] == "SESSION_NOT_FOUND"


def test_a_reader_that_leaves_is_no_error(simulator: SimulatorProcess, session: str) -> None:
    with Watch(simulator, "--session", session, "--json") as watch:
        watch.state("live")
        assert watch.process.stdout is not None
        watch.process.stdout.close()
        watch.process.stdout = None
        simulator.burst(50)
        assert watch.process.wait(10) == 0
