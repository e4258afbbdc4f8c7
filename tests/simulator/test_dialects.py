from __future__ import annotations

import json
import random
import uuid
from itertools import groupby
from typing import Any

import pytest

from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.entities import DeviceHappening
from tests.simulator.worlds import START, WorldBench

SESSION_FIELDS = {
    "id",
    "state",
    "target_ssid",
    "created_at",
    "updated_at",
    "expires_at",
    "device_count",
    "provisioned_count",
    "verified_count",
    "failed_count",
    "config",
}


@pytest.fixture(scope="module")
def history() -> WorldBench:
    """One device that failed, was retried and verified, in a session that was then stopped."""
    bench = WorldBench(devices=1, scenario="workshop", failing=1)
    session_id = bench.start()
    bench.wait(60)
    bench.world.provision_all(session_id)
    bench.wait(100)
    bench.world.retry(session_id, bench.device(session_id).mac)
    bench.wait(20)
    bench.world.stop(session_id)
    bench.wait(0)
    return bench


def told(bench: WorldBench, dialect: str) -> list[dict[str, Any]]:
    speaker = DIALECTS[dialect]()
    frames = [speaker.frame(happening) for happening in bench.happened]
    return [json.loads(frame.split(b"\ndata:")[1]) for frame in frames if frame]


def types(bench: WorldBench, dialect: str) -> list[str]:
    return [e["type"] for e in told(bench, dialect)]


def payloads(bench: WorldBench, dialect: str, kind: str) -> list[dict[str, Any]]:
    return [e["payload"] for e in told(bench, dialect) if e["type"] == kind]


def test_a_frame_is_named_and_has_no_space_after_the_colon(history: WorldBench) -> None:
    found = next(h for h in history.happened if isinstance(h, DeviceHappening))
    frame = DIALECTS["handoff"]().frame(found)
    assert frame.startswith(b'event:device.discovered\ndata:{"version":"1.0","type":"device.')
    assert frame.endswith(b"}\n\n")
    assert frame.count(b"\n") == 3


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_event_has_version_type_time_and_session(history: WorldBench, dialect: str) -> None:
    events = told(history, dialect)
    assert {e["version"] for e in events} == {"1.0"}
    assert len({e["session_id"] for e in events}) == 1
    assert all(e["timestamp"].endswith("Z") for e in events)


def test_the_handoff_names_every_step(history: WorldBench) -> None:
    steps = [t for t in types(history, "handoff") if t != "device.state_changed"]
    assert steps == [
        "session.started",
        "network.started",
        "device.discovered",
        "session.state_changed",
        "device.provisioning_started",
        "device.provisioning_failed",
        "device.provisioning_started",
        "device.provisioning_completed",
        "device.verified",
        "session.closed",
        "network.stopped",
    ]


def test_the_handoff_nests_records_that_have_the_session_but_no_allowlist(
    history: WorldBench,
) -> None:
    (verified,) = payloads(history, "handoff", "device.verified")
    assert verified.keys() == {"device"}
    assert verified["device"].keys() == {
        "mac",
        "ip",
        "state",
        "rssi",
        "firmware_version",
        "discovered_at",
        "provisioned_at",
        "verified_at",
        "retry_count",
        "session_id",
    }
    (failed,) = payloads(history, "handoff", "device.provisioning_failed")
    assert failed["device"]["state"] == "failed"
    assert failed["device"]["error_message"].startswith(("DEVICE_", "VERIFICATION_"))
    (network,) = payloads(history, "handoff", "network.started")
    assert network["status"] == {
        "ssid": "DelicasaOnboard",
        "is_active": True,
        "connected_devices": 0,
    }


def test_the_data_model_tells_states_flat_with_progress(history: WorldBench) -> None:
    assert set(types(history, "datamodel")) == {
        "session.status",
        "network.status_changed",
        "device.discovered",
        "device.state_changed",
    }
    changes = payloads(history, "datamodel", "device.state_changed")
    pairs = [(c["previous_state"], c["new_state"]) for c in changes]
    moves = [pair for pair in pairs if pair[0] != pair[1]]
    assert moves == [
        ("discovered", "provisioning"),
        ("provisioning", "failed"),
        ("failed", "discovered"),
        ("discovered", "provisioning"),
        ("provisioning", "provisioned"),
        ("provisioned", "verifying"),
        ("verifying", "verified"),
    ]
    assert changes[-1].keys() == {"mac", "previous_state", "new_state", "progress"}
    assert changes[-1]["progress"] == 100
    assert [c["error"] for c in changes if c["new_state"] == "failed"]
    (found,) = payloads(history, "datamodel", "device.discovered")
    assert found.keys() == {"mac", "ip", "rssi", "firmware_version", "in_allowlist"}


def test_compat_has_its_own_states_and_records(history: WorldBench) -> None:
    assert set(types(history, "compat")) == {
        "session.state_changed",
        "device.discovered",
        "device.state_changed",
    }
    changes = payloads(history, "compat", "device.state_changed")
    states = [state for state, _ in groupby(c["state"] for c in changes)]
    assert "failed" in states
    assert states[-5:] == ["discovered", "connecting", "provisioning", "verifying", "verified"]
    assert changes[-1].keys() == {
        "mac",
        "name",
        "state",
        "rssi",
        "retry_count",
        "discovered_at",
        "provisioned_at",
    }
    sessions = [p["session"] for p in payloads(history, "compat", "session.state_changed")]
    assert [s["state"] for s in sessions] == ["active", "active", "completed"]
    assert sessions[-1].keys() == {
        "id",
        "state",
        "network_interface",
        "created_at",
        "updated_at",
        "device_count",
        "provisioned_count",
        "failed_count",
    }


@pytest.mark.parametrize("dialect", ["handoff", "datamodel"])
def test_the_newer_session_record_is_whole(history: WorldBench, dialect: str) -> None:
    session = told(history, dialect)[0]["payload"]["session"]
    assert session.keys() == SESSION_FIELDS
    assert session["config"] == {
        "discovery_timeout_seconds": 60,
        "provisioning_timeout_seconds": 120,
        "verification_timeout_seconds": 90,
    }


def test_how_a_compat_session_ends_depends_on_what_came_of_it() -> None:
    def outcome(*, provision: bool, expire: bool) -> str:
        bench = WorldBench(devices=1)
        session_id = bench.start()
        bench.wait(10)
        if provision:
            bench.world.provision_all(session_id)
        bench.wait(20)
        if expire:
            bench.wait(1800)
        else:
            bench.world.stop(session_id)
            bench.wait(0)
        events = told(bench, "compat")
        return str([e for e in events if e["type"] == "session.state_changed"][-1]["payload"])

    assert "'completed'" in outcome(provision=True, expire=False)
    assert "'cancelled'" in outcome(provision=False, expire=False)
    assert "'failed'" in outcome(provision=True, expire=True)


def test_only_the_handoff_warns_of_the_end() -> None:
    bench = WorldBench(devices=0)
    bench.start()
    bench.wait(1750)
    assert "session.timeout_warning" in types(bench, "handoff")
    assert types(bench, "datamodel").count("session.status") == 2
    assert types(bench, "compat").count("session.state_changed") == 2


def test_problems_are_told_in_each_dialect() -> None:
    bench = WorldBench(devices=4, scenario="wrong-password")
    session_id = bench.start()
    bench.wait(20)
    bench.world.provision_all(session_id)
    bench.wait(120)
    (handoff,) = payloads(bench, "handoff", "error.occurred")
    assert handoff.keys() == {"code", "message"}
    (datamodel,) = payloads(bench, "datamodel", "error")
    assert datamodel["retryable"] is True
    (compat,) = payloads(bench, "compat", "error")
    assert compat["code"] == "VERIFICATION_TIMEOUT"


def test_streams_begin_and_beat_as_each_dialect_says() -> None:
    opened = {name: dialect().greeting(START) for name, dialect in DIALECTS.items()}
    assert opened["handoff"] == b":\n\n"
    assert opened["datamodel"].startswith(b"event:connection.established\ndata:{")
    assert opened["compat"].startswith(b"event:connection.established\ndata:{")
    beats = {name: dialect().heartbeat(START) for name, dialect in DIALECTS.items()}
    assert beats["handoff"] == beats["compat"] == b":\n\n"
    event, data = beats["datamodel"].decode().strip().split("\n")
    assert event == "event:connection.heartbeat"
    assert json.loads(data.removeprefix("data:"))["payload"] is None


def test_session_ids_look_as_documented() -> None:
    ids = {name: dialect().new_session_id(random.Random(1)) for name, dialect in DIALECTS.items()}
    assert ids["handoff"].startswith("sess_")
    assert uuid.UUID(ids["compat"]).version == 4


def test_time_left_is_written_in_two_ways() -> None:
    handoff, compat = DIALECTS["handoff"](), DIALECTS["compat"]()
    assert [handoff.remaining(s) for s in (45.9, 90, 3600)] == ["45s", "1m30s", "1h0m0s"]
    assert [compat.remaining(s) for s in (45.9, 90, 3600)] == ["00:00:45", "00:01:30", "01:00:00"]
