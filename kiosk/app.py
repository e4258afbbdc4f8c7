"""The Kivy application: theme, window, and the one hand-over from state to pixels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from kivy.base import stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivymd.app import MDApp

from kiosk import loop, thrift
from kiosk.ahead import Ahead
from kiosk.pacer import Pacer
from kiosk.pages import Page, page_of
from kiosk.screens.panel import Panel
from kiosk.screens.screen import KioskScreen
from kiosk.screens.shell import Shell
from kiosk.screens.theme import KioskTheme, register_fonts
from kiosk.services.state.model import Route
from kiosk.services.state.store import Store
from kiosk.services.views import panel, status
from kiosk.services.views.moment import Moment

# No time that is shown is older than this; a screen without any is not looked at again.
TICK_SECONDS = 1.0

_log = logging.getLogger("kiosk.app")

_ENTER, _KEYPAD_ENTER, _BACKSPACE, _ESCAPE = 13, 271, 8, 27


class KioskApp(MDApp):
    """Shows the store; calls intents. Any number of changes before a frame are one render."""

    def __init__(self, store: Store, intents: Any, now: Callable[[], float], **kwargs: Any) -> None:
        super().__init__(title="Kiosk", **kwargs)
        register_fonts()
        self.theme_cls = KioskTheme(dark=store.state.preferences.theme == "dark")
        self.store = store
        self.intents = intents
        self.shell: Shell | None = None
        self.renders = 0
        self._now = now
        self._panel = Panel(intents)
        self._screens: dict[Route, KioskScreen] = {}
        self._pacer = Pacer(self._render, now)
        self.ahead = Ahead(self._build_hidden)
        self._settle = Clock.create_trigger(_thrifty(thrift.give_back), thrift.SETTLED_SECONDS)
        self._trim = Clock.create_trigger(_thrifty(thrift.trim), thrift.TRIM_SECONDS, interval=True)
        self._tick = Clock.create_trigger(self._render, TICK_SECONDS)
        self._is_rendered = self._has_flipped = False
        self._seen: list[Callable[[], None]] = []
        self._rendered_seen: list[Callable[[], None]] = []
        self._ticks: list[Any] = []

    def build(self) -> Shell:
        """Build the shell and the first screen; others are built when they are first entered."""
        Window.clearcolor = self.theme_cls.backgroundColor
        self.shell = Shell(view=status.view_of(self.store.state, self._now()))
        self._trim()
        self._unsubscribe = self.store.subscribe(lambda: self._pacer.changed(self.store.state))
        self._keyboard = Window.request_keyboard(lambda: None, self.shell)
        # Five times a second it would look whether a telephone's keyboard was swiped away.
        Clock.unschedule(Window._check_keyboard_shown)  # noqa: SLF001 - nothing else stops it
        self._keyboard.bind(on_key_down=self._key_down, on_textinput=self._text_input)
        self._render()
        Clock.schedule_once(lambda _dt: _log.info("the first screen is on the panel"), 0)
        return self.shell

    async def async_run(self, async_lib: str | None = "asyncio") -> None:
        """Run until stopped, in the main loop that ``kiosk.window`` has prepared Kivy for."""
        if loop.is_prepared():
            loop.take_over(self._passed)
        try:
            await super().async_run(async_lib)
        finally:
            # Kivy leaves an app that broke in place; kv of the next would ask that for its sizes.
            if self.get_running_app() is self:
                super().stop()

    def on_start(self) -> None:
        """Lay over everything what darkens the panel, now that everything is in the window."""
        self._panel.lay_over()

    def after_flip(self, seen: Callable[[], None]) -> None:
        """Call ``seen`` each time that the panel shows a new frame: from the second flip on."""
        if not self._seen:
            Window.bind(on_flip=self._flip)
        self._seen.append(seen)

    def after_render(self, seen: Callable[[], None]) -> None:
        """Call ``seen`` each time that the panel shows what was rendered.

        That needs no new frame when it looks as before; Kivy's own main loop tells only of those.
        """
        if loop.is_prepared():
            self._rendered_seen.append(seen)
        else:
            self.after_flip(seen)

    def every(self, seconds: float, call: Callable[[], None]) -> None:
        """Call ``call`` by the clock of the frames for as long as they can be drawn."""
        self._ticks.append(Clock.schedule_interval(lambda _dt: call(), seconds))

    def _passed(self) -> None:
        if self._is_rendered:
            self._is_rendered = False
            for seen in self._rendered_seen:
                seen()

    def _flip(self, window: Any) -> bool:
        window.flip()
        if self._has_flipped:
            for seen in self._seen:
                seen()
        else:
            # SDL hands a frame over and waits for it before the next, which is therefore due now.
            self._has_flipped = True
            window.canvas.ask_update()
        return True  # the window's own handler would flip once more

    def stop(self, *_args: Any) -> None:
        """Leave the main loop; ``async_run`` puts the rest away behind it.

        Kivy's own way would do that at once, and the last frame's widgets would find no app.
        """
        self.release()
        stopTouchApp()

    def release(self) -> None:
        """Let go of clock, keyboard and store; may be called more than once."""
        Window.unbind(on_flip=self._flip)
        while self._ticks:
            self._ticks.pop().cancel()
        if self.shell is None:
            return
        self._unsubscribe()
        self._tick.cancel()
        self._pacer.cancel()
        self.ahead.cancel()
        self._settle.cancel()
        self._trim.cancel()
        self._keyboard.release()
        self._panel.release()
        self.shell = None
        self._screens.clear()

    def _render(self, *_args: Any) -> None:
        if self.shell is None:
            return
        state, now = self.store.state, Moment(self._now())
        self._pacer.drawn(state)
        panel_view = panel.view_of(state, now)
        self._panel.show(panel_view)
        self.theme_cls.switch(dark=panel_view.dark)
        Window.clearcolor = self.theme_cls.backgroundColor
        route = state.navigation.route
        page = page_of(route)
        view = page.view_of(state, now)
        screen = self._screens.get(route)
        if screen is None:
            screen = self._built(route, page, view)
        else:
            screen.show(view)
        self.shell.view = status.view_of(state, now)
        self.shell.show(screen)
        if state.service.presence != "connecting":
            self.ahead.begin()
        self.renders += 1
        self._is_rendered = True
        self._tick.cancel()
        if now.was_read:
            self._tick()

    def _built(self, route: Route, page: Page, view: object) -> KioskScreen:
        screen = self._screens[route] = page.screen(view=view, intents=self.intents)
        self._settle.cancel()
        self._settle()
        return screen

    def _build_hidden(self, route: Route) -> None:
        """Build a screen and have it laid out, so that showing it takes a frame and no more."""
        if self.shell is not None and route not in self._screens:
            page = page_of(route)
            view = page.view_of(self.store.state, Moment(self._now()))
            self.shell.make_room(self._built(route, page, view))

    def _key_down(self, _keyboard: Any, key: tuple[int, str], _text: str, _mods: Any) -> bool:
        self.intents.touched()
        code = key[0]
        sheet = self.store.state.navigation.parent is not None
        editing = self.store.state.navigation.route is Route.EDITOR
        if code == _ESCAPE and sheet:
            self.intents.back()
        elif code in {_ENTER, _KEYPAD_ENTER}:
            self.intents.hear_enter()
        elif code == _BACKSPACE and editing:
            self.intents.erase()
        return True

    def _text_input(self, _keyboard: Any, text: str) -> None:
        self.intents.touched()
        self.intents.hear_text(text)


def _thrifty(work: Callable[[], None]) -> Callable[[float], None]:
    """Return what lets go of the compiler, and has the work done beside the frames.

    That waits for the kernel, but the compiler is this thread's.
    """

    def begin(_dt: float) -> None:
        thrift.release_compiler()
        asyncio.get_running_loop().run_in_executor(None, work)

    return begin
