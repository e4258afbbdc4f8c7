"""The links to the outside: good, bad or unknown; a ping without an answer is a result."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.machine import Asked, Pinged
from kiosk.services.state.model import State
from kiosk.services.views import checks, menu
from kiosk.services.views.rows import RowView
from kiosk.services.wire.network import Bridge, Mqtt, Ping, Tailscale
from kiosk.services.wire.onboarding import AutoOnboard
from tests.services.state.build import after
from tests.services.views.readings import LACKING, NOW, read, unread

LINKS = (Resource.TAILSCALE, Resource.MQTT, Resource.BRIDGE, Resource.ONBOARDING)
VPN = {
    "backend_state": "Running",
    "tailscale_ip": "100.1.1.1",
    "peers": [
        {"hostname": "desk", "tailscale_ip": "100.1.1.2", "online": True},
        {"hostname": "old", "online": False},
        {"tailscale_ip": "100.1.1.4"},
        {"online": True},
    ],
}


def rows_of(*happened: a.Action) -> dict[str, RowView]:
    view = checks.view_of(after(State(), *happened), NOW)
    return {row.key: row for row in view.rows}


@pytest.mark.parametrize(
    ("resource", "told", "tone", "detail", "more"),
    [
        (Resource.TAILSCALE, VPN, "good", "Connected", "100.1.1.1"),
        (Resource.TAILSCALE, {"state": "Stopped"}, "bad", "Not connected", "–"),
        (
            Resource.TAILSCALE,
            {"state": "NeedsLogin", "needs_login": True},
            "bad",
            "A login is needed",
            "–",
        ),
        (Resource.TAILSCALE, {}, "quiet", "Unknown", "–"),
        (
            Resource.MQTT,
            {"connected": True, "broker": "b.local", "port": 1883, "latency_ms": 12.4},
            "good",
            "Connected · 12 ms",
            "b.local:1883",
        ),
        (Resource.MQTT, {"connected": False}, "bad", "Not connected", "–"),
        (
            Resource.BRIDGE,
            {"configured": True, "connected": True, "url": "https://bridge.example:8443/x"},
            "good",
            "Connected",
            "bridge.example",
        ),
        (Resource.BRIDGE, {"configured": False}, "quiet", "Not set up", "–"),
        (
            Resource.BRIDGE,
            {"connected": False, "url": "http://["},
            "bad",
            "Not connected",
            "–",
        ),
        (Resource.BRIDGE, {}, "quiet", "Unknown", "–"),
        (
            Resource.ONBOARDING,
            {"enabled": True, "running": True, "metrics": {"success": 4, "failed": 1}},
            "good",
            "On",
            "4 ready, 1 failed",
        ),
        (
            Resource.ONBOARDING,
            {"enabled": True, "running": False},
            "bad",
            "On, but not running",
            "– ready, – failed",
        ),
        (
            Resource.ONBOARDING,
            {"enabled": False},
            "quiet",
            "Off",
            "– ready, – failed",
        ),
    ],
)
def test_a_link_is_good_bad_or_unknown(
    resource: Resource, told: dict[str, Any], tone: str, detail: str, more: str
) -> None:
    model: Any = {
        Resource.TAILSCALE: Tailscale,
        Resource.MQTT: Mqtt,
        Resource.BRIDGE: Bridge,
        Resource.ONBOARDING: AutoOnboard,
    }[resource]
    row = rows_of(read(resource, model.model_validate(told)))[f"link:{resource.partition('.')[2]}"]
    assert (row.tone, row.detail, row.more) == (tone, detail, more)


def test_what_was_not_read_yet_is_no_failure() -> None:
    row = rows_of()["link:mqtt"]
    assert (row.detail, row.tone) == ("Loading …", "quiet")
    assert rows_of(*unread(Resource.MQTT))["link:mqtt"].detail == "–"


def test_a_link_that_the_service_lacks_is_not_shown_and_spoils_no_other() -> None:
    happened = (*unread(Resource.BRIDGE, problem=LACKING), *unread(Resource.MQTT))
    view = checks.view_of(after(State(), *happened), NOW)
    assert "link:bridge" not in [row.key for row in view.rows]
    assert "does not answer" in view.banner.text or "broke off" in view.banner.text


def test_a_service_that_lacks_all_of_them_is_not_on_the_menu() -> None:
    state = after(State(), *unread(*LINKS, problem=LACKING))
    assert "checks" not in [row.key for row in menu.view_of(state, NOW).rows]
    view = checks.view_of(state, NOW)
    assert view.empty == "This PiOrchestrator does not offer that."
    assert (view.rows, view.buttons) == ((), ())


def test_broker_bridge_and_the_other_machines_can_be_pinged_by_a_tap() -> None:
    rows = rows_of(
        read(Resource.MQTT, Mqtt(broker="b.local")),
        read(Resource.BRIDGE, Bridge(url="https://bridge.example/")),
        read(Resource.TAILSCALE, Tailscale.model_validate(VPN)),
    )
    pings = [row for key, row in rows.items() if key.startswith("ping:")]
    assert [(row.title, row.arguments, row.more) for row in pings] == [
        ("b.local", ("b.local",), "Message broker"),
        ("bridge.example", ("bridge.example",), "Bridge server"),
        ("desk", ("100.1.1.2",), "VPN: online"),
        ("old", ("old",), "VPN: offline"),
        ("100.1.1.4", ("100.1.1.4",), "VPN: unknown"),
    ]
    assert {row.intent for row in pings} == {"ping"}


@pytest.mark.parametrize(
    ("ping", "tone", "text"),
    [
        (Ping(success=True, avg_ms=11.6, packet_loss=0), "good", "12 ms, 0 % lost"),
        (Ping(success=True, avg_ms=11.6, packet_loss=33.3), "bad", "12 ms, 33 % lost"),
        (Ping(success=True), "good", "–"),
        (Ping(success=False, packet_loss=100), "bad", "No answer, 100 % lost"),
        (Ping(success=False), "bad", "No answer"),
        (Ping(), "quiet", "Unknown"),
    ],
)
def test_a_ping_says_how_it_went(ping: Ping, tone: str, text: str) -> None:
    row = rows_of(Pinged("8.8.8.8", ping))["ping:8.8.8.8"]
    assert (row.tone, row.detail, row.more) == (tone, text, "Typed")


def test_a_ping_under_way_is_told_with_its_seconds_and_not_asked_twice() -> None:
    asked = (Asked("ping:8.8.8.8", NOW - 3), a.CommandStarted("ping:8.8.8.8"))
    row = rows_of(*asked)["ping:8.8.8.8"]
    assert (row.detail, row.intent) == ("Waiting … 3 s", "")
