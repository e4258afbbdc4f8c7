from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import websockets

from kiosk.simulator.connections import Connections
from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.engine import Engine
from kiosk.simulator.hub import Hub, Stream
from kiosk.simulator.machine import Machine
from kiosk.simulator.routes import monitor, stream
from tests.simulator.disk import Disk
from tests.simulator.streams import open_stream
from tests.simulator.test_http_batch import BATCH, wait_for
from tests.simulator.worlds import WorldBench
from tests.support.simulator import SimulatorProcess

LAST = {
    "handoff": lambda e: e["type"] == "session.closed",
    "datamodel": lambda e: e["payload"].get("session", {}).get("state") == "closed",
    "compat": lambda e: e["payload"].get("session", {}).get("state") == "completed",
}
VERIFIED = {
    "handoff": lambda e: e["type"] == "device.verified",
    "datamodel": lambda e: e["payload"].get("new_state") == "verified",
    "compat": lambda e: e["payload"].get("state") == "verified",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_whole_batch_is_told_in_every_dialect(dialect: str) -> None:
    with (
        SimulatorProcess(devices=3, scenario="smooth", speed=50, dialect=dialect) as simulator,
        open_stream(simulator) as stream,
    ):
        session_id = simulator.start_session()
        wait_for(simulator, session_id, device_count=3)
        simulator.call("POST", f"{BATCH}/{session_id}/provision-all")
        told: list[dict[str, Any]] = []
        while sum(map(VERIFIED[dialect], told)) < 3:
            told += stream.until(VERIFIED[dialect])
        simulator.call("POST", f"{BATCH}/{session_id}/stop")
        told += stream.until(LAST[dialect])
        assert sum(e["type"] == "device.discovered" for e in told) == 3
        stamps = [e["timestamp"] for e in told if e["type"] != "connection.established"]
        assert stamps == sorted(stamps)
        greeted = told[0]["type"] == "connection.established"
        assert greeted == (dialect != "handoff")


def test_the_headers_and_the_first_bytes_of_the_stream(simulator: SimulatorProcess) -> None:
    with open_stream(simulator) as stream:
        headers = stream.response.headers
        assert headers["content-type"] == "text/event-stream"
        assert headers["cache-control"] == "no-cache"
        assert headers["connection"] == "keep-alive"
        assert headers["x-accel-buffering"] == "no"
        frames = stream.frames()
        assert next(frames) == b":"
        simulator.start_session()
        first = next(frames)
        assert first.startswith(b'event:session.started\ndata:{"version":"1.0","type":"session.')


def test_a_stream_of_one_session_hears_only_of_it(simulator: SimulatorProcess) -> None:
    first = simulator.start_session()
    with open_stream(simulator, session_id=first) as stream:
        assert next(stream.frames()) == b":"
        simulator.call("POST", f"{BATCH}/{first}/stop")
        second = simulator.start_session()
        simulator.call("POST", f"{BATCH}/{second}/stop")
        with open_stream(simulator) as everything:
            assert next(everything.frames()) == b":"
            third = simulator.start_session()
            everything.until(lambda e: e["session_id"] == third)
        simulator.terminate()
        said = b"\n".join(stream.frames())
    assert first.encode() in said
    assert second.encode() not in said


async def test_an_idle_stream_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.001)
    hub, dialect = Hub(), DIALECTS["datamodel"]()
    sent: list[bytes] = []
    enough = asyncio.Event()

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if sum(b"connection.heartbeat" in part for part in sent) == 3:
            enough.set()

    async def receive() -> Any:
        await enough.wait()
        return {"type": "http.disconnect"}

    idle = stream.EventStream(
        hub,
        Stream(None, lambda: None),
        greeting=lambda: dialect.greeting(0.0),
        heartbeat=lambda: dialect.heartbeat(0.0),
    )
    await idle({}, receive, send)
    assert sent[1].startswith(b"event:connection.established\n")
    assert sent[2].startswith(b"event:connection.heartbeat\ndata:{")
    assert len(hub) == 0


def test_cut_streams_end_in_the_middle_and_new_ones_can_be_opened(
    simulator: SimulatorProcess,
) -> None:
    with open_stream(simulator) as stream:
        assert next(stream.frames()) == b":"
        assert simulator.cut_streams() == 1
        with pytest.raises(httpx.TransportError):
            list(stream.frames())
    with open_stream(simulator) as stream:
        assert next(stream.frames()) == b":"


def test_a_burst_reaches_a_reader_whole(simulator: SimulatorProcess) -> None:
    session_id = simulator.start_session()
    wait_for(simulator, session_id, device_count=5)
    before = simulator.session(session_id)["devices"]
    with open_stream(simulator, session_id=session_id) as stream:
        assert next(stream.frames()) == b":"
        assert simulator.burst(2000) == 2000
        simulator.call("POST", f"{BATCH}/{session_id}/stop")
        told = stream.until(LAST["handoff"])
    changes = [e for e in told if e["type"] == "device.state_changed"]
    assert len(changes) >= 2000
    assert {e["payload"]["device"]["mac"] for e in changes} == {d["mac"] for d in before}


async def test_the_monitor_says_everything_first_and_answers_pings(
    simulator: SimulatorProcess,
) -> None:
    url = simulator.url.replace("http", "ws") + "/ws/monitor"
    async with websockets.connect(url, proxy=None) as socket:
        first = json.loads(await socket.recv())
        assert first["type"] == "initial_data"
        assert first["data"].keys() == {
            "timestamp",
            "system_health",
            "security_metrics",
            "service_status",
            "network_metrics",
            "camera_status",
            "alerts_count",
            "connected_clients",
        }
        assert first["data"]["connected_clients"] == 1
        await socket.send('{"type":"ping"}')
        assert json.loads(await socket.recv()) == {"type": "pong"}
        await socket.send("what?")
        assert json.loads(await socket.recv())["type"] == "error"


async def test_the_monitor_goes_on_with_what_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert monitor.UPDATE_INTERVAL == 5.0
    monkeypatch.setattr(monitor, "UPDATE_INTERVAL", 0.001)
    bench = WorldBench(devices=1, speed=100)
    session_id = bench.start()
    bench.wait(0.1)
    bench.world.provision_all(session_id)
    engine = Engine(bench.world, Disk(), DIALECTS["handoff"](), Hub(), lambda: bench.now)
    sent: list[dict[str, Any]] = []

    async def send_text(message: str) -> None:
        sent.append(json.loads(message))
        bench.now += 0.1
        if len(sent) == 4:
            raise RuntimeError("the client is gone")

    routes = monitor.MonitorRoutes(engine, Machine(seed=1), Connections())
    socket: Any = SimpleNamespace(send_text=send_text)
    await routes._tell(socket, "normal")
    assert [m["type"] for m in sent] == ["initial_data"] + ["monitoring_update"] * 3
    assert "security_metrics" not in sent[-1]["data"]
    there_before = sent[0]["data"]["camera_status"]
    (new,) = sent[-1]["data"]["camera_status"].keys() - there_before.keys()
    assert sent[-1]["data"]["camera_status"][new]["online"]
    offline = [camera for camera in there_before.values() if not camera["online"]]
    assert sent[0]["data"]["alerts_count"] == len(offline) == 2


async def test_a_cut_monitor_ends_without_a_goodbye(simulator: SimulatorProcess) -> None:
    url = simulator.url.replace("http", "ws") + "/ws/monitor"
    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()
        assert await asyncio.to_thread(simulator.cut_streams) == 1
        with pytest.raises(websockets.ConnectionClosedError) as ended:
            await socket.recv()
        assert ended.value.rcvd is None
