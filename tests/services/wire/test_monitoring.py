"""The monitoring socket: messages, what they add up to, and what stays unknown."""

import json
from typing import Any

import pytest

from kiosk.services.wire.figures import load_text
from kiosk.services.wire.monitoring import (
    MAX_CAMERAS,
    MAX_MESSAGES,
    CameraState,
    Monitoring,
    MonitorMessage,
    SystemHealth,
    from_system_info,
    is_news,
    merged,
    messages,
    monitoring_of,
)
from kiosk.services.wire.system import SystemInfo
from tests.services.wire.documents import MONITORING


def test_the_whole_document_is_read() -> None:
    read = monitoring_of(MONITORING)
    assert (read.alerts_count, read.connected_clients) == (2, 1)
    assert (read.system_health.cpu_usage, read.system_health.uptime_seconds) == (12.5, 259380)
    assert read.security.failed_ssh_attempts == 4
    assert read.services.mqtt_connected is True
    assert read.network.bytes_received == 2**40
    assert read.cameras["cam-001"].fps == 12


def test_an_update_leaves_its_siblings() -> None:
    whole = merged(MONITORING, {"system_health": {"cpu_usage": 99}})
    read = monitoring_of(whole)
    assert (read.system_health.cpu_usage, read.system_health.memory_usage) == (99, 40)
    assert read.services == monitoring_of(MONITORING).services
    assert MONITORING["system_health"]["cpu_usage"] == 12.5  # type: ignore[index]


@pytest.mark.parametrize("nothing", [None, 5, "x", [], {}])
def test_a_group_that_says_nothing_leaves_what_is_known(nothing: object) -> None:
    names = ("system_health", "security_metrics", "network_metrics", "camera_status")
    assert merged(MONITORING, dict.fromkeys(names, nothing)) == MONITORING


def test_a_member_that_is_null_leaves_what_is_known() -> None:
    update = {"alerts_count": None, "system_health": {"cpu_usage": None, "disk_usage": 70}}
    read = monitoring_of(merged(MONITORING, update))
    assert (read.alerts_count, read.system_health.cpu_usage) == (2, 12.5)
    assert read.system_health.disk_usage == 70


def test_cameras_are_merged_one_by_one() -> None:
    update = {"camera_status": {"cam-001": {"online": False}, "cam-002": {"rssi": -50}, "x": None}}
    read = monitoring_of(merged(MONITORING, update))
    assert set(read.cameras) == {"cam-001", "cam-002"}
    assert (read.cameras["cam-001"].online, read.cameras["cam-001"].rssi) == (False, -61)
    assert read.cameras["cam-002"].online is None


def test_an_update_before_the_first_data_is_kept_as_partial() -> None:
    read = monitoring_of(merged(None, {"network_metrics": {"latency": 3}}))
    assert read.network.latency == 3
    assert read.system_health == SystemHealth()


def test_nothing_that_a_server_sends_makes_the_figures_grow_without_end() -> None:
    known: dict[str, Any] = {}
    for i in range(3):
        cameras = {f"{i}-{j}": {"online": True, f"odd-{j}": 1} for j in range(400)}
        known = merged(known, {f"junk-{i}": i, "camera_status": cameras})
        known = merged(known, {"system_health": {f"junk-{i}": i}})
    assert len(known["camera_status"]) == MAX_CAMERAS
    assert set(known) == {"camera_status", "system_health"}
    assert known["system_health"] == {}
    assert known["camera_status"]["0-0"] == {"online": True}
    again = merged(known, {"camera_status": {"0-0": {"online": False}, "new": {"online": True}}})
    assert again["camera_status"]["0-0"] == {"online": False}
    assert "new" not in again["camera_status"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.5 0.4 0.3", "0.5 0.4 0.3"),
        (0.5, "0.5"),
        ([0.5, 1, 2], "0.5 1 2"),
        ({"load_1": 0.5, "load_5": 0.4, "load_15": 0.25}, "0.5 0.4 0.25"),
        ({"load_1": 0.5}, "0.5"),
        ("", None), ([], None), ({}, None), (None, None), (True, None), (-1, None),
        (10**400, None), ([1, "x"], None), (float("nan"), None),
    ],
)  # fmt: skip
def test_a_load_average_is_text_in_any_form(value: object, text: str | None) -> None:
    assert load_text(value) == text


def test_a_threat_level_is_in_upper_case_and_open() -> None:
    for word, read in (("low", "LOW"), ("Severe", "SEVERE"), (3, None)):
        level = monitoring_of({"security_metrics": {"threat_level": word}}).security.threat_level
        assert level == read


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"type": "initial_data", "data": {"a": 1}}, MonitorMessage("initial", {"a": 1})),
        ({"type": "monitoring_update", "data": None}, MonitorMessage("update")),
        ({"type": "monitoring_update", "data": [1]}, MonitorMessage("junk")),
        ({"type": "ping"}, MonitorMessage("ping")),
        ({"type": "pong"}, MonitorMessage("pong")),
        (
            {"type": "error", "message": "m", "code": "X"},
            MonitorMessage("error", code="X", message="m"),
        ),
        (
            {"type": "error", "error": {"message": "m", "code": "X"}},
            MonitorMessage("error", code="X", message="m"),
        ),
        ({"type": "error", "error": "m"}, MonitorMessage("error", message="m")),
        ({"type": "news", "data": {"a": 1}}, MonitorMessage("unknown", {"a": 1})),
        ({"type": 5}, MonitorMessage("unknown")),
        ({}, MonitorMessage("unknown")),
        ([], MonitorMessage("junk")),
        (None, MonitorMessage("junk")),
    ],
)
def test_a_message_is_told_by_its_type(message: object, read: MonitorMessage) -> None:
    assert messages(json.dumps(message)) == [read]
    assert messages(json.dumps(message, indent=2) + "\n") == [read]


def test_a_frame_may_hold_several_messages() -> None:
    lines = ['{"type": "ping"}', "", "nonsense", '{"type": "pong"}\r', '{"type": ']
    assert [message.kind for message in messages("\n".join(lines))] == [
        "ping",
        "junk",
        "pong",
        "junk",
    ]


@pytest.mark.parametrize("frame", ["nonsense", "{", "NaN", "\ud800"])
def test_a_frame_that_is_no_json_is_junk(frame: str) -> None:
    assert messages(frame) == [MonitorMessage("junk")]


def test_an_empty_frame_holds_nothing() -> None:
    assert messages("") == messages(" \n\n ") == []


def test_a_frame_of_endless_lines_is_cut() -> None:
    read = messages('{"type": "ping"}\n' * (MAX_MESSAGES + 50))
    assert len(read) == MAX_MESSAGES + 1
    assert read[-1].kind == "junk"


@pytest.mark.parametrize(
    ("raw", "news"),
    [
        ({"system_health": {"cpu_usage": 5}}, True),
        ({"alerts_count": 0}, True),
        ({"service_status": {"mqtt_connected": False}}, True),
        ({"camera_status": {"a": {"online": True}}}, True),
        ({"camera_status": {"a": {}}}, False),
        ({"system_health": {"cpu_usage": "much"}}, False),
        ({"system_health": {"odd": 5}}, False),
        ({"system_health": None}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_news_is_a_known_member_with_a_value(raw: object, news: bool) -> None:
    assert is_news(raw) is news


def test_polling_tells_the_systems_health_and_nothing_else() -> None:
    info = SystemInfo.model_validate(
        {
            "cpu": {"usage_percent": 12.5},
            "temperature_celsius": 51,
            "uptime": 2781596000000000,
            "load_average": {"load_1": 0.5, "load_5": 0.4, "load_15": 0.3},
        }
    )
    read = from_system_info(info)
    assert read.system_health == SystemHealth(
        cpu_usage=12.5, temperature=51, uptime_seconds=2781596, load_average="0.5 0.4 0.3"
    )
    assert read.model_copy(update={"system_health": SystemHealth()}) == Monitoring()
    assert from_system_info(SystemInfo()) == Monitoring()


def test_a_camera_of_which_nothing_is_known_is_all_unknown() -> None:
    assert CameraState.model_validate({"online": "yes", "rssi": 0, "fps": -1}) == CameraState()
