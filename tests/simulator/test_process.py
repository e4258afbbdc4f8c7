from __future__ import annotations

import argparse
import socket
import subprocess
from pathlib import Path

import pytest

from kiosk.simulator import cli
from tests.simulator.streams import open_stream
from tests.simulator.test_http_batch import BATCH, SESSIONS, wait_for
from tests.support.canary import KEY, secret_file
from tests.support.simulator import COMMAND, SimulatorProcess

REPOSITORY = Path(__file__).resolve().parents[2]


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kiosk simulate")
    cli.add_arguments(parser)
    return parser.parse_args(arguments)


def test_it_listens_on_loopback_only() -> None:
    with (
        SimulatorProcess(devices=50) as simulator,
        socket.socket() as other,
        pytest.raises(OSError, match="refused"),
    ):
        other.connect(("127.0.0.2", simulator.port))


def test_sigterm_ends_it_with_streams_open_and_answers_due(simulator: SimulatorProcess) -> None:
    with open_stream(simulator) as stream:
        assert next(stream.frames()) == b":"
        simulator.fault("/api/v1/health", delay_seconds=30)
        with socket.create_connection(("127.0.0.1", simulator.port)) as pending:
            pending.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: pi\r\n\r\n")
            assert simulator.terminate() == 0
        assert list(stream.frames()) == []
    assert simulator.errors() == ""


def test_sigkill_in_the_middle_and_golden_flow_2() -> None:
    with SimulatorProcess(devices=12, scenario="smooth", speed=10) as simulator:
        session_id = simulator.start_session()
        devices = wait_for(simulator, session_id, device_count=12)["devices"]
        for device in devices[:2]:
            simulator.call("POST", f"{BATCH}/{session_id}/devices/{device['mac']}/provision")
        wait_for(simulator, session_id, verified_count=2)
        simulator.call("POST", f"{BATCH}/{session_id}/provision-all")
        before = {d["mac"]: d["state"] for d in simulator.session(session_id)["devices"]}
        simulator.restart()

        assert simulator.call("GET", f"{BATCH}/{session_id}").status_code == 404
        listed = simulator.call("GET", f"{SESSIONS}/recoverable").json()["data"]["sessions"]
        assert [s["id"] for s in listed] == [session_id]
        resumed = simulator.call("POST", f"{SESSIONS}/{session_id}/resume")
        assert resumed.status_code == 200
        after = {d["mac"]: d for d in resumed.json()["data"]["devices"]}
        for mac, state in before.items():
            if state == "verified":
                assert after[mac]["state"] == "verified"
            if state == "provisioning" and after[mac]["state"] == "failed":
                assert after[mac]["error_message"].startswith("DEVICE_TIMEOUT: the service restar")
        failed = [mac for mac, device in after.items() if device["state"] == "failed"]
        assert failed
        for mac in failed:
            simulator.call("POST", f"{BATCH}/{session_id}/devices/{mac}/retry")
        simulator.call("POST", f"{BATCH}/{session_id}/provision-all")
        wait_for(simulator, session_id, verified_count=12)


def test_whatever_was_acknowledged_survives_sigkill() -> None:
    with SimulatorProcess(devices=0) as simulator:
        for number in range(20):
            mac = f"AA:BB:CC:DD:EE:{number:02X}"
            simulator.call("POST", "/api/v1/provisioning/allowlist", json={"mac": mac})
            if number % 5 == 4:
                simulator.restart()
        listed = simulator.call("GET", "/api/v1/provisioning/allowlist").json()["data"]
        assert listed["count"] == 20


def test_a_removed_camera_stays_removed_and_a_new_fleet_is_approved() -> None:
    with SimulatorProcess(devices=3) as simulator:
        path = "/api/v1/provisioning/allowlist"
        mac = simulator.call("GET", path).json()["data"]["entries"][0]["mac"]
        simulator.call("DELETE", f"{path}/{mac}")
        simulator.restart()
        assert simulator.call("GET", path).json()["data"]["count"] == 2
        simulator.kill()
        with SimulatorProcess(devices=4, seed=9, state=simulator.state) as other:
            assert other.call("GET", path).json()["data"]["count"] == 6


def test_the_same_seed_finds_the_same_devices() -> None:
    def devices(seed: int) -> list[tuple[str, str, str]]:
        with SimulatorProcess(devices=8, seed=seed, speed=200) as simulator:
            found = wait_for(simulator, simulator.start_session(), device_count=8)["devices"]
            return [(d["mac"], d["ip"], d["firmware_version"]) for d in found]

    assert devices(7) == devices(7)
    assert devices(7) != devices(8)


def test_a_port_in_use_is_said_in_one_sentence(
    simulator: SimulatorProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(parse(f"--port={simulator.port}")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"kiosk simulate: port {simulator.port} is in use; choose another with --port\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port=70000"],
        ["--port=x"],
        ["--devices=2001"],
        ["--devices=-1"],
        ["--speed=0"],
        ["--speed=nan"],
        ["--dialect=klingon"],
        ["--scenario=none"],
        ["--routes=some"],
        ["--api-key=a", "--api-key-file=b"],
    ],
)
def test_a_bad_argument_is_refused_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        parse(*arguments)
    assert refused.value.code == 2
    assert arguments[0].split("=")[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--failing=13"], "--failing must be from 0 to 12"),
        (["--api-key= "], "the API key is empty"),
        (["--api-key-file=/nowhere/key"], "cannot be read"),
        (["--port=0", "--state=/dev/null/state"], "cannot be used"),
    ],
)
def test_what_cannot_work_is_refused_with_2(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(parse(*arguments)) == 2
    assert text in capsys.readouterr().err


def test_the_key_file_may_end_with_a_newline(tmp_path: Path) -> None:
    key = secret_file(tmp_path / "key", f"{KEY}\n")
    with SimulatorProcess(devices=0, api_key_file=key) as simulator:
        path = "/api/v1/provisioning/batch/network"
        assert simulator.call("GET", path).status_code == 401
        right = {"X-API-Key": KEY}
        assert simulator.call("GET", path, headers=right).status_code == 200


def test_without_a_state_directory_nothing_is_left_behind(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--port=0", "--devices=1"],
        cwd=REPOSITORY,
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline().startswith("listening on http://127.0.0.1:")
        assert len(list(tmp_path.iterdir())) == 1
        process.terminate()
        assert process.wait(timeout=5) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_help_tells_of_scenarios_and_hooks() -> None:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    text = parser.format_help()
    for word in (
        "workshop",
        "wrong-password",
        "/_simulator/faults",
        "then_execute",
        "0-2000",
        "frozen",
        "246810",
    ):
        assert word in text
