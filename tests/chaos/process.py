"""A whole kiosk as a process of its own, seen and touched through ``tests.chaos.eye``."""

from __future__ import annotations

import itertools
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.app import NOWHERE
from tests.support.canary import CANARY, PASSWORD, secret_file

REPOSITORY = Path(__file__).resolve().parents[2]
# Other things run on the machine, too.
PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.05

_numbers = itertools.count()


class GoneError(AssertionError):
    """The kiosk has ended, or is about to."""


class Service:
    """systemd's end of the notify socket."""

    def __init__(self) -> None:
        self.name = f"@kiosk-test-{os.getpid()}-{next(_numbers)}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{self.name[1:]}")
        self._socket.setblocking(False)
        self.told: list[str] = []

    def heard(self) -> list[str]:
        """Return what was told since this was asked last, an assignment each."""
        lines: list[str] = []
        while True:
            try:
                lines += self._socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                self.told += lines
                return lines

    def meals(self) -> int:
        """Return how often the watchdog was fed since something was asked last."""
        return self.heard().count("WATCHDOG=1")

    def close(self) -> None:
        self._socket.close()


class KioskProcess:
    """``kiosk run`` as a context manager: SIGKILL at its end, if it has not ended by then.

    ``environment`` is added to this process's own, None takes a variable away; ``settings`` become
    ``KIOSK_`` variables.
    """

    def __init__(
        self,
        base_url: str = NOWHERE,
        *arguments: str,
        state: Path | None = None,
        environment: Mapping[str, str | None] | None = None,
        shell: str = 'exec "$@"',
        **settings: object,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-test-")
        self.folder = Path(self._folder.name)
        self.state = state or self.folder / "state"
        self.systemd = Service()
        self._errors = (self.folder / "errors").open("w+b")
        self._path = self.folder / "eye"
        password = secret_file(self.folder / "password", PASSWORD)
        own = {
            "NOTIFY_SOCKET": self.systemd.name,
            "SDL_VIDEODRIVER": "offscreen",
            "PYTHONPATH": str(REPOSITORY),
            "KIOSK_BASE_URL": base_url,
            "KIOSK_STATE_DIR": str(self.state),
            "KIOSK_TARGET_SSID": "Machine-Room",
            "KIOSK_TARGET_PASSWORD_FILE": str(password),
            **{f"KIOSK_{name.upper()}": str(value) for name, value in settings.items()},
            **(environment or {}),
        }
        self._environment = {k: v for k, v in {**os.environ, **own}.items() if v is not None}
        command = [sys.executable, "-m", "tests.chaos.eye", str(self._path), "run", *arguments]
        self._command = ["bash", "-c", shell, "kiosk", *command]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command,
            env=self._environment,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=self._errors,
            stderr=self._errors,
        )
        try:
            self._connection = self._connected()
        except BaseException:
            self._clean_up()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._clean_up()

    @property
    def pid(self) -> int:
        return self.process.pid

    # To look

    def texts(self) -> list[str]:
        """Return what is on the panel."""
        texts: list[str] = self.ask("texts")
        return texts

    def sees(self, part: str) -> bool:
        """Return whether a text holds ``part``."""
        return any(part in text for text in self.texts())

    def reads(self, *parts: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the panel shows each of these."""
        for part in parts:
            self.until(lambda part=part: self.sees(part), f"no {part!r}", seconds)

    def until(
        self, what: Callable[[], object], otherwise: str, seconds: float = PATIENCE_SECONDS
    ) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not what():
            shown = self.texts() if time.monotonic() > deadline else None
            assert shown is None, f"{otherwise} within {seconds:g} s, but {shown}"
            time.sleep(_PAUSE_SECONDS)

    def errors(self) -> str:
        """Return what it has written to standard output and standard error."""
        return (self.folder / "errors").read_text(errors="replace")

    # To touch

    def taps(self, *names: str) -> None:
        """Tap targets, each as soon as it can be."""
        self.ask("tap", *names)

    def ask(self, request: str, *arguments: object) -> Any:
        """Ask the eye for something; raises GoneError when there is nobody to answer any more."""
        line = json.dumps({"do": request, "with": arguments})
        try:
            self._connection.sendall(line.encode() + b"\n")
            answer = self._lines.readline()
        except ConnectionError:
            answer = b""
        if not answer:
            raise GoneError(self.errors())
        found = json.loads(answer)
        if isinstance(found, dict) and "error" in found:
            raise AssertionError(found["error"])
        return found

    def limit(self, what: int, most: int = resource.RLIM_INFINITY) -> None:
        """Limit what the process may have from now on, or no more."""
        _, hard = resource.prlimit(self.pid, what)
        soft = hard if most == resource.RLIM_INFINITY else most
        resource.prlimit(self.pid, what, (soft, hard))

    def ends(self, number: signal.Signals | None = None) -> tuple[int, float]:
        """Send a signal, if any, and wait for the end; return the exit status and the seconds."""
        before = time.monotonic()
        if number is not None:
            self.process.send_signal(number)
        status = self.process.wait(PATIENCE_SECONDS)
        return status, time.monotonic() - before

    def _connected(self) -> socket.socket:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(str(self._path))
            except OSError:
                connection.close()
                ended = self.process.poll()
                assert ended is None, f"it ended with {ended}: {self.errors()}"
                assert time.monotonic() < deadline, f"it did not start: {self.errors()}"
                time.sleep(_PAUSE_SECONDS)
            else:
                connection.settimeout(PATIENCE_SECONDS)
                self._lines = connection.makefile("rb")
                return connection

    def _clean_up(self) -> None:
        self.process.kill()
        self.process.wait()
        self.systemd.close()
        self._errors.close()
        CANARY.look(self.errors(), "what a kiosk said")
        self._folder.cleanup()
