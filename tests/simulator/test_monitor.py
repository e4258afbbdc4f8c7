from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import websockets

from kiosk.simulator.connections import Connections
from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.engine import Engine
from kiosk.simulator.hub import Hub
from kiosk.simulator.machine import Machine
from kiosk.simulator.routes import monitor
from tests.simulator.disk import Disk
from tests.simulator.worlds import WorldBench
from tests.support.simulator import SimulatorProcess


@pytest.fixture(scope="module")
def watched() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(devices=0) as simulator:
        yield simulator


def url_of(simulator: SimulatorProcess) -> str:
    return simulator.url.replace("http", "ws") + "/ws/monitor"


def misbehave(simulator: SimulatorProcess, mode: str, times: int | None = None) -> None:
    body = {"mode": mode, "times": times}
    simulator.call("POST", "/_simulator/monitor", json=body).raise_for_status()


async def first_of(simulator: SimulatorProcess) -> str:
    async with websockets.connect(url_of(simulator), proxy=None) as socket:
        return str(await socket.recv())


async def said(monkeypatch: pytest.MonkeyPatch, mode: monitor.Mode, count: int) -> list[str]:
    """Return the first messages of a connection that is treated so."""
    monkeypatch.setattr(monitor, "UPDATE_INTERVAL", 0.0)
    bench = WorldBench(devices=0)
    engine = Engine(bench.world, Disk(), DIALECTS["handoff"](), Hub(), lambda: bench.now)
    messages: list[str] = []

    async def send_text(message: str) -> None:
        bench.now += 5
        messages.append(message)
        if len(messages) == count:
            raise RuntimeError("the client is gone")

    routes = monitor.MonitorRoutes(engine, Machine(seed=1), Connections())
    socket: Any = SimpleNamespace(send_text=send_text)
    await routes._tell(socket, mode)
    return messages


async def test_it_can_refuse_so_many_times(watched: SimulatorProcess) -> None:
    misbehave(watched, "refuse", times=2)
    for _ in range(2):
        with pytest.raises(websockets.InvalidStatus, match="403"):
            await first_of(watched)
    assert "initial_data" in await first_of(watched)


async def test_it_can_accept_and_close(watched: SimulatorProcess) -> None:
    misbehave(watched, "close", times=1)
    with pytest.raises(websockets.ConnectionClosedError) as closed:
        await first_of(watched)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


async def test_it_can_stall(watched: SimulatorProcess) -> None:
    misbehave(watched, "stall", times=1)
    async with websockets.connect(url_of(watched), proxy=None) as socket:
        await socket.send('{"type":"ping"}')
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await socket.recv()


async def test_it_misbehaves_until_told_otherwise(watched: SimulatorProcess) -> None:
    misbehave(watched, "refuse")
    for _ in range(3):
        with pytest.raises(websockets.InvalidStatus):
            await first_of(watched)
    misbehave(watched, "normal")
    assert "initial_data" in await first_of(watched)


def is_monitoring(message: str) -> bool:
    """Tell whether every group of what was said is an object of plain values."""
    try:
        data = json.loads(message, parse_constant=lambda name: {}[name])["data"]
        groups = [group for group in data.values() if not isinstance(group, str | int)]
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    return all(isinstance(group, dict) for group in groups) and "system_health" in data


async def test_garbage_is_never_monitoring(monkeypatch: pytest.MonkeyPatch) -> None:
    messages = await said(monkeypatch, "garbage", 12)
    assert messages[0] == messages[9]
    assert len(set(messages)) == 9
    assert messages[1].startswith("<!doctype html>")
    assert not any(is_monitoring(message) for message in messages)
    assert any("NaN" in message for message in messages)
    assert all(is_monitoring(message) for message in await said(monkeypatch, "normal", 3))


async def test_frozen_data_has_the_same_timestamp_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen = await said(monkeypatch, "frozen", 4)
    assert len(set(frozen)) == 1
    assert json.loads(frozen[0])["type"] == "initial_data"
    moving = await said(monkeypatch, "normal", 4)
    assert len({json.loads(message)["data"]["timestamp"] for message in moving}) == 4


@pytest.mark.parametrize("body", [{}, {"mode": "angry"}, {"mode": "stall", "times": 0}, [1]])
def test_what_is_no_mode_is_refused(watched: SimulatorProcess, body: object) -> None:
    assert watched.call("POST", "/_simulator/monitor", json=body).status_code == 400
