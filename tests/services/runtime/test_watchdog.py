"""The watchdog: what systemd is told, and when it is told nothing."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.services.runtime.watchdog import (
    STATUS_SECONDS,
    ServiceManager,
    Watchdog,
    watchdog_seconds,
)
from tests.support.clock import FakeClock

_names = itertools.count()


class Systemd:
    """The other end of the socket."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{name[1:]}" if name.startswith("@") else name)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return messages

    def meals(self) -> int:
        return sum("WATCHDOG=1" in message.splitlines() for message in self.heard())

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["a file", "an abstract name"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    is_file = request.param == "a file"
    name = str(tmp_path / "s") if is_file else f"@kiosk-test-{os.getpid()}-{next(_names)}"
    manager = Systemd(name)
    yield manager
    manager.close()


@pytest.fixture
def told(systemd: Systemd) -> Iterator[ServiceManager]:
    manager = ServiceManager({"NOTIFY_SOCKET": systemd.name})
    yield manager
    manager.close()


@asynccontextmanager
async def running(
    manager: ServiceManager, clock: FakeClock, *, seconds: float | None = 10.0, line: str = "shown"
) -> AsyncIterator[Watchdog]:
    watchdog = Watchdog(manager, clock, lambda: line, seconds=seconds)
    task = asyncio.create_task(watchdog.run())
    try:
        yield watchdog
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_it_is_fed_at_half_its_time_while_frames_are_drawn(
    systemd: Systemd, told: ServiceManager
) -> None:
    clock = FakeClock()
    async with running(told, clock) as watchdog:
        for _ in range(4):
            await clock.advance(4.9)
            assert not systemd.meals()
            watchdog.drawn()
            await clock.advance(0.1)
            assert systemd.meals() == 1


async def test_a_hung_panel_feeds_it_once_more_at_most_and_a_late_frame_at_once(
    systemd: Systemd, told: ServiceManager
) -> None:
    clock = FakeClock()
    async with running(told, clock) as watchdog:
        watchdog.drawn()
        await clock.advance(60)
        assert systemd.meals() == 1
        watchdog.drawn()
        await clock.advance(0)
        assert systemd.meals() == 1
        await clock.advance(60)
        assert not systemd.meals()


async def test_a_hung_network_loop_does_not_feed_it_though_frames_are_drawn(
    systemd: Systemd, told: ServiceManager
) -> None:
    clock = FakeClock()
    async with running(told, clock) as watchdog:
        # Nobody wakes the tasks; Kivy's clock goes on.
        clock.now += 60
        for _ in range(60):
            watchdog.drawn()
        assert systemd.heard() == []


async def test_ready_is_the_first_flip_and_no_other(systemd: Systemd, told: ServiceManager) -> None:
    async with running(told, FakeClock(), line="start: No service") as watchdog:
        assert systemd.heard() == []
        watchdog.flipped()
        watchdog.flipped()
        assert systemd.heard() == ["READY=1\nSTATUS=start: No service"]
        watchdog.ending()
        assert systemd.heard() == ["STOPPING=1\nSTATUS=ending"]


async def test_the_status_is_one_short_line_whatever_is_shown(
    systemd: Systemd, told: ServiceManager
) -> None:
    async with running(told, FakeClock(), line="a\nREADY=1\n" + "x" * 5000) as watchdog:
        watchdog.flipped()
    (message,) = systemd.heard()
    assert len(message) < 300
    assert message.splitlines()[1].startswith("STATUS=a READY=1 xxx")


async def test_without_a_watchdog_only_the_status_is_told(
    systemd: Systemd, told: ServiceManager
) -> None:
    clock = FakeClock()
    async with running(told, clock, seconds=None) as watchdog:
        watchdog.drawn()
        await clock.advance(STATUS_SECONDS)
    assert systemd.heard() == ["STATUS=shown"]


async def test_frames_are_asked_for_several_times_between_two_meals(told: ServiceManager) -> None:
    async with running(told, FakeClock(), seconds=2.0) as watchdog:
        assert watchdog.tick_seconds == 0.25


def test_a_manager_that_is_gone_is_told_of_once_and_comes_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = str(tmp_path / "notify")
    manager = ServiceManager({"NOTIFY_SOCKET": name})
    manager.tell(READY="1")
    manager.tell(READY="1")
    assert len(caplog.records) == 1
    systemd = Systemd(name)
    manager.tell(READY="1")
    assert systemd.heard() == ["READY=1"]
    systemd.close()
    manager.close()


def test_a_manager_that_does_not_listen_holds_nobody_up(systemd: Systemd) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": systemd.name})
    for _ in range(10_000):
        manager.tell(STATUS="x" * 100)
    assert 0 < len(systemd.heard()) < 10_000
    manager.close()


@pytest.mark.parametrize("name", ["", "relative", "vsock:2:1234"])
def test_without_a_socket_nobody_is_told(name: str) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": name})
    manager.tell(READY="1")
    assert not manager.is_there
    manager.close()


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "42"}, 2.0),
        ({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "43"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_time_is_what_systemd_says_to_this_process(
    environment: dict[str, str], seconds: float | None
) -> None:
    assert watchdog_seconds(environment, 42) == seconds
