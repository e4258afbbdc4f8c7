"""Faults of what surrounds the process: variables, streams, folders, limits."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from resource import RLIMIT_AS, RLIMIT_NOFILE, getpagesize

import pytest

from tests.chaos.process import PATIENCE_SECONDS, REPOSITORY, GoneError, KioskProcess
from tests.support.canary import KEY, leaks, secret_file
from tests.support.simulator import SimulatorProcess

SMALL = 4 << 20


@pytest.fixture
def service() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=5, speed=20, failing=0, dialect="datamodel") as simulator:
        yield simulator


@pytest.fixture
def proxy() -> Iterator[socket.socket]:
    """Return a listener that nobody may ever connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture
def hostile(proxy: socket.socket, tmp_path: Path) -> dict[str, str | None]:
    """Return what an environment may hold that is none of the kiosk's business."""
    (tmp_path / "no-certificates").write_text("nothing\n")
    at = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy", "WS_PROXY")
    return {
        **dict.fromkeys(proxies, at),
        "ALL_PROXY": at.replace("http", "socks5"),
        "NO_PROXY": "",
        "SSL_CERT_FILE": str(tmp_path / "no-certificates"),
        "SSL_CERT_DIR": str(tmp_path / "nowhere"),
        "SSLKEYLOGFILE": str(tmp_path / "tls-keys"),
        "REQUESTS_CA_BUNDLE": str(tmp_path / "no-certificates"),
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONWARNINGS": "error",
        "PYTHONIOENCODING": None,
        "TERM": None,
        "HOME": None,
        "KIVY_HOME": "/proc/nowhere",
        "KIVY_LOG_MODE": "KIVY",
        "KIVY_WINDOW": "x11",
    }


def connections(listener: socket.socket) -> int:
    """Return how many connections wait to be accepted."""
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


# Variables and streams

HOSTILE = pytest.mark.fault(
    "hostile environment", how="proxies, certificates, C locale, no HOME, / as cwd, closed streams"
)


@HOSTILE
def test_nothing_in_the_environment_keeps_the_kiosk_from_its_work(
    hostile, proxy, service, tmp_path, told
):
    key = secret_file(tmp_path / "key", KEY)
    closed = 'cd /proc; exec "$@" 0<&- 1>&-'
    with KioskProcess(
        service.url, environment=hostile, shell=closed, api_key_file=key, lang="pt_BR"
    ) as kiosk:
        kiosk.reads("Serviço pronto")
        kiosk.taps("start")
        kiosk.reads("Ao vivo", "Configurar todas (5)")
        kiosk.taps("provision-all")
        kiosk.reads("5/5")
        assert kiosk.ends(signal.SIGTERM)[0] == 0
        assert leaks(kiosk.errors()) == []
        assert "Traceback" not in kiosk.errors()
    told.screen("Ao vivo, 5/5: nothing is different")
    assert connections(proxy) == 0
    assert not (tmp_path / "tls-keys").exists()
    told.sent("nothing to the proxies; no key into SSLKEYLOGFILE")
    told.kept("exit 0 on SIGTERM")


def command(*arguments: str, closed: str = "", **options: object) -> subprocess.CompletedProcess:
    shell = f'cd /proc; exec "$@" {closed}'
    return subprocess.run(
        ["bash", "-c", shell, "kiosk", sys.executable, "-m", "kiosk", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


@HOSTILE
def test_the_commands_work_there_too(hostile, proxy, service, told):
    given = {k: v for k, v in {**os.environ, **hostile}.items() if v is not None}
    given["PYTHONPATH"] = str(REPOSITORY)
    session = service.start_session("Zürich 🚪")
    there = ("--base-url", service.url)
    asked = command("api", "session", session, "--json", *there, env=given)
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["ok"] is True
    service.call("POST", f"/api/v1/provisioning/batch/{session}/stop")
    watched = command("watch", "--session", session, "--json", *there, env=given, closed="0<&-")
    assert watched.returncode in {0, 1}
    assert "Traceback" not in watched.stderr
    silent = command("api", "session", session, *there, env=given, closed="0<&- 1>&- 2>&-")
    assert silent.returncode == 0
    assert connections(proxy) == 0
    told.screen("the commands answer as ever, without standard streams by their exit status")
    told.sent("nothing to the proxies")
    told.kept("–")


@pytest.mark.slow
@HOSTILE
def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(service, told):
    with KioskProcess(service.url, state=Path("/dev/null/state")) as kiosk:
        kiosk.reads("Service ready")
        assert "nothing can be kept" in kiosk.errors()
        assert kiosk.ends(signal.SIGTERM)[0] == 0
        assert "Traceback" not in kiosk.errors()
    told.screen("Service ready")
    told.sent("as ever")
    told.kept("nothing can be kept there, which the log says")


@pytest.mark.fault("settings file wrong", how="another value in kiosk.toml between two starts")
def test_a_wrong_settings_file_leaves_that_of_the_last_start(service, told, tmp_path):
    file, state = tmp_path / "kiosk.toml", tmp_path / "state"

    def started() -> KioskProcess:
        systemd = {"STATE_DIRECTORY": str(state)}
        return KioskProcess(service.url, "--config", str(file), state=state, environment=systemd)

    file.write_text('lang = "pt_BR"\n')
    with started() as kiosk:
        kiosk.reads("Serviço pronto")
    file.write_text('lang = "klingon"\n')
    with started() as kiosk:
        kiosk.reads("Serviço pronto", "O arquivo de configurações está errado")
        kiosk.taps("details")
        kiosk.reads("lang: Input should be")
        assert "lang: Input should be" in kiosk.errors()
    file.write_text('lang = "en"\n')
    with started() as kiosk:
        kiosk.reads("Service ready")
        assert not kiosk.sees("settings file")
    told.screen("The settings file is wrong; the last good one counts …")
    told.sent("as ever")
    told.kept("the settings file of the last start that it was right at")


# Limits


@pytest.mark.slow
@pytest.mark.fault("no file descriptors left", how="RLIMIT_NOFILE while it runs")
def test_without_descriptors_it_says_so_waits_and_recovers(service, told):
    with KioskProcess(service.url, environment={"WATCHDOG_USEC": "2000000"}) as kiosk:
        kiosk.reads("Service ready")
        kiosk.taps("start")
        kiosk.reads("Live", "Provision all (5)")
        kiosk.limit(RLIMIT_NOFILE, 3)  # 0, 1 and 2 are open
        service.cut_streams()
        kiosk.reads("Not live")
        written, before = len(kiosk.errors()), kiosk.ask("usage")
        kiosk.systemd.heard()
        time.sleep(4)
        after = kiosk.ask("usage")
        assert after["cpu"] - before["cpu"] < 2, "it runs in circles"
        assert len(kiosk.errors()) - written < 4000
        assert kiosk.systemd.meals() > 0
        assert kiosk.sees("Not live")
        asked = service.count("POST", "/provision-all")
        kiosk.taps("provision-all")
        kiosk.until(lambda: not kiosk.ask("state")["busy"], "it goes on for ever")
        assert service.count("POST", "/provision-all") == asked
        told.screen("Not live, with the age; the tap's notice says that there is no connection")
        told.sent("nothing: no connection could be made")
        kiosk.limit(RLIMIT_NOFILE)
        kiosk.reads("Live")
        kiosk.taps("provision-all")
        kiosk.reads("5/5")
        assert service.count("POST", "/provision-all") == asked + 1
        assert kiosk.ends(signal.SIGTERM)[0] == 0
        assert "Traceback" not in kiosk.errors()
    told.kept("the session; 5/5 after the limit is gone")


def until_short_of_memory(kiosk: KioskProcess) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "MemoryError" not in kiosk.errors():
        assert time.monotonic() < deadline, "it had enough"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.fault("memory limit", how="RLIMIT_AS 4 MiB above what is mapped, and a 7 MiB answer")
def test_without_memory_it_goes_on_or_ends_for_a_new_start(service, told):
    with KioskProcess(service.url) as kiosk:
        kiosk.reads("Service ready")
        pages = int(Path(f"/proc/{kiosk.pid}/statm").read_text().split()[0])
        kiosk.limit(RLIMIT_AS, pages * getpagesize() + SMALL)
        path = "/api/v1/provisioning/sessions/recoverable"
        asked = service.count("GET", path)
        service.fault(path, status=200, body=["x" * (7 << 20)])
        # Nobody asks the kiosk for anything until it was short of memory: the eye needs some, too.
        until_short_of_memory(kiosk)
        kiosk.limit(RLIMIT_AS)
        try:
            # An answer for which there was no room on its way is asked for again.
            kiosk.until(
                lambda: kiosk.sees("cannot be read") or service.count("GET", path) > asked + 1,
                "neither said nor asked again",
            )
            kiosk.ask("intend", "retry_now")
            kiosk.reads("Service ready")
        except GoneError:
            # Memory was short elsewhere, too; systemd starts it again.
            status, _ = kiosk.ends()
            assert status != 0
            told.screen(f"ended with {status}")
        else:
            assert kiosk.ends(signal.SIGTERM)[0] == 0
            told.screen("that the answer cannot be read, or it is asked for again; Service ready")
        assert leaks(kiosk.errors()) == []
    told.sent("reads only")
    told.kept("the session is the service's")
