"""The two that are compared: the kiosk, and Chromium with a hand-written page."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

from tests.bench.panel import HEIGHT, WIDTH, Area, Panel
from tests.bench.service import Service
from tests.bench.usage import cpu_seconds, pss_mb

_START_SECONDS = 60.0
# A page tells its latencies when nothing came for this long, and a second more.
_QUIET_SECONDS = 2.5
# The kiosk does so with each frame.
_TRACED_SECONDS = 1.0
_PAGE = Path(__file__).parent / "page" / "index.html"


class Side(ABC):
    """A client that is started and ended as a context manager; times are seconds since launch."""

    name: str
    # Where the button for the menu is, where it looks pressed, and where the menu shows.
    menu: tuple[int, int]
    back: tuple[int, int]
    pressed: Area = (16, 372, 8, 90)
    shown: Area = (100, 60, 690, 290)

    def __init__(self, panel: Panel, service: Service) -> None:
        self.panel = panel
        self.service = service
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-bench-")
        self.folder = Path(self._folder.name)

    def __enter__(self) -> Self:
        self._launched = time.time()
        self._process = self.launch()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self.close()
        self._folder.cleanup()

    @property
    def group(self) -> int:
        """Return the process group that all its processes are in."""
        assert self._process is not None
        return self._process.pid

    def since_launch(self, moment: float) -> float:
        """Return the seconds from launch to a moment of the wall clock."""
        return moment - self._launched

    def pss_mb(self) -> float:
        """Return what all its processes take of the memory."""
        return pss_mb(self.group)

    def cpu_pct(self, seconds: float) -> float:
        """Watch it for so long; returns its share of one core, in per cent."""
        began = cpu_seconds(self.group)
        time.sleep(seconds)
        return (cpu_seconds(self.group) - began) / seconds * 100

    def under_load(self, seconds: float, per_second: float) -> tuple[list[float], float]:
        """Emit events; returns the milliseconds from each to its frame, and the share of a core."""
        self.forget()
        used, began = cpu_seconds(self.group), time.perf_counter()
        self.service.emit(seconds, per_second)
        share = (cpu_seconds(self.group) - used) / (time.perf_counter() - began) * 100
        return [late * 1000 for late in self.latencies()], share

    def burst(self, events: int) -> float:
        """Emit events as fast as they are read; returns the seconds until the last was drawn."""
        self.forget()
        began = time.perf_counter()
        self.service.burst(events)
        emitted = time.perf_counter() - began
        return emitted + self.latencies()[-1]

    def visit(self) -> tuple[float, float]:
        """Open the menu; returns the seconds to the pressed look and to the menu."""
        return self.panel.tap_seen(*self.menu, self.pressed, self.shown)

    def leave(self) -> None:
        """Close the menu."""
        self.panel.tap_seen(*self.back, self.pressed, self.shown)

    def rest(self, seconds: float) -> None:
        """Let it be for so long."""
        time.sleep(seconds)

    @abstractmethod
    def launch(self) -> subprocess.Popen[bytes]:
        """Start it on the panel."""

    @abstractmethod
    def first_frame(self) -> float:
        """Return when something was on the panel."""

    @abstractmethod
    def live(self) -> float:
        """Return when it showed what the service said."""

    @abstractmethod
    def enter_session(self) -> None:
        """Be where the devices are."""

    @abstractmethod
    def forget(self) -> None:
        """Begin to take down latencies anew."""

    @abstractmethod
    def latencies(self) -> list[float]:
        """Return the seconds from each event since ``forget`` to its frame."""

    @abstractmethod
    def close(self) -> None:
        """Put away what is not the process."""


class Kiosk(Side):
    """``kiosk run``; its log tells when what was on the panel, ``--trace`` how late events are."""

    name = "kiosk"
    menu = (54, 418)
    back = (54, 430)

    _FIRST = "the first frame is on the panel"
    # The last of the answers that the start screen waits for.
    _LIVE = "/provisioning/batch/network: 200"
    _CONTINUE = (710, 111)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it on the panel."""
        self._trace = self.folder / "trace"
        self._read = 0
        self._log = (self.folder / "log").open("w+b")
        command = [sys.executable, "-m", "kiosk", "-v", "run", "--base-url", self.service.url]
        environment = {
            **_without_display(os.environ),
            "DISPLAY": self.panel.display,
            "XDG_STATE_HOME": str(self.folder),
        }
        return subprocess.Popen(
            [*command, "--trace", str(self._trace)],
            stderr=self._log,
            env=environment,
            start_new_session=True,
        )

    def first_frame(self) -> float:
        """Return when the shell was on the panel."""
        return self.since_launch(self._logged(self._FIRST))

    def live(self) -> float:
        """Return when the service's first answers were there; they are drawn at once."""
        return self.since_launch(self._logged(self._LIVE))

    def enter_session(self) -> None:
        """Continue the session that runs."""
        self.live()
        time.sleep(1)
        self.panel.tap(*self._CONTINUE)
        self._logged(f"/batch/{self.service.session_id}: 200")
        time.sleep(2)

    def forget(self) -> None:
        """Begin to take down latencies anew."""
        time.sleep(0.2)
        self._read = self._trace.stat().st_size

    def latencies(self) -> list[float]:
        """Return the seconds from each event since ``forget`` to its frame."""
        time.sleep(_TRACED_SECONDS)
        with self._trace.open(encoding="ascii") as file:
            file.seek(self._read)
            lines = [json.loads(line) for line in file]
        return [line["flipped"] - line["server_ts"] for line in lines]

    def close(self) -> None:
        """Put away the log."""
        self._log.close()

    def _logged(self, text: str) -> float:
        """Wait for a line of the log; returns when it was written."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            for line in Path(self._log.name).read_text(encoding="utf-8").splitlines():
                if text in line and (stamp := re.match(r"(\S+ \S+),(\d+) ", line)):
                    whole = time.mktime(time.strptime(stamp[1], "%Y-%m-%d %H:%M:%S"))
                    return whole + int(stamp[2]) / 1000
            time.sleep(0.02)
        raise TimeoutError(f"the kiosk did not log {text!r}")


class Page(Side):
    """Chromium in kiosk mode; the page itself tells when what was painted."""

    name = "page"
    menu = back = (54, 418)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it on the panel."""
        self._known: dict[str, float] = {}
        self._told: dict[str, Queue[Any]] = {
            "first": Queue(),
            "live": Queue(),
            "latencies": Queue(),
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(self._told))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{self._server.server_port}"
        query = f"api={self.service.url}&session={self.service.session_id}&report={here}"
        command = [
            "chromium",
            "--kiosk",
            "--no-sandbox",  # it refuses root otherwise
            "--no-first-run",
            "--noerrdialogs",
            "--window-position=0,0",
            f"--window-size={WIDTH},{HEIGHT}",
            "--disable-web-security",  # the service allows no other origin
            f"--user-data-dir={PROFILE}",
            f"{here}/?{query}",
        ]
        return subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**_without_display(os.environ), "DISPLAY": self.panel.display},
            start_new_session=True,
        )

    def first_frame(self) -> float:
        """Return when the page had its first content painted."""
        return self.since_launch(self._next("first"))

    def live(self) -> float:
        """Return when the stream was open and the devices were painted."""
        return self.since_launch(self._next("live"))

    def enter_session(self) -> None:
        """Wait until the devices are there."""
        self._next("live")
        time.sleep(2)

    def forget(self) -> None:
        """Begin to take down latencies anew."""
        while not self._told["latencies"].empty():
            self._told["latencies"].get()

    def latencies(self) -> list[float]:
        """Return the seconds from each event since ``forget`` to its painting."""
        time.sleep(_QUIET_SECONDS)
        late: list[float] = list(self._told["latencies"].get(timeout=_START_SECONDS))
        while not self._told["latencies"].empty():
            late += self._told["latencies"].get()
        return late

    def close(self) -> None:
        """Serve no page any more."""
        self._server.shutdown()
        self._server.server_close()

    def _next(self, what: str) -> Any:
        """Wait for what the page tells once."""
        if what not in self._known:
            try:
                self._known[what] = self._told[what].get(timeout=_START_SECONDS)
            except Empty:
                raise TimeoutError(f"the page did not tell {what!r}") from None
        return self._known[what]


# Kept from launch to launch, as it is on a machine: a new profile takes longer.
PROFILE = Path(tempfile.gettempdir(), "kiosk-bench-profile")


def has_browser() -> bool:
    """Return whether Debian's Chromium is there."""
    return shutil.which("chromium") is not None


def _answering(told: Mapping[str, Queue[Any]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = _PAGE.read_bytes() if self.path.startswith("/?") else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told[self.path.strip("/")].put(json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


def _without_display(environment: Mapping[str, str]) -> dict[str, str]:
    ours = {"SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in environment.items() if name not in ours}
