# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""Neither the key nor the password leaves the form and the request."""

import logging
import os
import signal
import subprocess
import sys

import pytest

from kiosk.settings import Settings
from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at, type_on_keyboard
from tests.support.app import NOWHERE
from tests.support.canary import CANARY, KEY, OTHER_KEY, PASSWORD, leaks, secret_file
from tests.support.simulator import SimulatorProcess

EVENTS = "/api/v1/provisioning/batch/events"


async def test_key_and_password_of_a_journey_with_faults_are_nowhere_afterwards(
    caplog, capfd, tmp_path
):
    caplog.set_level(logging.DEBUG)
    options = {"devices": 3, "failing": 1, "speed": 30, "api_key": KEY, "state": tmp_path}
    with SimulatorProcess(**options) as simulator:
        async with technician_at(
            simulator.url, password=PASSWORD[:-1], api_key=OTHER_KEY
        ) as technician:
            await technician.taps("key")
            await technician.pilot.type_keys(KEY[:4])
            type_on_keyboard(KEY[4:])
            await technician.taps("accept")
            await technician.reads("Service ready")
            await technician.taps("password")
            type_on_keyboard(PASSWORD[:-1])
            await technician.pilot.type_keys(PASSWORD[-1])
            await technician.taps("eye")
            await technician.reads(PASSWORD)
            await technician.taps("accept")

            simulator.fault("/api/v1/provisioning/batch/start", code="VALIDATION_FAILED")
            await technician.taps("start", "dismiss", "start")
            await technician.reads("Provision all (3)", "Live")
            simulator.fault(EVENTS, code="UNAUTHORIZED")
            simulator.cut_streams()
            await technician.taps("key")
            type_on_keyboard(KEY)
            await technician.taps("accept")
            await technician.reads("Live")
            await technician.taps("provision-all")
            await technician.counts(Waiting=0, Busy=0)
            await technician.stops()
            paths = [request["path"] for request in simulator.requests()]
            told = simulator.errors()
            shown = repr(technician.kiosk.store.state)

    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert written
    logged = "\n".join(
        f"{record.getMessage()} {record.args} {record.exc_info}" for record in caplog.records
    )
    assert "/api/v1/provisioning/batch/start" in logged
    output = capfd.readouterr()
    for text in (logged, "\n".join(paths), told, shown, output.out, output.err):
        assert leaks(text) == []
    assert [file for file in written if leaks(file.read_bytes())] == []


@pytest.fixture
def configured(tmp_path):
    """Return the options of a kiosk that is told its key and password by files."""
    secret_file(tmp_path / "key", KEY)
    password = secret_file(tmp_path / "password", PASSWORD)
    (tmp_path / "kiosk.toml").write_text(
        f'target_ssid = "Hall"\ntarget_password_file = "{password}"\n'
    )
    return ["--api-key-file", tmp_path / "key", "--config", tmp_path / "kiosk.toml"]


def kiosk(*arguments):
    """Start ``kiosk -v`` without a panel; a crash says where it happened."""
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "-v", *map(str, arguments)],
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen", "PYTHONFAULTHANDLER": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_call_to_a_server_that_is_not_there_tells_no_secret(configured, tmp_path):
    arguments = ["--ssid", "Hall", "--password-file", tmp_path / "password"]
    with kiosk("api", "start", "--json", *configured, "--base-url", NOWHERE, *arguments) as process:
        out, errors = process.communicate(timeout=60)
    assert process.returncode
    assert '"transport"' in out
    assert leaks(out + errors) == []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGABRT], ids=["told to end", "crashed"])
def test_neither_the_trace_nor_the_last_words_of_a_kiosk_tell_a_secret(configured, tmp_path, end):
    trace = tmp_path / "trace"
    with prompt_service(devices=1, api_key=KEY) as simulator:
        process = kiosk("run", "--base-url", simulator.url, "--trace", trace, *configured)
        try:
            while not simulator.count("GET", "/sessions/recoverable"):
                assert process.poll() is None, process.communicate()
            process.send_signal(end)
            out, errors = process.communicate(timeout=30)
        finally:
            process.kill()
            process.wait()
        assert all(request["status"] != 401 for request in simulator.requests())
    assert ("Fatal Python error: Aborted" in errors) is (end == signal.SIGABRT)
    assert leaks(out + errors) == []
    assert leaks(trace.read_bytes()) == []


async def test_the_audit_of_the_tour_tells_no_secret(tmp_path, monkeypatch):
    from kiosk.tour import stage as stages
    from kiosk.tour import tour

    async def password(stage):
        CANARY.allow(stage.secrets / "target-password")
        async with stage.kiosk(NOWHERE) as here:
            await here.pilot.tap("password")
            type_on_keyboard(PASSWORD)
            await here.pilot.wait_for_text("•" * len(PASSWORD))
            await here.picture("editor-hidden")

    monkeypatch.setattr(stages, "TARGET_PASSWORD", PASSWORD)
    monkeypatch.setattr(tour, "WALKS", {"the password": password})
    settings = Settings(base_url=NOWHERE, api_key_file=secret_file(tmp_path / "key", KEY))
    report = await tour.take(settings, tmp_path / "out", lambda _line: None)

    assert [screen["name"] for screen in report["screens"]] == ["editor-hidden"]
    assert leaks((tmp_path / "out" / "audit.json").read_bytes()) == []
