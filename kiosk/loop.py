"""The main loop: it sleeps until there is something to do, and does that at once.

Kivy's own loop looks sixty times a second whether there is anything, and shows it at the next look.
This one makes a pass (clock, input, drawing) when an event of Kivy's clock is due, when one is
scheduled from outside a pass, as each change of the store does, and when there is input. Two frames
are never closer together than on the panel, nor is there more than one pass for each for long: one
that draws nothing may be followed at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from kivy.base import EventLoop, ExceptionManager, stopTouchApp
from kivy.cache import Cache
from kivy.clock import Clock
from kivy.config import Config

from kiosk.inputs import wake_for_touch_panel, watched
from kiosk.screens.frame import frame

SLOT_SECONDS = 1 / 60
# A pass that takes long is followed by a third of its time for everybody else.
_SLOW_PASS_SHARE = 4 / 3
# Kivy does it each second, and wakes for it.
_PURGE_SECONDS = 60.0

_POINTER = ("on_mouse_down", "on_mouse_move", "on_mouse_up")


def is_prepared() -> bool:
    """Return whether Kivy was told to leave the pace to this loop (``kiosk.window.prepare``)."""
    return bool(Config.getint("graphics", "maxfps") == 0)


def take_over(passed: Callable[[], None]) -> None:
    """Have Kivy's event loop run as a ``MainLoop`` from now on, which calls ``passed``."""
    EventLoop.async_mainloop = lambda: MainLoop(passed).run()
    wake_for_touch_panel()
    Clock.unschedule(Cache._purge_by_timeout)  # noqa: SLF001 - nothing else reaches it
    Clock.schedule_interval(Cache._purge_by_timeout, _PURGE_SECONDS)  # noqa: SLF001 - likewise


class MainLoop:
    """Runs passes of Kivy's event loop in the asyncio loop that it is awaited in.

    It calls ``passed`` after each of them: what was changed before is on the panel then.
    """

    def __init__(self, passed: Callable[[], None]) -> None:
        self._passed = passed
        self._woken = asyncio.Event()
        self._in_pass = False
        # When the last pass began, the last one that drew, and the next if they were spread evenly.
        self._began = self._drew = self._even = float("-inf")

    async def run(self) -> None:
        """Make passes until Kivy's event loop is told to stop; raises what breaks in one."""
        window = EventLoop.window
        Clock.on_schedule = self._scheduled
        EventLoop.add_event_listener(self)
        EventLoop.fbind("on_stop", self._wake)
        for name in _POINTER:
            window.fbind(name, self._wake)
        frame.begin()
        try:
            with watched(self._wake) as listen:
                while not EventLoop.quit and EventLoop.status == "started":
                    self._pass()
                    listen()
                    await self._until_due()
        finally:
            frame.end()
            for name in _POINTER:
                window.funbind(name, self._wake)
            EventLoop.funbind("on_stop", self._wake)
            EventLoop.remove_event_listener(self)
            del Clock.on_schedule
        EventLoop.close()

    def dispatch(self, _name: str, _kind: str, _motion: Any) -> None:
        """Listen to touches, as Kivy's event loop calls its listeners: one may change the look."""
        self._wake()

    def _pass(self) -> None:
        self._began = Clock.time()
        self._even = max(self._even, self._began) + SLOT_SECONDS
        drawn = frame.drawn
        try:
            # First, so that what a tap changes is drawn in this pass and not in the next.
            EventLoop.window.mainloop()
            EventLoop.dispatch_input()
            self._in_pass = True
            EventLoop.idle()
            if not EventLoop.quit and frame.draw_new():
                EventLoop.window.dispatch("on_flip")
            self._passed()
            # What has happened until now is drawn, or due by the clock.
            self._woken.clear()
            if EventLoop.status == "started":
                # Drawing may have read from the connection what would now not wake anybody.
                EventLoop.window.mainloop()
        except BaseException as error:
            if ExceptionManager.handle_exception(error) == ExceptionManager.RAISE:
                stopTouchApp()
                raise
        finally:
            self._in_pass = False
            if frame.drawn != drawn:
                self._drew = self._began
        if EventLoop.quit or EventLoop.window.canvas.needs_redraw:
            self._woken.set()

    async def _until_due(self) -> None:
        """Wait for the next pass's cause, and then for its slot."""
        # A turn for everybody else; several while passes take longer than their slots, for one
        # event of a stream takes several.
        await asyncio.sleep(0)
        took = Clock.time() - self._began
        slot = max(
            self._began + took * _SLOW_PASS_SHARE,
            self._drew + SLOT_SECONDS,
            self._even - SLOT_SECONDS,
        )
        wait = max(Clock.get_min_timeout(), slot) - Clock.time()
        if wait > 0:
            timer = asyncio.get_running_loop().call_later(wait, self._woken.set)
            await self._woken.wait()
            timer.cancel()
        if (wait := slot - Clock.time()) > 0:
            await asyncio.sleep(wait)

    def _scheduled(self, event: Any) -> None:
        """Hear of an event of the clock; those of a pass are counted at its end."""
        if not self._in_pass:
            # Kivy would count from the last pass, which may be long ago.
            event._last_dt = Clock.time()  # noqa: SLF001 - nothing else reaches it
            self._woken.set()

    def _wake(self, *_args: Any) -> None:
        self._woken.set()
