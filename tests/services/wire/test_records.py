"""Records of the wire: tolerant to read, exact about what is unknown."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services.wire import checks, payloads
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.moments import parse_duration, parse_moment
from kiosk.services.wire.provisioning import Candidate, NetworkStatus, Session
from kiosk.services.wire.records import MOST_RECORDS
from kiosk.services.wire.system import Health, SystemInfo
from kiosk.services.wire.wifi import WifiNetwork, WifiStatus, security_of
from tests.services.wire.test_envelope import JSON_VALUES


@pytest.mark.parametrize(
    "text",
    ["aabbccddeeff", "AA-BB-CC-DD-EE-FF", "aabb.ccdd.eeff", "Aa:bB:cc:dd:ee:ff", " aabbccddeeff\n"],
)
def test_any_usual_mac_has_one_form(text: str) -> None:
    assert canonical(text) == "AA:BB:CC:DD:EE:FF"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "all",
        "AA:BB:CC:DD:EE",
        "AA:BB-CC:DD:EE:FF",
        "AA:BB:CC:DD:EE:FG",
        "aabbccddeeff0",
        "à" * 12,
    ],
)
def test_anything_else_is_no_mac(text: str) -> None:
    assert canonical(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-20T16:07:57.267816124Z", datetime(2026, 1, 20, 16, 7, 57, 267816, UTC)),
        ("2026-01-20T16:07:57Z", datetime(2026, 1, 20, 16, 7, 57, 0, UTC)),
        ("2026-01-20T16:07:57.5+02:00", datetime(2026, 1, 20, 14, 7, 57, 500000, UTC)),
        ("2026-01-20 16:07:57z", datetime(2026, 1, 20, 16, 7, 57, 0, UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:01:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2026-01-20", None),
        ("2026-W03-2T10:00:00", None),
        ("soon", None),
        (1700000000, None),
        (None, None),
    ],
)
def test_moments_are_utc_or_unknown(text: object, moment: datetime | None) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45s", 45), ("1m30s", 90), ("1h0m0s", 3600), ("500ms", 0.5), ("1m0.5s", 60.5),
        ("-1m30s", -90), ("00:45:00", 2700), ("01:30", 90), ("0s", 0), ("45", 45), ("10µs", 1e-5),
        ("", None), ("soon", None), ("1x", None), ("s", None), (45, None), (None, None),
    ],
)  # fmt: skip
def test_durations_are_seconds_or_unknown(text: object, seconds: float | None) -> None:
    assert parse_duration(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("rssi", "read"), [(-45, -45), (-45.4, -45), (0, None), (12, None), ("x", None), (True, None)]
)
def test_a_signal_that_cannot_be_is_unknown(rssi: object, read: int | None) -> None:
    assert Candidate.model_validate({"rssi": rssi}).rssi == read


def test_records_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Candidate(mac="x").state = "verified"  # type: ignore[misc]


def test_a_session_needs_its_id_and_nothing_else() -> None:
    assert payloads.session({"session": {"id": "s", "config": 5, "state": None}}) == Session(id="s")
    assert payloads.session({"id": "s"}) == Session(id="s")
    for nothing in ({"session": {"id": ""}}, {"session": {"id": 5}}, {}, None, [], "x"):
        assert payloads.session(nothing) is None


def test_a_snapshot_keeps_the_last_record_of_each_device() -> None:
    snapshot = payloads.snapshot(
        {
            "session": {"id": "s"},
            "devices": [
                {"mac": "aabbccddee01", "state": "discovered"},
                {"mac": "AA:BB:CC:DD:EE:01", "state": "verified"},
                {"ip": "no mac"},
                None,
            ],
            "timeout_remaining": "00:45:00",
            "network_status": {"ssid": "D", "connected": False},
        }
    )
    assert snapshot is not None
    assert [(d.mac, d.state) for d in snapshot.devices] == [("AA:BB:CC:DD:EE:01", "verified")]
    assert snapshot.timeout_remaining == 2700
    assert snapshot.network_status == NetworkStatus(ssid="D", is_active=False)


@pytest.mark.parametrize("data", [None, [], {}, {"devices": None}, {"devices": 5}])
def test_a_list_that_is_none_is_empty(data: object) -> None:
    assert payloads.devices(data) == ()


def test_more_devices_than_can_be_are_cut() -> None:
    many = [{"mac": f"{i:012x}"} for i in range(2500)]
    assert len(payloads.devices(many)) == 2000


def test_an_entry_that_does_not_say_so_is_unused() -> None:
    for used in (None, "active", 1):
        assert AllowlistEntry.model_validate({"mac": "x", "used": used}).used is False


@pytest.mark.parametrize(
    ("text", "security"),
    [
        ("WPA2/WPA3", "wpa3"), ("SAE", "wpa3"), ("wpa2-psk", "wpa2"), ("WPA", "wpa"),
        ("WEP", "wep"), ("Open", "open"), ("none", "open"), ("", "open"), ("802.1x", "unknown"),
        (None, "unknown"),
    ],
)  # fmt: skip
def test_the_strongest_security_wins(text: object, security: str) -> None:
    assert security_of(text) == security


@pytest.mark.parametrize(
    ("raw", "security"),
    [({"secured": False}, "open"), ({"secured": True}, "unknown"), ({}, "unknown")],
)
def test_the_older_boolean_tells_only_open(raw: dict[str, Any], security: str) -> None:
    network = WifiNetwork.model_validate({"ssid": "x", "signal_strength": -50, **raw})
    assert (network.security, network.signal) == (security, -50)


def test_the_access_point_is_read_from_its_word() -> None:
    raw = {"status": {"client_status": "error", "ap_status": "active", "ap_ssid": "D"}}
    status = WifiStatus.model_validate(raw)
    assert (status.connected, status.ap_active, status.ap_ssid) == (False, True, "D")


@pytest.mark.parametrize(
    ("uptime", "seconds"),
    [
        (2781596000000000, 2781596),
        (3600, 3600),
        ("1h30m", 5400),
        ("3d 12h", None),
        (-1, None),
        (True, None),
    ],
)
def test_uptime_is_seconds_whatever_its_unit(uptime: object, seconds: float | None) -> None:
    assert Health.model_validate({"uptime": uptime}).uptime_seconds == seconds


def test_system_figures_are_flat_in_every_dialect() -> None:
    v1 = {
        "cpu": {"usage_percent": 12.5},
        "memory": {"used_percent": 40},
        "disk": {"used_percent": 60},
    }
    flat = {"cpu_percent": 12.5, "memory_percent": 40, "disk_percent": 60}
    old = {"cpu_usage": 12.5, "memory_usage": 40, "disk_usage": 60}
    read = {SystemInfo.model_validate(raw) for raw in (v1, flat, old)}
    assert len(read) == 1
    assert SystemInfo.model_validate({"cpu": {"usage_percent": 400}}).cpu_percent is None
    assert SystemInfo.model_validate({"uptime": "3d 12h 45m"}).uptime == "3d 12h 45m"


@pytest.mark.parametrize(
    "model",
    [
        Session,
        Candidate,
        NetworkStatus,
        AllowlistEntry,
        WifiNetwork,
        WifiStatus,
        Health,
        SystemInfo,
    ],
)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_member_of_any_record_raises(model: Any, data: st.DataObject) -> None:
    members = st.sampled_from([*model.model_fields, "uptime", "status", "cpu", "connected"])
    raw = data.draw(st.dictionaries(members, JSON_VALUES)) | (
        {"id": "s"} if model is Session else {}
    )
    record = payloads.record(model, payloads.member(json.loads(json.dumps(raw)), "x"))
    assert record is not None
    json.dumps(record.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (checks.check_ssid, ["x", "ü" * 16, " "], ["", "ü" * 17, "x" * 33]),
        (checks.check_password, ["x" * 8, "x" * 63, "aB" * 32], ["", "x" * 7, "x" * 64]),
        (checks.check_mac, ["aabbccddeeff"], ["", "all"]),
        (
            checks.check_session_id,
            ["sess_1", "sessão 1"],
            ["", " ", "events", "network", "a\nb", "\udcff", "x" * 129],
        ),
        (checks.check_timeout, [1, 600], [0, -1, 10**9]),
        (
            checks.check_camera_id,
            ["cam-001", "AA:BB:CC:DD:EE:01", "esp-1cdbd47a4f10"],
            ["", " ", ".", "..", "diagnostics", "unassigned", "a\nb", "x" * 129],
        ),
        (
            checks.check_config_key,
            ["wifi.ssid", "a/b", "mqtt_port"],
            ["", " ", ".", "..", "/", "../..", "a\x00b", "x" * 129],
        ),
        (
            checks.check_host,
            ["pi", "broker.local", "a-b.example.org.", "my_pi", "192.168.1.10", "fe80::1", "::1"],
            [
                "",
                " ",
                "a b",
                "-c3",
                "a..b",
                "host:80",
                "http://a",
                "a\n",
                "fe80::1%eth0",
                "x" * 254,
            ],
        ),
        (checks.check_door_seconds, [1, 30], [0, -1, 31, 5000]),
        (checks.check_totp, ["123456", "000000"], ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"]),
        (checks.check_position, [1, 4], [0, 5, -1]),
    ],
)
def test_entries_are_checked_before_they_are_sent(
    check: Any, good: list[Any], bad: list[Any]
) -> None:
    assert [check(value) for value in good] == [None] * len(good)
    assert all(check(value).surely_not_done for value in bad)


def test_the_wire_loads_no_network_library() -> None:
    code = (
        "import sys, kiosk.services.wire.events, kiosk.services.wire.envelope,"
        "kiosk.services.wire.payloads, kiosk.services.state.feed;"
        "print({'httpx', 'asyncio', 'websockets', 'sqlite3', 'kivy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), "12", [1], {}])
def test_numbers_beyond_reason_are_unknown(number: object) -> None:
    assert SystemInfo.model_validate({"temperature_celsius": number}).temperature_celsius in {
        None,
        12,
    }
    assert Candidate.model_validate({"retry_count": number}).retry_count in {None, 12}
    assert Health.model_validate({"uptime": number}).uptime_seconds in {None, 12}


def test_a_list_beyond_reason_is_cut() -> None:
    entries = payloads.logs([{"message": str(n)} for n in range(MOST_RECORDS + 5)])
    assert len(entries) == MOST_RECORDS
