"""What wakes the main loop from outside: the window system, input nodes, the touch panel."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.config import Config
from kivy.core.window import Window
from kivy.input.factory import MotionEventFactory
from kivy.input.providers.mouse import MouseMotionEventProvider

from kiosk.window import SECTION, touch_panels

# What was just plugged in is heard after this long, by SDL and by us.
_HOTPLUG_SECONDS = 2.0
_NODES = Path("/dev/input")
# For a window system whose connection cannot be watched.
_POLL_SECONDS = 0.05
_READ_BYTES = 4096

Heard = Callable[[], None]
Listen = Callable[[], None]

_log = logging.getLogger("kiosk.inputs")


@contextmanager
def watched(heard: Heard) -> Iterator[Listen]:
    """Call ``heard`` when the window system has something for SDL to read, as its driver allows.

    Yields what has to be called each time that SDL has read, before the next wait.
    """
    loop = asyncio.get_running_loop()
    driver = Config.get(SECTION, "driver")
    if driver == "offscreen":
        yield _nothing
    elif driver == "kmsdrm":
        with _watched_nodes(loop, heard):
            yield _nothing
    elif (connection := _x_connection()) is not None:
        with _watched_connection(connection, loop, heard) as listen:
            yield listen
    else:
        with _every(_POLL_SECONDS, loop, heard):
            yield _nothing


def wake_for_touch_panel() -> None:
    """Have touches wake the loop: Kivy's provider reads them in a thread, into a queue.

    Call it before the app runs. Without libmtdev there is no such provider.
    """
    provider = MotionEventFactory.get("mtdev")
    if provider is None or issubclass(provider, _Waking):
        return
    MotionEventFactory.register("mtdev", type("WakingPanel", (_Waking, provider), {}))


class _Waking:
    """Mixed into Kivy's mtdev provider: whatever its thread queues wakes the loop.

    The thread goes on with the panel that there is, whatever became of the one before.
    """

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        super().start()  # type: ignore[misc]

    def _thread_run(self, **kwargs: Any) -> None:
        queue = _WakingQueue(kwargs["queue"].append, self._loop)
        while not self._loop.is_closed():
            node = _panel()
            # Until udev has given it to us Kivy would try to open it all the time.
            if node is not None and os.access(node, os.R_OK):
                run = {**kwargs, "queue": queue, "input_fn": _OnePanel(node)}
                try:
                    super()._thread_run(**run)  # type: ignore[misc]
                except Exception as error:  # noqa: BLE001 - whatever it was, the next panel is read
                    _log.warning("the touch panel %s cannot be read: %s", node, error)
                queue.let_go()
            time.sleep(_HOTPLUG_SECONDS)


class _OnePanel(os.PathLike[str]):
    """A panel's node for as long as it is there; the next one may be another.

    Kivy's thread asks for it to open it; again when it has gone, to see whether it is back; and
    then, after closing it, to open it anew. There its run ends.
    """

    def __init__(self, node: Path) -> None:
        self._node = node
        self._answers = iter((node, node.parent))

    def __fspath__(self) -> str:
        answer = next(self._answers, None)
        if answer is None:
            raise FileNotFoundError("it has gone")
        return str(answer)

    def __str__(self) -> str:
        return str(self._node)


class _WakingQueue:
    def __init__(self, append: Callable[[Any], None], loop: asyncio.AbstractEventLoop) -> None:
        self._append = append
        self._loop = loop
        self._touches: list[Any] = []

    def append(self, event: tuple[str, Any]) -> None:
        kind, touch = event
        if kind == "begin":
            self._touches.append(touch)
        elif kind == "end":
            self._touches.remove(touch)
        self._append(event)
        with suppress(RuntimeError):  # the loop has ended, and nobody listens any more
            self._loop.call_soon_threadsafe(Clock.schedule_once, _nothing, 0)

    def let_go(self) -> None:
        """Lift the fingers that were on a panel that has gone, beside it: nothing is tapped."""
        for touch in list(self._touches):
            touch.move({})
            self.append(("update", touch))
            touch.update_time_end()
            self.append(("end", touch))


def _panel() -> Path | None:
    """Return the touch panel's node, maybe another one each time that it is plugged in."""
    panels = touch_panels()
    return _NODES / panels[0] if panels else None


def listen_to_panel() -> None:
    """Listen to a touch panel that came after the start, in place of the pointer."""
    node, provider = _panel(), MotionEventFactory.get("mtdev")
    listening = EventLoop.input_providers
    if node is None or provider is None or any(isinstance(p, _Waking) for p in listening):
        return
    for pointer in [p for p in listening if isinstance(p, MouseMotionEventProvider)]:
        EventLoop.remove_input_provider(pointer)
        pointer.stop()
    panel = provider("panel", str(node))
    EventLoop.add_input_provider(panel)
    panel.start()


def _nothing(_dt: float = 0.0) -> None:
    """Be something to call."""


def _x_connection() -> int | None:
    """Return the descriptor of SDL's connection to the X server, or None when it has none."""
    display = getattr(Window.get_window_info(), "display", None)
    if not display:
        return None
    try:
        number = ctypes.CDLL("libX11.so.6").XConnectionNumber
    except (OSError, AttributeError):
        return None
    number.argtypes = [ctypes.c_void_p]
    return int(number(display))


@contextmanager
def _watched_connection(
    connection: int, loop: asyncio.AbstractEventLoop, heard: Heard
) -> Iterator[Listen]:
    def hear() -> None:
        # It stays readable until SDL has read, which is for the next pass to have done.
        loop.remove_reader(connection)
        heard()

    try:
        yield lambda: loop.add_reader(connection, hear)
    finally:
        loop.remove_reader(connection)


@contextmanager
def _every(seconds: float, loop: asyncio.AbstractEventLoop, act: Heard) -> Iterator[None]:
    async def again() -> None:
        while True:
            await asyncio.sleep(seconds)
            act()

    task = loop.create_task(again(), name="look for input")
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def _watched_nodes(loop: asyncio.AbstractEventLoop, heard: Heard) -> Iterator[None]:
    nodes = InputNodes(_NODES, loop, heard)

    def look() -> None:
        heard()  # SDL, too, finds new devices when it is asked for events
        nodes.look()
        listen_to_panel()

    nodes.look()
    try:
        with _every(_HOTPLUG_SECONDS, loop, look):
            yield
    finally:
        nodes.close()


class InputNodes:
    """The keyboards and scanners that SDL reads on a console without a desktop.

    SDL does not show its descriptors, so each node is opened a second time, only to be told that
    there is something: the kernel gives every reader all events. The touch panel is not among
    them; it has a provider of its own.
    """

    def __init__(self, folder: Path, loop: asyncio.AbstractEventLoop, heard: Heard) -> None:
        self._folder = folder
        self._loop = loop
        self._heard = heard
        self._open: dict[Path, int] = {}

    def look(self) -> None:
        """Watch the nodes that are there now."""
        panels = set(touch_panels())
        there = {node for node in self._folder.glob("event*") if node.name not in panels}
        for node in self._open.keys() - there:
            self._leave(node)
        for node in there - self._open.keys():
            try:
                descriptor = os.open(node, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError:
                continue  # not for this user, or gone again
            self._open[node] = descriptor
            self._loop.add_reader(descriptor, self._read, node)

    def close(self) -> None:
        """Watch none any more."""
        for node in list(self._open):
            self._leave(node)

    def _read(self, node: Path) -> None:
        try:
            while os.read(self._open[node], _READ_BYTES):
                pass
        except BlockingIOError:
            self._heard()
        except OSError:
            self._leave(node)
        else:
            self._leave(node)

    def _leave(self, node: Path) -> None:
        descriptor = self._open.pop(node)
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
