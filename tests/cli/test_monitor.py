"""``kiosk monitor`` as a process: it goes on printing, and each line says by which transport."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import pytest

from kiosk.services.wire.monitoring import monitoring_of
from tests.support.canary import KEY, leaks, secret_file
from tests.support.simulator import SimulatorProcess

MODES = ("refuse", "close", "stall", "garbage", "frozen")
GROUPS = {
    "system_health",
    "security_metrics",
    "service_status",
    "network_metrics",
    "camera_status",
}


class Monitor:
    """A running ``kiosk monitor`` and the lines it has printed, each with its moment."""

    def __init__(self, url: str, *arguments: str, **environment: str) -> None:
        command = [sys.executable, "-m", "kiosk", "monitor", "--base-url", url, *arguments]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LANG": "C", **environment},
        )
        self.lines: list[dict[str, Any]] = []
        self.told_at: list[float] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read lines until one fulfils the condition; return that one."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self._note(text)
            if condition(self.lines[-1]):
                return self.lines[-1]
        raise AssertionError(f"it ended: {self.lines[-3:]}")

    def figures(self, transport: str) -> dict[str, Any]:
        return self.until(lambda line: (line["event"], line["transport"]) == _told_by(transport))

    def connection(self, state: str, transport: str) -> dict[str, Any]:
        def is_that(line: dict[str, Any]) -> bool:
            return line["event"] == "connection" and _way(line) == (state, transport)

        return self.until(is_that)

    def end(self) -> int:
        """Read to the end; return the exit status."""
        out, self.errors = self.process.communicate(timeout=20)
        for text in out.splitlines():
            self._note(text)
        return self.process.returncode

    @property
    def longest_silence(self) -> float:
        """Return the longest time between two lines with figures, in seconds."""
        told = zip(self.lines, self.told_at, strict=True)
        moments = [at for line, at in told if line["event"] == "monitoring"]
        return max(later - at for at, later in itertools.pairwise(moments))

    def _note(self, text: str) -> None:
        line = json.loads(text)
        assert line["transport"] in {"websocket", "polling"}
        self.lines.append(line)
        self.told_at.append(time.monotonic())


def _told_by(transport: str) -> tuple[str, str]:
    return "monitoring", transport


def _way(line: dict[str, Any]) -> tuple[str, str]:
    return line["state"], line["transport"]


@pytest.fixture(scope="module")
def shared() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=3, seed=7) as running:
        yield running


@pytest.fixture
def simulator(shared: SimulatorProcess) -> Iterator[SimulatorProcess]:
    yield shared
    shared.call("POST", "/_simulator/monitor", json={"mode": "normal"})


def _sockets(simulator: SimulatorProcess) -> int:
    return sum(request["path"] == "/ws/monitor" for request in simulator.requests())


def misbehave(simulator: SimulatorProcess, mode: str) -> None:
    """Let every socket from now on misbehave, and those that are open end."""
    simulator.call("POST", "/_simulator/monitor", json={"mode": mode}).raise_for_status()
    simulator.cut_streams()


def test_the_figures_have_the_contracts_names_and_its_types(simulator: SimulatorProcess) -> None:
    with Monitor(simulator.url, "--json") as monitor:
        assert _way(monitor.until(lambda _: True)) == ("connecting", "websocket")
        first = monitor.figures("websocket")
        assert _sockets(simulator) > 0
        live = monitor.until(lambda _: True)
    assert first.keys() >= GROUPS | {"timestamp", "alerts_count", "connected_clients"}
    assert 0 < first["system_health"]["cpu_usage"] < 100
    assert monitoring_of(first).timestamp is not None
    assert _way(live) == ("live", "websocket")
    assert live["reason"] is None
    assert live["retry_in"] is None


def _through(mode: str) -> Monitor:
    """Watch a socket that works, dies, comes back misbehaving, and works again."""
    with SimulatorProcess(devices=3, seed=7) as simulator:
        with Monitor(simulator.url, "--json") as monitor:
            monitor.figures("websocket")
            misbehave(simulator, mode)
            monitor.connection("reconnecting", "websocket")
            monitor.figures("polling")
            monitor.figures("polling")
            # A refusal looks like a key that was refused: half a minute without another try.
            if mode != "refuse":
                misbehave(simulator, "normal")
                monitor.connection("live", "websocket")
        return monitor


def test_whatever_the_socket_does_the_figures_go_on() -> None:
    with ThreadPoolExecutor() as pool:
        monitors = list(pool.map(_through, MODES))
    for monitor in monitors:
        # Polled each five seconds; a refusal alone is half a minute without a socket.
        assert monitor.longest_silence < 25
        connections = [line for line in monitor.lines if line["event"] == "connection"]
        # A machine that is slow may begin by polling, before the first socket is open.
        lost_at = next(i for i, line in enumerate(connections) if line["state"] == "reconnecting")
        lost, *later = connections[lost_at:]
        assert lost["reason"].startswith("The connection to PiOrchestrator broke off.")
        assert 0 < lost["retry_in"] <= 1
        polling = next(line for line in later if _way(line) == ("live", "polling"))
        assert polling["reason"]


def test_what_polling_tells_is_what_the_service_tells(simulator: SimulatorProcess) -> None:
    misbehave(simulator, "refuse")
    with Monitor(simulator.url, "--json") as monitor:
        first = monitor.figures("polling")
        way = monitor.connection("live", "polling")
    assert first.keys() == {"event", "transport", "timestamp", "system_health"}
    assert first["timestamp"] is not None
    assert way["code"] == "FORBIDDEN"
    assert 0 < way["retry_in"] <= 30


def test_a_server_that_is_away_is_tried_again_within_5_s_and_followed_by_socket_again(
    simulator: SimulatorProcess,
) -> None:
    with Monitor(simulator.url, "--json") as monitor:
        monitor.connection("live", "websocket")
        simulator.kill()
        down = monitor.connection("reconnecting", "polling")
        assert down["kind"] == "transport"
        simulator.start()
        monitor.connection("live", "websocket")
    waits = [line["retry_in"] for line in monitor.lines if line.get("state") == "reconnecting"]
    assert waits
    assert all(0 < wait <= 5 for wait in waits)


def test_switched_off_the_socket_is_never_tried(simulator: SimulatorProcess) -> None:
    off = {"KIOSK_FEATURES__WS_MONITOR": "false"}
    tried = _sockets(simulator)
    with Monitor(simulator.url, "--json", **off) as monitor:
        monitor.figures("polling")
        assert monitor.connection("live", "polling")["reason"] is None
    assert {line["transport"] for line in monitor.lines} == {"polling"}
    assert _sockets(simulator) == tried


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0_and_a_last_word(
    simulator: SimulatorProcess, signum: signal.Signals
) -> None:
    with Monitor(simulator.url, "--json") as monitor:
        monitor.connection("live", "websocket")
        monitor.process.send_signal(signum)
        assert monitor.end() == 0
        assert monitor.errors == ""
        assert _way(monitor.lines[-1]) == ("stopped", "websocket")


def test_a_reader_that_leaves_is_no_error(simulator: SimulatorProcess) -> None:
    with Monitor(simulator.url, "--json") as monitor:
        monitor.connection("live", "websocket")
        assert monitor.process.stdout is not None
        assert monitor.process.stderr is not None
        monitor.process.stdout.close()
        errors = monitor.process.stderr
        simulator.cut_streams()
        assert monitor.process.wait(10) == 0
        assert errors.read() == ""
        monitor.process.stdout = None


def test_without_json_a_line_is_for_people(simulator: SimulatorProcess) -> None:
    with Monitor(simulator.url) as monitor:
        assert monitor.process.stdout is not None
        first, second = (monitor.process.stdout.readline() for _ in range(2))
    assert first == "connection state=connecting transport=websocket\n"
    assert second.startswith("monitoring transport=websocket timestamp=2")
    assert " cpu_usage=" in second
    assert "{" not in second


def test_without_a_readable_key_it_says_so_and_fails(tmp_path: Path) -> None:
    absent = str(tmp_path / "no-key")
    with Monitor("http://127.0.0.1:9", "--json", "--api-key-file", absent) as monitor:
        assert monitor.end() == 1
    (line,) = monitor.lines
    assert _way(line) == ("stopped", "websocket")
    assert line["code"] == "SETTINGS"
    assert absent in monitor.errors


def test_the_key_is_sent_but_never_printed(tmp_path: Path) -> None:
    file = secret_file(tmp_path / "key", KEY)
    with (
        SimulatorProcess(devices=1, api_key=KEY) as simulator,
        Monitor(simulator.url, "--json", "--api-key-file", str(file)) as monitor,
    ):
        monitor.connection("live", "websocket")
        monitor.process.terminate()
        assert monitor.end() == 0
    assert leaks(json.dumps(monitor.lines) + monitor.errors) == []
