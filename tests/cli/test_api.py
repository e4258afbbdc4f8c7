"""``kiosk api``: every operation against the simulator, every refusal as the promised object."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main
from tests.support.canary import KEY, OTHER_KEY, PASSWORD, secret_file
from tests.support.clock import FakeClock
from tests.support.simulator import SimulatorProcess

MEMBERS = {
    "kind",
    "code",
    "message",
    "user_message",
    "retryable",
    "retry_after_seconds",
    "correlation_id",
    "http_status",
}

Api = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=3, seed=7, speed=200, failing=1, api_key=KEY) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("key", KEY), ("wrong", OTHER_KEY), ("password", PASSWORD)):
        secret_file(tmp_path / name, text + "\n")
    return tmp_path


@pytest.fixture
def api(simulator: SimulatorProcess, files: Path, kiosk: Any) -> Api:
    """Run an operation that must succeed; returns its data."""

    def call(*arguments: str) -> Any:
        common = ("--base-url", simulator.url, "--api-key-file", str(files / "key"))
        status, answer = kiosk("api", *common, *arguments, "--json")
        assert (status, answer["ok"]) == (0, True), answer
        assert set(answer) == {"ok", "data", "correlation_id"}
        return answer["data"]

    return call


@pytest.fixture
def refused(simulator: SimulatorProcess, files: Path, kiosk: Any) -> Api:
    """Run an operation that must fail; returns its error."""

    def call(*arguments: str, key: str | None = "key") -> Any:
        given = ("--api-key-file", str(files / key)) if key else ()
        status, answer = kiosk("api", "--base-url", simulator.url, *given, *arguments, "--json")
        assert (status, answer["ok"]) == (1, False), answer
        assert set(answer["error"]) == MEMBERS
        return answer["error"]

    return call


def test_what_the_server_tells_about_itself(api: Api) -> None:
    assert api("health")["status"]
    assert 0 <= api("system-info")["cpu_percent"] <= 100
    assert api("auth-status") == {"required": True, "configured": True}
    assert api("network")["ssid"] == "DelicasaOnboard"
    assert api("wifi-status")["connected"] is True
    assert any(network["ssid"] for network in api("wifi-scan")["networks"])


def test_the_allowlist_is_kept_by_three_operations(api: Api) -> None:
    mac = "02:00:00:00:00:FE"
    entry = api("allowlist-add", "020000-0000fe".replace("-", ""), "--description", "Door 1")
    assert entry["entry"]["mac"] == mac
    listed = {e["mac"]: e for e in api("allowlist", "--available")["entries"]}
    assert listed[mac]["description"] == "Door 1"
    assert api("allowlist-remove", mac) is None
    assert api("allowlist-remove", mac) is None
    assert mac not in {e["mac"] for e in api("allowlist")["entries"]}


def test_a_picture_is_put_whole_where_it_was_asked_for(api: Api, refused: Api, files: Path) -> None:
    out = files / "picture.jpg"
    out.write_text("an older one")
    assert refused("camera-capture", "cam-none", "--out", str(out))["code"] == "CAMERA_NOT_FOUND"
    assert out.read_text() == "an older one"
    told = api("camera-capture", "espcam-000a01", "--out", str(out))
    picture = out.read_bytes()
    assert picture.startswith(b"\xff\xd8")
    assert told["path"] == str(out)
    assert (told["bytes"], told["content_type"]) == (len(picture), "image/jpeg")
    assert {file.name for file in files.iterdir()} == {"key", "wrong", "password", "picture.jpg"}


def test_a_report_is_printed_or_put_into_a_file(api: Api, files: Path) -> None:
    assert api("diagnostics-export")["generated_at"]
    out = files / "report.json"
    assert api("diagnostics-export", "--out", str(out))["bytes"] == out.stat().st_size
    assert json.loads(out.read_text())["generated_at"]


def test_a_setting_is_changed_read_back_and_reset(api: Api, refused: Api, files: Path) -> None:
    assert api("config-set", "log_level", "debug")["value"] == "debug"
    assert api("config-get", "log_level")["value"] == "debug"
    assert api("config-reset", "log_level")["value"] == "info"
    unknown = refused("config-get", "log_colour")
    assert (unknown["kind"], unknown["code"]) == ("domain", "NOT_FOUND")
    secret = api("config-set", "mqtt_password", "--value-file", str(files / "password"))
    assert secret["value"] == "********"


def test_a_host_that_does_not_answer_is_a_result(api: Api) -> None:
    assert api("network-ping", "localhost")["success"] is True
    lost = api("network-ping", "nowhere.example")
    assert (lost["success"], lost["error"]) == (False, "unknown host")


def test_a_session_from_start_to_stop(api: Api, refused: Api, files: Path) -> None:
    password = str(files / "password")
    started = api(
        "start", "--ssid", "Shop", "--password-file", password, "--discovery-timeout", "99"
    )
    session = started["session"]["id"]
    assert started["session"]["config"]["discovery_timeout_seconds"] == 99
    again = refused("start", "--ssid", "Shop", "--password-file", password)
    assert (again["kind"], again["code"], again["http_status"]) == (
        "domain",
        "SESSION_ALREADY_ACTIVE",
        409,
    )
    assert again["user_message"] == "A session is already running. Open it or stop it first."
    assert again["correlation_id"]

    found = _until(api, session, lambda devices: len(devices) == 3)
    assert "devices" not in api("session", session)
    assert api("session", session, "--devices")["session"]["target_ssid"] == "Shop"
    first = found[0]["mac"]
    assert api("provision", session, first.lower().replace(":", "-"))["mac"] == first
    assert api("provision-all", session)["initiated_count"] == 2
    done = _until(api, session, _all_done)
    failed = [device["mac"] for device in done if device["state"] == "failed"]
    assert [d["mac"] for d in api("devices", session, "--state", "failed")["devices"]] == failed
    assert api("retry", session, failed[0])["mac"] == failed[0]
    assert api("stop", session)["session"]["state"] == "closed"
    assert refused("stop", session)["code"] == "SESSION_ALREADY_CLOSED"
    assert refused("session", "sess_none")["code"] == "SESSION_NOT_FOUND"


def test_a_session_survives_a_crash_of_the_server(
    simulator: SimulatorProcess, api: Api, files: Path
) -> None:
    arguments = ("--ssid", "Shop", "--password-file", str(files / "password"))
    session = api("start", *arguments)["session"]["id"]
    simulator.restart()
    assert session in [s["id"] for s in api("recoverable")["sessions"]]
    assert api("resume", session)["session"]["id"] == session
    api("stop", session)


def _all_done(devices: list[dict[str, Any]]) -> bool:
    return all(device["state"] in {"verified", "failed"} for device in devices)


def _until(api: Api, session: str, condition: Callable[[list[Any]], bool]) -> list[Any]:
    """Ask until the devices fulfil the condition; the call itself takes its time."""
    for _ in range(500):
        devices: list[Any] = api("devices", session)["devices"]
        if condition(devices):
            return devices
    raise AssertionError(devices)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("allowlist-add", "all"), "MAC_FORM"),
        (("allowlist-remove", "AA:BB"), "MAC_FORM"),
        (("system-reset",), "NOT_CONFIRMED"),
        (("camera", "diagnostics"), "CAMERA_ID"),
        (("camera-capture", "cam-1", "--out", "/none/picture.jpg"), "OUT_FILE"),
        (("camera-capture", "cam-1", "--out", "/"), "OUT_FILE"),
        (("diagnostics-export", "--out", "/none/report.json"), "OUT_FILE"),
        (("espcam-pair", "AA:BB:CC:DD:EE:01", "--totp-file", "PASSWORD"), "TOTP_FORM"),
        (("espcam-pair", "AA:BB:CC:DD:EE:01", "--totp-file", "/none"), "SECRET_FILE"),
        (("camera-assign", "fridge-1", "cam-1", "5"), "POSITION_RANGE"),
        (("camera-unassign", "..", "cam-1"), "CONTAINER_ID"),
        (("config-get", ".."), "CONFIG_KEY"),
        (("config-set", "mqtt_password", "in-the-open"), "CONFIG_VALUE"),
        (("config-set", "location", "********"), "CONFIG_VALUE"),
        (("network-ping", "a b"), "HOST_FORM"),
        (("network-ping", "host", "--count", "0"), "PING_COUNT"),
        (("door-open", "--seconds", "31"), "DOOR_SECONDS"),
        (("wifi-connect", "Shop", "--password-file", "/dev/null"), "PASSWORD_LENGTH"),
        (("provision", "sess_1", "x"), "MAC_FORM"),
        (("session", "events"), "SESSION_ID"),
        (("session", ""), "SESSION_ID"),
        (("session", "\udcff"), "SESSION_ID"),
        (("devices", "sess_1", "--state", "\udcff"), "TEXT_FORM"),
        (("allowlist-add", "AA:BB:CC:DD:EE:01", "--description", "\udcff"), "TEXT_FORM"),
        (("start", "--ssid", "", "--password-file", "PASSWORD"), "SSID_LENGTH"),
        (("start", "--ssid", "x" * 33, "--password-file", "PASSWORD"), "SSID_LENGTH"),
        (("start", "--ssid", "x", "--password-file", "/dev/null"), "PASSWORD_LENGTH"),
        (("start", "--ssid", "x", "--password-file", "/none"), "SECRET_FILE"),
        (
            ("start", "--ssid", "x", "--password-file", "PASSWORD", "--discovery-timeout", "0"),
            "TIMEOUT_RANGE",
        ),
    ],
)
def test_wrong_values_are_refused_before_anything_is_sent(
    simulator: SimulatorProcess, refused: Api, files: Path, arguments: tuple[str, ...], code: str
) -> None:
    before = simulator.requests()
    error = refused(*(str(files / "password") if a == "PASSWORD" else a for a in arguments))
    assert (error["kind"], error["code"], error["http_status"]) == ("validation", code, None)
    assert simulator.requests() == before


def test_a_missing_key_and_a_wrong_key_are_told_apart(refused: Api) -> None:
    missing, wrong = refused("allowlist", key=None), refused("allowlist", key="wrong")
    assert {missing["kind"], wrong["kind"]} == {"unauthorized"}
    assert missing["user_message"].startswith("An access key is needed.")
    assert wrong["user_message"].startswith("The access key was refused.")


def test_a_server_that_is_not_there(
    kiosk: Any, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.services.client.api.SystemClock", lambda: FakeClock(auto=True))
    status, answer = kiosk(
        "api", "health", "--base-url", f"http://127.0.0.1:{unused_tcp_port}", "--json"
    )
    error = answer["error"]
    assert (status, error["kind"], error["retryable"]) == (1, "transport", True)
    assert error["message"] == "Connection refused"
    assert error["user_message"] == (
        "PiOrchestrator does not answer. Check that the service is running."
    )


def test_the_password_comes_from_standard_input_for_a_dash(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    session = api("start", "--ssid", "Shop", "--password-file", "-")["session"]
    api("stop", session["id"])


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("stop",),
        ("start", "--ssid", "x"),
        ("config-set", "log_level"),
        ("config-set", "log_level", "debug", "--value-file", "f"),
        ("camera-capture", "cam-1"),
        ("history", "--limit", "0"),
        ("espcam-pair", "AA:BB:CC:DD:EE:01", "246810"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["api", *arguments])
    assert exit_.value.code == 2


def test_without_json_a_person_can_read_it(
    simulator: SimulatorProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["api", "--base-url", simulator.url, "health"]) == 0
    assert "status: healthy" in capsys.readouterr().out
    assert main(["api", "--base-url", simulator.url, "recoverable"]) == 1
    assert "An access key is needed." in capsys.readouterr().err


def test_lists_within_lists_are_indented_for_a_person(
    simulator: SimulatorProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["api", "--base-url", simulator.url, "containers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "containers:"
    assert any(line.startswith("  id lobby-fridge-001, ") for line in lines)
    assert any(line.startswith("      device_id espcam-000a01, position 1, ") for line in lines)


def test_no_secret_is_printed_or_logged(
    api: Api, refused: Api, files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    arguments = ("start", "--ssid", "Shop", "--password-file", str(files / "password"))
    printed = [api(*arguments), refused(*arguments)]
    api("stop", printed[0]["session"]["id"])
    everything = json.dumps(printed) + caplog.text
    assert KEY not in everything
    assert PASSWORD not in everything
