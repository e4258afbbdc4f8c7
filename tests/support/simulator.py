"""The simulator as a real process, for tests that need a real backend."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import httpx

from tests.support.canary import CANARY, PASSWORD, secret_file

COMMAND = [sys.executable, "-m", "kiosk", "simulate"]
_REPOSITORY = Path(__file__).resolve().parents[2]
_STEP = "/api/v1/provisioning"


class SimulatorProcess:
    """``kiosk simulate`` on a free port of loopback, as a context manager.

    ``with SimulatorProcess(devices=5, speed=20, failing=1) as simulator:``; every keyword is an
    option of the command line, and ``api_key`` the text of ``--api-key-file``. It keeps its state
    in ``state``, or in a directory of its own that outlives ``restart``, and goes on listening on
    the same port.

    The helpers that speak to it block; in an async test that reads a stream at the same time call
    them with ``asyncio.to_thread``.
    """

    command: ClassVar[list[str]] = COMMAND

    def __init__(self, *, port: int = 0, state: Path | None = None, **options: object) -> None:
        self.port = port
        self._options = options
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-test-")
        self.state = state or Path(self._folder.name, "state")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by _clean_up
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._clean_up()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clean_up()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [*self.command, f"--port={self.port}", f"--state={self.state}"]
        options = dict(self._options)
        if key := options.pop("api_key", None):
            file = secret_file(Path(self._folder.name, "api-key"), f"{key}\n")
            options["api_key_file"] = file
        command += [f"--{k.replace('_', '-')}={v}" for k, v in options.items()]
        self._process = subprocess.Popen(
            command, cwd=_REPOSITORY, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.kill()
            raise RuntimeError(f"the simulator did not start: {self.errors()}")
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self) -> None:
        """SIGKILL: no goodbye to anybody, nothing more written."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """SIGTERM; return the exit status."""
        return self._end(signal.SIGTERM)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT after ``pause``."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start again on the same port with the same state; SIGKILL it first when it runs."""
        self.kill()
        self.start()

    def errors(self) -> str:
        """Return what it has written to stderr so far."""
        self._errors.seek(0)
        return self._errors.read().decode()

    def requests(self) -> list[dict[str, Any]]:
        """Return method, path, status and correlation_id of what was asked since the start."""
        asked: list[dict[str, Any]] = self.call("GET", "/_simulator/requests").json()["requests"]
        return asked

    def count(self, method: str, path_ending: str) -> int:
        """Return how many requests of that method had a path with that ending."""
        return sum(
            r["method"] == method and r["path"].endswith(path_ending) for r in self.requests()
        )

    def cut_streams(self) -> int:
        """Cut all event streams and WebSockets; return how many there were."""
        return int(self.call("POST", "/_simulator/cut-streams").json()["cut"])

    def fault(self, path_prefix: str, **fault: object) -> None:
        """Spoil the next matching requests; the keywords are those of the hook."""
        given = [{"path_prefix": path_prefix, **fault}]
        self.call("POST", "/_simulator/faults", json=given).raise_for_status()

    def clear_faults(self) -> None:
        """Spoil nothing more."""
        self.call("DELETE", "/_simulator/faults").raise_for_status()

    def burst(self, events: int, *, per_second: float | None = None) -> int:
        """Emit so many device events; return how many, when the last was emitted."""
        wanted = {"events": events, "per_second": per_second}
        answer = self.call("POST", "/_simulator/burst", json=wanted, timeout=120)
        return int(answer.raise_for_status().json()["events"])

    def start_session(self, ssid: str = "Machine-Room") -> str:
        """Start a session; return its id."""
        body = {"target_ssid": ssid, "target_password": PASSWORD}
        answer = self.call("POST", f"{_STEP}/batch/start", json=body).raise_for_status()
        return str(answer.json()["data"]["session"]["id"])

    def session(self, session_id: str) -> dict[str, Any]:
        """Return the snapshot of a session: session, devices and so on."""
        answer = self.call("GET", f"{_STEP}/batch/{session_id}").raise_for_status()
        snapshot: dict[str, Any] = answer.json()["data"]
        return snapshot

    def call(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        """Send one request, with the key when there is one."""
        key = self._options.get("api_key")
        headers = {"X-API-Key": str(key)} if key else {}
        # Plain http: without the certificates that nobody asks for a client is made at once.
        with httpx.Client(trust_env=False, timeout=30, headers=headers, verify=False) as client:
            return client.request(method, self.url + path, **keywords)

    def _clean_up(self) -> None:
        self.kill()
        CANARY.look(self.errors(), "what a simulator said")
        self._errors.close()
        self._folder.cleanup()

    def _end(self, signum: signal.Signals) -> int:
        process = self._process
        if process is None:
            return 0
        self._process = None
        process.send_signal(signum)
        status = process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()
        return status
