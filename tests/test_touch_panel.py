# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The touch panel: read by Kivy's own thread, from a device that comes and goes."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk import window
from tests.support.app import open_window

# linux/input-event-codes.h
EV_SYN, EV_ABS = 0, 3
SLOT, X, Y, TRACKING_ID = 0x2F, 0x35, 0x36, 0x39


class Panels:
    """The panels that are connected: their nodes, and what each has to tell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: dict[Path, deque[SimpleNamespace]] = {}
        self.opened: list[Path] = []
        self.closed: list[Path] = []
        self.providers: list[Any] = []
        self.is_over = False

    def plug(self, name: str) -> None:
        self.events[self.folder / name] = deque()
        (self.folder / name).touch()

    def pull(self, name: str) -> None:
        (self.folder / name).unlink()

    def names(self) -> list[str]:
        return sorted(node.name for node in self.events if node.exists())

    def put(self, name: str, finger: int) -> None:
        self._tell(name, (SLOT, 0), (TRACKING_ID, finger), (X, 50), (Y, 50))

    def lift(self, name: str) -> None:
        self._tell(name, (SLOT, 0), (TRACKING_ID, -1))

    def _tell(self, name: str, *codes: tuple[int, int]) -> None:
        told = [SimpleNamespace(type=EV_ABS, code=code, value=value) for code, value in codes]
        self.events[self.folder / name].extend(
            (*told, SimpleNamespace(type=EV_SYN, code=0, value=0))
        )

    def device(self, name: Any) -> Device:
        """Open a node, as Kivy's ``Device`` does."""
        return Device(self, Path(os.fspath(name)))


class Device:
    """What libmtdev tells of an open node; after it has gone, that there is something, but what."""

    def __init__(self, panels: Panels, node: Path) -> None:
        if not node.exists():
            raise FileNotFoundError(errno.ENOENT, "no such node", str(node))
        self._panels, self._node, self._events = panels, node, panels.events[node]
        panels.opened.append(node)

    def get_abs(self, _axis: int) -> SimpleNamespace:
        return SimpleNamespace(minimum=0, maximum=100)

    def idle(self, _milliseconds: int) -> bool:
        if self._panels.is_over:
            raise OSError(errno.EIO, "the test is over")
        time.sleep(0.0001)
        return self._node.exists() and not self._events

    def get(self) -> SimpleNamespace | None:
        return self._events.popleft() if self._events else None

    def close(self) -> None:
        self._panels.closed.append(self._node)


@pytest.fixture
def panels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Panels]:
    """Return a machine's panels, all of them out; Kivy opens those that a test plugs in."""
    open_window()
    from kivy.base import EventLoop
    from kivy.input.factory import MotionEventFactory

    from kiosk import inputs

    known = MotionEventFactory.get("mtdev")
    if known is None:
        pytest.skip("Kivy has no such provider without libmtdev")
    made = Panels(tmp_path)
    monkeypatch.setattr("kivy.input.providers.mtdev.Device", made.device)
    monkeypatch.setattr(inputs, "touch_panels", made.names)
    monkeypatch.setattr(inputs, "_NODES", tmp_path)
    monkeypatch.setattr(inputs, "_HOTPLUG_SECONDS", 0.01)
    before = list(EventLoop.input_providers)
    inputs.wake_for_touch_panel()
    yield made
    made.is_over = True
    ended = asyncio.new_event_loop()
    ended.close()
    for provider in {*made.providers, *EventLoop.input_providers} - {*before}:
        if hasattr(provider, "thread"):
            provider._loop = ended
            provider.thread.join(10)
    EventLoop.input_providers[:] = before
    MotionEventFactory.register("mtdev", known)


async def listening(panels: Panels, name: str) -> Any:
    """Start the provider as Kivy does that has read ``name`` in its configuration."""
    from kivy.input.factory import MotionEventFactory

    provider = MotionEventFactory.get("mtdev")("panel", str(panels.folder / name))
    provider.start()
    panels.providers.append(provider)
    await comes(lambda: panels.opened)
    return provider


async def comes(condition: Callable[[], object]) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it does not come")


def heard(provider: Any) -> list[str]:
    """Return what Kivy's main thread is told of touches, in their order."""
    return [kind for kind, _touch in provider.queue]


async def test_what_the_panels_thread_reads_is_due_on_kivys_clock(panels: Panels) -> None:
    from kivy.clock import Clock

    due: list[float] = []
    panels.plug("event0")
    provider = await listening(panels, "event0")
    Clock.on_schedule = lambda event: due.append(event.timeout)
    try:
        panels.put("event0", 1)
        await comes(lambda: due)
    finally:
        del Clock.on_schedule
    assert heard(provider) == ["begin"]
    assert due == [0]


@pytest.mark.parametrize("node", ["event3", "event7"], ids=["its own", "another"])
async def test_a_panel_that_comes_back_is_heard_at_any_node(panels: Panels, node: str) -> None:
    panels.plug("event3")
    provider = await listening(panels, "event3")
    panels.pull("event3")
    await comes(lambda: panels.closed)
    panels.plug(node)
    await comes(lambda: len(panels.opened) == 2)
    panels.put(node, 1)
    panels.lift(node)
    await comes(lambda: heard(provider) == ["begin", "end"])
    assert panels.opened == [panels.folder / "event3", panels.folder / node]
    assert panels.closed == [panels.folder / "event3"], "no descriptor is left behind"


async def test_a_scanner_at_the_node_of_a_panel_that_has_gone_is_not_taken_for_it(
    panels: Panels,
) -> None:
    panels.plug("event3")
    await listening(panels, "event3")
    panels.pull("event3")
    await comes(lambda: panels.closed)
    (panels.folder / "scanner").touch()
    panels.events.clear()
    (panels.folder / "event3").touch()
    await asyncio.sleep(0.1)
    assert panels.opened == [panels.folder / "event3"]


async def test_a_finger_that_was_on_a_panel_when_it_went_is_lifted_beside_everything(
    panels: Panels,
) -> None:
    panels.plug("event3")
    provider = await listening(panels, "event3")
    panels.put("event3", 1)
    await comes(lambda: heard(provider) == ["begin"])
    panels.pull("event3")
    await comes(lambda: heard(provider) == ["begin", "update", "end"])
    (_kind, touch), *_ = provider.queue
    assert (touch.sx, touch.sy) == (-1, -1), "whoever loses the panel has tapped nothing"
    # The same number is another finger now.
    panels.plug("event4")
    await comes(lambda: len(panels.opened) == 2)
    panels.put("event4", 1)
    await comes(lambda: heard(provider)[3:] == ["begin"])


async def test_a_panel_that_breaks_is_opened_again(
    panels: Panels, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Path] = []

    def not_at_once(name: Any) -> Device:
        tries.append(Path(os.fspath(name)))
        if len(tries) < 3:
            raise OSError(errno.ENODEV, "no such device")
        return panels.device(tries[-1])

    monkeypatch.setattr("kivy.input.providers.mtdev.Device", not_at_once)
    panels.plug("event3")
    provider = await listening(panels, "event3")
    panels.put("event3", 1)
    await comes(lambda: heard(provider) == ["begin"])


async def test_a_panel_that_comes_after_the_start_takes_the_place_of_the_pointer(
    panels: Panels,
) -> None:
    from kivy.base import EventLoop
    from kivy.input.providers.mouse import MouseMotionEventProvider

    from kiosk.inputs import listen_to_panel

    EventLoop.input_providers[:] = [pointer := MouseMotionEventProvider("mouse", "")]
    pointer.start()
    listen_to_panel()
    assert EventLoop.input_providers == [pointer], "there is no panel yet"

    panels.plug("event5")
    listen_to_panel()
    listen_to_panel()
    (panel,) = EventLoop.input_providers
    await comes(lambda: panels.opened)
    panels.put("event5", 1)
    await comes(lambda: heard(panel) == ["begin"])


def test_what_is_looked_for_is_what_the_start_looks_for() -> None:
    from kiosk import inputs

    assert inputs.touch_panels is window.touch_panels
