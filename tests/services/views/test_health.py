"""The health screen: figures by thresholds, honest ages, lines without invented stretches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.known import ReadDone, ReadFailed, Resource
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.state.monitoring import (
    MonitorConnection,
    MonitoringLoaded,
    Point,
    told_members,
)
from kiosk.services.state.support import About, AboutKnown
from kiosk.services.views import health
from kiosk.services.views.health import SPAN_SECONDS, runs_of
from kiosk.services.views.readings import bytes_text
from kiosk.services.views.thresholds import thresholds
from kiosk.services.wire.monitoring import monitoring_of
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.system import Health
from tests.services.state.build import after

AWAY = Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True)
PI_4, PI_5 = "Raspberry Pi 4 Model B Rev 1.4", "Raspberry Pi 5 Model B Rev 1.0"
LIVE = MonitorConnection("live", "websocket")
CALM = {"cpu_usage": 12.4, "memory_usage": 40, "disk_usage": 37, "temperature": 51}


def told(at: float = 100.0, **groups: Any) -> MonitoringLoaded:
    figures = monitoring_of(groups)
    return MonitoringLoaded(figures, told_members(figures), "websocket", at)


def live(*actions: a.Action, **groups: Any) -> State:
    return after(State(), a.Opened(Route.HEALTH), LIVE, told(**groups), *actions)


def figure(state: State, name: str, now: float = 100.0) -> tuple[str, str, str]:
    found = next(part for part in health.view_of(state, now).figures if part.name == name)
    return found.number, found.word, found.tone


def fact(state: State, title: str, now: float = 100.0) -> tuple[str, str]:
    rows = health.view_of(state, now).rows
    return next((row.detail, row.tone) for row in rows if row.title == title)


@pytest.mark.parametrize(
    ("board", "cpu", "memory", "temperature"),
    [
        (PI_4, (80, 95), (80, 90), (75, 80)),
        (PI_5, (85, 95), (85, 95), (80, 85)),
        (None, (80, 95), (80, 90), (70, 80)),
        ("Raspberry Pi 400 Rev 1.0", (80, 95), (80, 90), (75, 80)),
        ("Some other board", (80, 95), (80, 90), (70, 80)),
    ],
)
def test_each_board_has_its_thresholds(
    board: str | None,
    cpu: tuple[int, int],
    memory: tuple[int, int],
    temperature: tuple[int, int],
) -> None:
    limits = thresholds(board)
    assert (limits.cpu.high, limits.cpu.critical) == cpu
    assert (limits.memory.high, limits.memory.critical) == memory
    assert (limits.temperature.high, limits.temperature.critical) == temperature
    assert (limits.disk.high, limits.disk.critical) == (80, 90)


@pytest.mark.parametrize(
    ("temperature", "word", "tone"),
    [(69.9, "Normal", "good"), (70, "High", "waiting"), (80, "Critical", "bad")],
)
def test_at_the_boundary_it_is_crossed(temperature: float, word: str, tone: str) -> None:
    state = live(system_health={**CALM, "temperature": temperature})
    assert figure(state, "temperature")[1:] == (word, tone)


def test_the_board_of_this_machine_counts() -> None:
    state = live(AboutKnown(About(board=PI_5)), system_health={**CALM, "temperature": 79})
    assert figure(state, "temperature") == ("79 °C", "Normal", "good")


def test_what_is_not_told_is_unknown_and_never_zero() -> None:
    state = live(system_health={"cpu_usage": 0})
    assert figure(state, "cpu") == ("0 %", "Normal", "good")
    assert figure(state, "disk") == ("–", "Unknown", "quiet")
    details = {row.detail for row in health.view_of(State(), 0.0).rows}
    assert details == {"–"}


def test_figures_that_are_not_told_live_are_grey_and_say_their_age() -> None:
    lost = MonitorConnection("reconnecting", "polling", AWAY, 143.0)
    state = live(lost, system_health=CALM)
    assert figure(state, "cpu", 140.0) == ("12 %", "40 s ago", "quiet")
    assert figure(live(system_health=CALM), "cpu", 140.0)[2] == "quiet"


def test_while_not_live_it_says_why_since_when_and_offers_to_try_now() -> None:
    state = live(MonitorConnection("reconnecting", "polling", AWAY, 142.5), system_health=CALM)
    view = health.view_of(state, 140.0)
    assert view.facts.startswith("Not live, trying again in 3 s")
    assert view.banner.text.startswith("Not live, last 40 s ago. PiOrchestrator does not answer.")
    button = view.banner.buttons[-1]
    assert (button.text, button.intent) == ("Try now (3)", "refresh")


def test_a_refused_key_asks_for_one() -> None:
    refused = Problem(Kind.UNAUTHORIZED, http_status=401, key_sent=True)
    state = live(MonitorConnection("reconnecting", "polling", refused, 130.0))
    assert health.view_of(state, 100.0).banner.buttons[-1].intent == "edit_api_key"


def test_details_say_what_support_asks_for() -> None:
    problem = Problem(Kind.DOMAIN, "CIRCUIT_OPEN", correlation_id="abc", http_status=503)
    state = live(MonitorConnection("reconnecting", "polling", problem, 130.0), a.DetailsToggled())
    assert health.view_of(state, 100.0).banner.details == (
        "CIRCUIT_OPEN · HTTP 503 · correlation id abc"
    )


def test_what_a_person_asked_for_comes_before_the_stream() -> None:
    lost = MonitorConnection("reconnecting", "polling", AWAY, 130.0)
    state = live(lost, a.CommandEnded("scan", Notice("scan", AWAY)))
    assert health.view_of(state, 100.0).banner.buttons[-1].name == "dismiss"


@pytest.mark.parametrize(
    ("connection", "text"),
    [
        (LIVE, "Live by WebSocket"),
        (MonitorConnection("live", "polling", AWAY, 120.0), "Asked every 5 s"),
        (MonitorConnection("connecting", "websocket"), "Connecting …"),
        (MonitorConnection("stale", "websocket", AWAY), "Not live"),
        (MonitorConnection("stopped"), "Connecting …"),
    ],
)
def test_the_transport_is_told_in_words(connection: MonitorConnection, text: str) -> None:
    state = after(State(), connection)
    assert health.view_of(state, 100.0).facts == text
    assert bool(health.view_of(state, 100.0).banner.text) == (connection.state == "stale")


def test_polling_lets_age_what_only_the_socket_tells() -> None:
    state = live(
        told(at=200.0, system_health=CALM), services={}, service_status={"mqtt_connected": True}
    )
    assert fact(state, "MQTT", 200.0) == ("Connected · 1:40 ago", "quiet")
    assert figure(state, "cpu", 200.0)[1] == "Normal"


def test_the_services_are_told_by_word_and_tone() -> None:
    state = live(
        service_status={
            "mqtt_connected": True,
            "mqtt_secure": False,
            "api_responding": False,
        }
    )
    assert fact(state, "MQTT") == ("Connected, not secure", "waiting")
    assert fact(state, "API") == ("Does not answer", "bad")
    assert fact(state, "Database") == ("–", "quiet")
    secure = live(service_status={"mqtt_connected": True, "mqtt_secure": True})
    assert fact(secure, "MQTT") == ("Connected, secure", "good")


@pytest.mark.parametrize(
    ("expiry", "title", "shown"),
    [
        ("2026-05-30T08:00:00Z", "Certificate 2026-05-30", ("90 days left", "good")),
        ("2026-03-02T09:00:00Z", "Certificate 2026-03-02", ("1 day left", "waiting")),
        ("2026-02-28T08:00:00Z", "Certificate 2026-02-28", ("Expired", "bad")),
        ("some day", "Certificate", ("some day", "plain")),
        (None, "Certificate", ("–", "quiet")),
    ],
)
def test_the_certificate_counts_its_days(
    expiry: str | None, title: str, shown: tuple[str, str]
) -> None:
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC).isoformat()
    state = live(timestamp=moment, security_metrics={"certificate_expiry": expiry})
    assert fact(state, title) == shown


def test_without_the_servers_clock_no_days_are_counted() -> None:
    state = live(security_metrics={"certificate_expiry": "2026-05-30T08:00:00Z"})
    assert fact(state, "Certificate") == ("2026-05-30", "plain")


def test_security_and_network_are_told() -> None:
    state = live(
        security_metrics={
            "failed_ssh_attempts": 3,
            "threat_level": "high",
            "encryption_level": "TLS 1.3",
        },
        network_metrics={
            "active_connections": 4,
            "bytes_received": 1_234_567,
            "packet_loss": 0.5,
        },
    )
    assert fact(state, "Failed SSH sign-ins") == ("3", "waiting")
    assert fact(state, "Threat level") == ("High", "bad")
    assert fact(state, "Encryption") == ("TLS 1.3", "plain")
    assert fact(state, "Connections") == ("4", "plain")
    assert fact(state, "Received, sent") == ("1.2 MB, –", "plain")
    assert fact(state, "Packet loss, latency") == ("0.5 %, –", "waiting")
    unheard = live(security_metrics={"threat_level": "purple"})
    assert fact(unheard, "Threat level") == ("PURPLE", "plain")


@pytest.mark.parametrize(
    ("cameras", "shown"),
    [
        ({}, ("0 of 0 online", "good")),
        ({"a": {"online": True}, "b": {"online": True}}, ("2 of 2 online", "good")),
        ({"a": {"online": True}, "b": {"online": False}}, ("1 of 2 online", "waiting")),
        ({"a": {"online": True}, "b": {"rssi": -60}}, ("1 of 2 online", "plain")),
    ],
)
def test_cameras_are_counted(cameras: dict[str, Any], shown: tuple[str, str]) -> None:
    figures = monitoring_of({"camera_status": cameras})
    loaded = MonitoringLoaded(figures, frozenset({"cameras"}), "websocket", 100.0)
    assert fact(after(State(), LIVE, loaded), "Cameras") == shown


def test_alerts_are_counted() -> None:
    assert fact(live(alerts_count=0), "Alerts") == ("None", "good")
    assert fact(live(alerts_count=2), "Alerts") == ("2", "waiting")


def test_the_service_itself_is_told_with_its_age() -> None:
    done = ReadDone(Resource.HEALTH, Health(status="healthy", version="2.1"), 100.0)
    assert fact(after(State(), done), "PiOrchestrator") == ("healthy · 2.1", "good")
    degraded = ReadDone(Resource.HEALTH, Health(status="degraded"), 100.0)
    assert fact(after(State(), degraded), "PiOrchestrator") == ("degraded", "waiting")
    failed = after(State(), done, ReadFailed(Resource.HEALTH, AWAY, None))
    assert fact(failed, "PiOrchestrator", 140.0) == ("healthy · 2.1 · 40 s ago", "quiet")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_500_000, "1.5 MB"),
        (250_000_000, "250 MB"),
        (2_000_000_000_000_000, "2000 TB"),
    ],
)
def test_bytes_are_told_in_a_unit_that_fits(number: int | None, text: str) -> None:
    assert bytes_text(number) == text


@pytest.mark.parametrize(
    ("uptime", "text"),
    [
        ("772h39m56s", "up 32 d 4 h"),
        ("125m", "up 2 h 5 min"),
        ("for long", "up for long"),
    ],
)
def test_uptime_and_load_are_told(uptime: str, text: str) -> None:
    state = live(system_health={"uptime": uptime, "load_average": "0.52 0.40 0.30"})
    assert health.view_of(state, 100.0).facts.endswith(f"{text} · load 0.52 0.40 0.30")


def points(*values: float | None, start: float = 0.0) -> tuple[Point, ...]:
    return tuple(Point(start + 5.0 * n, v, None, None) for n, v in enumerate(values))


def test_the_latest_point_is_at_the_right_edge() -> None:
    (run,) = runs_of(points(0, 50, 100, start=SPAN_SECONDS - 10), "cpu")
    assert run[-2:] == (1.0, 1.0)
    assert run[1::2] == (0.0, 0.5, 1.0)


def test_what_is_out_of_scale_stays_inside() -> None:
    (run,) = runs_of(points(-5, 140), "cpu")
    assert run[1::2] == (0.0, 1.0)


def test_a_pause_or_an_unknown_stretch_is_a_gap() -> None:
    watched = (*points(10, 20), *points(30, 40, start=100.0))
    assert [run[1::2] for run in runs_of(watched, "cpu")] == [(0.1, 0.2), (0.3, 0.4)]
    unknown = points(10, 20, None, None, None, None, None, 30)
    assert len(runs_of(unknown, "cpu")) == 2
    assert runs_of(points(None, None), "cpu") == ()
    assert runs_of((), "cpu") == ()


def test_the_lines_stay_the_same_until_there_is_another_point() -> None:
    state = live(told(at=106.0, system_health=CALM), system_health=CALM)
    first, later = (health.view_of(state, now).figures[0].runs for now in (107.0, 109.0))
    assert first == later
    assert first
    newer = after(state, told(at=112.0, system_health=CALM))
    assert health.view_of(newer, 112.0).figures[0].runs != first


def test_the_disk_has_a_line_too() -> None:
    assert health.view_of(live(system_health=CALM), 100.0).figures[2].runs == ((1.0, 0.37),)


def test_the_facts_are_one_tap_away_and_back() -> None:
    state = live(system_health=CALM)
    more = health.view_of(state, 100.0).buttons[0]
    assert (more.intent, more.arguments) == ("open", ("health", "facts"))
    opened = after(state, a.Opened(Route(more.arguments[0]), more.arguments[1]))
    view = health.view_of(opened, 100.0)
    assert view.more
    assert view.buttons[0].arguments == ("health",)
