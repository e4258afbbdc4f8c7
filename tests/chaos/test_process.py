"""Faults of the process itself: told to end, twice there, blocked, broken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.services.runtime.journal.export import read
from kiosk.services.wire.masking import MASK
from tests.chaos.process import KioskProcess
from tests.journeys.service import changes_asked
from tests.support.canary import KEY, leaks, secret_file
from tests.support.simulator import SimulatorProcess

# The house promises three seconds; a machine that also runs other tests gets another.
END_SECONDS = 4.0
WATCHDOG = {"WATCHDOG_USEC": "2000000"}


@pytest.fixture
def service() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=5, speed=20, failing=0) as simulator:
        yield simulator


def opened(kiosk: KioskProcess) -> str:
    """Start a session and wait until all five cameras are there; return its id."""
    kiosk.taps("start")
    kiosk.reads("Live", "Provision all (5)")
    return str(kiosk.ask("state")["session"])


# Told to end


@contextmanager
def stream_and_post(service: SimulatorProcess) -> Iterator[KioskProcess]:
    with KioskProcess(service.url) as kiosk:
        kiosk.reads("Service ready")
        opened(kiosk)
        # Half open: connections stay, nobody answers.
        service.pause()
        try:
            kiosk.taps("provision-all")
            kiosk.until(lambda: "provision_all" in kiosk.ask("state")["busy"], "nothing is asked")
            yield kiosk
        finally:
            service.go_on()


@contextmanager
def slow_look_up(_service: SimulatorProcess) -> Iterator[KioskProcess]:
    address = "http://orchestrator.example:8081"
    with KioskProcess(address, environment={"SLOW_DNS": "1"}) as kiosk:
        kiosk.until(lambda: kiosk.ask("usage")["threads"] > 1, "nobody looks the name up")
        yield kiosk


@contextmanager
def bundle_being_written(service: SimulatorProcess) -> Iterator[KioskProcess]:
    with KioskProcess(service.url, export_dir=service.state.parent) as kiosk:
        kiosk.ask("slow_disk")
        kiosk.ask("intend", "save_bundle")
        kiosk.until(lambda: kiosk.ask("usage")["threads"] > 1, "nothing is written")
        yield kiosk


@contextmanager
def wifi_being_joined(service: SimulatorProcess) -> Iterator[KioskProcess]:
    with KioskProcess(service.url) as kiosk:
        kiosk.reads("Service ready")
        service.fault("/api/wifi/connect", method="POST", delay_seconds=30)
        service.fault("/api/v1/wifi/connect", method="POST", delay_seconds=30)
        kiosk.ask("intend", "open", "wifi_join", "Machine-Room")
        kiosk.ask("intend", "join_wifi", "Machine-Room")
        kiosk.until(lambda: kiosk.ask("state")["busy"], "nothing is asked")
        yield kiosk
    service.clear_faults()


@contextmanager
def nobody_there(_service: SimulatorProcess) -> Iterator[KioskProcess]:
    with KioskProcess() as kiosk:
        kiosk.reads("No service")
        yield kiosk


@contextmanager
def panel_held_up(_service: SimulatorProcess) -> Iterator[KioskProcess]:
    with KioskProcess() as kiosk:
        kiosk.ask("block", 30)
        time.sleep(0.2)
        yield kiosk


TO_END = pytest.mark.fault("SIGTERM with stream and POST open", how="SIGTERM to the process")
SLOW_DNS = pytest.mark.fault("slow DNS", how="getaddrinfo never returns; then SIGTERM")
UNDER_WAY = {stream_and_post: ["provision-all"], wifi_being_joined: ["wifi-connect"]}
SLOW = (bundle_being_written, wifi_being_joined, nobody_there, panel_held_up)


@pytest.mark.parametrize(
    "situation",
    [
        pytest.param(stream_and_post, marks=TO_END),
        pytest.param(slow_look_up, marks=SLOW_DNS),
        *(pytest.param(situation, marks=[TO_END, pytest.mark.slow]) for situation in SLOW),
    ],
)
def test_told_to_end_it_is_gone_in_three_seconds(situation, service, told, record_property):
    with situation(service) as kiosk:
        before = changes_asked(service) if situation is not stream_and_post else None
        status, seconds = kiosk.ends(signal.SIGTERM)
        record_property("seconds", f"{situation.__name__} {seconds:.2f}")
        assert status == 0
        assert seconds < END_SECONDS
        assert "Traceback" not in kiosk.errors()
        if situation is not panel_held_up:
            assert "STOPPING=1" in kiosk.systemd.heard()
        assert left_open(kiosk) == UNDER_WAY.get(situation, [])
    told.screen("goes dark in time: exit 0")
    if before is not None:
        assert changes_asked(service) == before
    told.sent("nothing more after the signal")
    told.kept("what was asked stays in the journal without an outcome")


def left_open(kiosk: KioskProcess) -> list[str]:
    """Return the operations whose end is not in the journal."""
    requests = read(kiosk.state, 99).requests
    return [entry.operation for entry in requests if entry.outcome is None]


def test_what_was_under_way_at_an_orderly_end_is_settled_and_told_at_the_next_start(service):
    with stream_and_post(service) as first:
        assert first.ends(signal.SIGTERM)[0] == 0
        service.go_on()
        with KioskProcess(service.url, state=first.state) as second:
            second.reads("Before the restart: Provision all")
            second.until(lambda: not left_open(second), "it is not settled")


def test_a_second_signal_ends_it_at_once(service):
    with stream_and_post(service) as kiosk:
        kiosk.process.send_signal(signal.SIGINT)
        kiosk.until(lambda: "STOPPING=1" in kiosk.systemd.heard(), "it does not begin to end")
        status, seconds = kiosk.ends(signal.SIGINT)
    assert status == 0
    # With one alone it waits for what is under way.
    assert seconds < END_SECONDS / 2


def test_told_to_end_while_it_starts_it_just_ends():
    command = [sys.executable, "-m", "kiosk", "run"]
    with subprocess.Popen(command, env={**os.environ, "SDL_VIDEODRIVER": "offscreen"}) as process:
        while not catches(process.pid, signal.SIGTERM):
            assert process.poll() is None
            time.sleep(0.01)
        before = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        assert time.monotonic() - before < END_SECONDS


def catches(pid: int, number: int) -> bool:
    """Return whether a process has a handler for a signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)


# Twice there


@pytest.mark.fault("two instances", how="a second kiosk run with the same state folder")
def test_a_second_kiosk_says_who_is_there_and_leaves(told):
    with KioskProcess() as first:
        command = [sys.executable, "-m", "kiosk", "run"]
        environment = {
            **os.environ,
            "SDL_VIDEODRIVER": "offscreen",
            "KIOSK_STATE_DIR": str(first.state),
        }
        second = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        assert second.returncode == 75
        assert f"process {first.pid}," in second.stderr
        assert "Traceback" not in second.stderr
        first.reads("No service")
        told.screen("the first goes on; the second says who has the folder and exits 75")
        first.process.kill()
        first.process.wait()
        with KioskProcess(state=first.state) as third:
            third.reads("No service")
        told.kept("a killed kiosk leaves no lock")
    told.sent("nothing by the second")


# Held up


LOOP = pytest.mark.fault("loop blocked for 30 s", how="time.sleep in the loop, watchdog at 2 s")
PANEL = pytest.mark.fault("UI blocked for 30 s", how="Kivy's loop alone waits, watchdog at 2 s")


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("block", marks=LOOP),
        pytest.param("hang", marks=PANEL),
    ],
)
def test_held_up_it_is_not_fed_and_afterwards_the_screen_is_true_again(fault, service, told):
    with KioskProcess(service.url, environment=WATCHDOG) as kiosk:
        kiosk.reads("Service ready")
        session = opened(kiosk)
        kiosk.until(kiosk.systemd.meals, "the watchdog is not fed")
        kiosk.ask(fault, 4.5)
        time.sleep(0.1)
        # A meal may be due at once; from then on there is none for longer than systemd waits.
        time.sleep(1.2)
        kiosk.systemd.heard()
        time.sleep(2.2)
        assert kiosk.systemd.meals() == 0
        # Meanwhile the world goes on, and the stream breaks.
        service.call("POST", f"/api/v1/provisioning/batch/{session}/provision-all")
        service.cut_streams()
        kiosk.until(kiosk.systemd.meals, "the watchdog is not fed again")
        kiosk.reads("Live", "5/5")
        told.screen("frozen, as systemd notices after its WatchdogSec; then Live and 5/5")
        assert service.count("POST", "/batch/start") == service.count("POST", "/stop") + 1
        kiosk.ask("intend", "stop")
        kiosk.until(lambda: kiosk.ask("state")["route"] == "summary", "the session goes on")
    told.sent("no start, no provision-all of its own")
    told.kept("the session and its cameras")


@pytest.mark.slow
def test_a_hung_kiosk_that_systemd_aborts_says_where_it_hung():
    with KioskProcess() as kiosk:
        kiosk.ask("block", 30)
        time.sleep(0.5)
        assert kiosk.ends(signal.SIGABRT)[0] == -signal.SIGABRT
        errors = kiosk.errors()
    assert "Fatal Python error: Aborted" in errors
    assert "running.py" in errors or "base_events.py" in errors
    assert leaks(errors) == []


# Broken


def test_what_breaks_the_app_is_logged_once_without_secrets_and_ends_it(tmp_path):
    key = secret_file(tmp_path / "key", KEY)
    with KioskProcess(api_key_file=key) as kiosk:
        kiosk.reads("No service")
        kiosk.ask("break_", "frame", f"cannot send {{'X-API-Key': '{KEY}'}}")
        status, seconds = kiosk.ends()
        errors = kiosk.errors()
    assert status == 70
    assert seconds < END_SECONDS
    assert errors.count("Traceback (most recent call last)") == 1
    assert f"RuntimeError: cannot send {{'X-API-Key': '{MASK}'}}" in errors
    assert leaks(errors) == []


@pytest.mark.parametrize(
    "where",
    [
        "task",
        pytest.param("loop", marks=pytest.mark.slow),
        pytest.param("watchdog", marks=pytest.mark.slow),
    ],
)
def test_what_breaks_beside_the_app_is_logged_a_few_times_and_the_app_goes_on(where, tmp_path):
    key = secret_file(tmp_path / "key", KEY)
    with KioskProcess(api_key_file=key) as kiosk:
        kiosk.reads("No service")
        for _ in range(20 if where != "watchdog" else 1):
            kiosk.ask("break_", where, KEY)
        kiosk.reads("No service")
        status, _ = kiosk.ends(signal.SIGTERM)
        errors = kiosk.errors()
    assert status == 0
    assert 1 <= errors.count(f"RuntimeError: {MASK}") <= 6
    assert leaks(errors) == []
