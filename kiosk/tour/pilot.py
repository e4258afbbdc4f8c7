"""Drives the running kiosk as a person does: looks at what is on the panel and touches it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image

from kiosk.app import KioskApp
from kiosk.screens.widgets.pressable import Pressable
from kiosk.screens.widgets.target import HoldTarget
from kiosk.tour.boxes import TargetBox
from kiosk.tour.finger import Finger
from kiosk.tour.inspect import is_on_panel, seen_widgets, targets_of, texts_of

Seen = TypeVar("Seen")

PATIENCE_SECONDS = 10.0
# As long as a quick person's finger stays on the panel; the pressed look lasts at least as long.
_TAP_SECONDS = 0.05
_QUIET_FRAMES = 3
_MOST_RESTLESS_FRAMES = 15
_DRAG_STEPS = 8
_MOST_PAGES = 40
_ENTER = 13


class NotOnScreenError(AssertionError):
    """What was to be touched or waited for is not there; the text says what is."""


class Pilot:
    """Touches ``app`` through Kivy's event loop and waits on frames, never for a fixed time.

    ``running`` is the task of the app's loop: when that breaks, so does whatever is waited for.
    """

    def __init__(self, app: KioskApp, running: asyncio.Future[Any]) -> None:
        self.app = app
        self.finger = Finger()
        self.finger.plug_in()
        self._running = running

    # To look

    def targets(self) -> tuple[TargetBox, ...]:
        """Return all targets whose middle can be touched, disabled ones too."""
        return targets_of([seen for seen in seen_widgets() if is_on_panel(seen)])

    def target(self, name: str) -> TargetBox:
        """Return the target of that name. Raises NotOnScreenError."""
        found = self._find(name)
        if found is None:
            raise NotOnScreenError(f"no target {name!r} on the screen.\n{self.describe()}")
        return found

    def texts(self) -> tuple[str, ...]:
        """Return all visible texts, icons not among them."""
        seen = [seen for seen in seen_widgets() if seen.visible.width and seen.visible.height]
        return tuple(text.text for text in texts_of(seen) if not text.icon)

    def text_on_screen(self, part: str) -> bool:
        """Return whether a visible text holds ``part``."""
        return any(part in text for text in self.texts())

    def describe(self) -> str:
        """Return what is on the screen, for people who read a failure."""
        targets = [t.name if t.enabled else f"({t.name})" for t in self.targets()]
        route = self.app.store.state.navigation.route
        return (
            f"screen: {route}\ntargets (disabled ones in brackets): {', '.join(targets)}\n"
            f"texts: {' | '.join(self.texts())}"
        )

    # To touch

    async def tap(self, *names: str, seconds: float = _TAP_SECONDS) -> None:
        """Tap the middle of each target, as soon as it is there, takes touches and stands still.

        What follows is seen in the next frames. Raises NotOnScreenError.
        """
        for name in names:
            await self.wait_for(name)
            x, y = (await self._at_rest(name)).visible.centre
            self.finger.down(x, y)
            await self._pass(seconds)
            self.finger.up()
            await self.frame()

    async def hold(self, name: str, seconds: float | None = None) -> None:
        """Keep the finger on a target until it acts, or for ``seconds``; then lift it."""
        if seconds is not None:
            await self.tap(name, seconds=seconds)
            return
        await self.wait_for(name)
        x, y = (await self._at_rest(name)).visible.centre
        button = next(
            seen.widget
            for seen in seen_widgets()
            if isinstance(seen.widget, HoldTarget) and seen.widget.name == name
        )
        acted = asyncio.Event()

        def act(_button: object) -> None:
            acted.set()

        button.fbind("on_held", act)
        try:
            self.finger.down(x, y)
            await self.wait_for(acted.is_set)
        finally:
            button.funbind("on_held", act)
        self.finger.up()
        await self.frame()

    async def drag(self, start: str | tuple[float, float], dy: float, *, dx: float = 0.0) -> None:
        """Slide from a target or a point by ``dy`` pixels upwards and ``dx`` to the right."""
        x, y = self.target(start).visible.centre if isinstance(start, str) else start
        self.finger.down(x, y)
        await self.frame()
        for step in range(1, _DRAG_STEPS + 1):
            share = step / _DRAG_STEPS
            self.finger.move(x + dx * share, y + dy * share)
            await self.frame()
        self.finger.up()
        await self.frame()

    async def page_to(self, name: str) -> None:
        """Turn the grid's pages, from the first on, until a target is there."""
        while self._is_ready("page-up"):
            await self.tap("page-up")
        await self.settle()
        while self._find(name) is None:
            if not self._is_ready("page-down"):
                raise NotOnScreenError(f"no page of the grid has {name!r}.\n{self.describe()}")
            await self.tap("page-down")
            await self.settle()

    async def type_keys(self, text: str) -> None:
        """Type on the keys on the screen: capitals by shift, the rest page by page."""
        await self.wait_for(self._has_keys)
        for character in text:
            if character == " ":
                await self.tap("key:space")
                continue
            capitals = self.app.store.state.editor.capitals
            if self._find("key:shift") is not None and character.isupper() != capitals:
                await self.tap("key:shift")
            await self._turn_to(f"key:{character}")
            await self.tap(f"key:{character}")

    async def scan(self, text: str) -> None:
        """Scan a code: a scanner types it quicker than any hand, and Enter at its end."""
        for character in text:
            Window.dispatch("on_key_down", ord(character), 0, character, [])
            Window.dispatch("on_textinput", character)
            Window.dispatch("on_key_up", ord(character), 0)
        Window.dispatch("on_key_down", _ENTER, 0, "", [])
        Window.dispatch("on_key_up", _ENTER, 0)
        await self.frame()

    # To wait

    async def frame(self) -> None:
        """Wait until one more frame was worked through and, where anything changed, drawn."""
        passed = asyncio.get_running_loop().create_future()

        def pass_by(_dt: float) -> None:
            if not passed.done():
                passed.set_result(None)

        event = Clock.schedule_once(pass_by, 0)
        await self._first(passed, event.cancel)

    async def settle(self) -> None:
        """Wait until nothing moves: some frames without a change, and nothing looks pressed.

        That is for a quarter of a second at most.
        """
        flips = _Flips()
        try:
            quiet = 0
            for _ in range(_MOST_RESTLESS_FRAMES):
                before = flips.count
                await self.frame()
                quiet = quiet + 1 if flips.count == before and not _is_pressed() else 0
                if quiet >= _QUIET_FRAMES:
                    return
        finally:
            flips.close()

    async def wait_for(
        self,
        what: Callable[[], object] | str,
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109 - its error says what is on the screen
    ) -> None:
        """Wait for a predicate to be true or a target of that name that takes touches.

        Raises NotOnScreenError after ``timeout`` seconds.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while not (self._is_ready(what) if isinstance(what, str) else what()):
            if asyncio.get_running_loop().time() > deadline:
                name = what if isinstance(what, str) else getattr(what, "__name__", "condition")
                raise NotOnScreenError(f"{name}: not within {timeout:g} s.\n{self.describe()}")
            await self.frame()

    async def wait_for_text(
        self,
        part: str,
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109 - as above
    ) -> None:
        """Wait until a visible text holds ``part``. Raises NotOnScreenError."""

        def text() -> bool:
            return self.text_on_screen(part)

        text.__name__ = f"text {part!r}"
        await self.wait_for(text, timeout)

    # To picture

    async def drawn(self, look: Callable[[], Seen]) -> Seen:
        """Return what ``look`` sees in a frame that was just drawn and is not yet flipped."""
        result: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()

        def on_flip(_window: object) -> None:
            if not result.done():
                result.set_result(look())

        Window.bind(on_flip=on_flip)
        try:
            Window.canvas.ask_update()
            await self.frame()
            await self._first(result)
            return result.result()
        finally:
            Window.unbind(on_flip=on_flip)

    async def screenshot(self, path: Path) -> None:
        """Save the panel's next frame as a PNG."""
        (await self.drawn(pixels)).save(path)

    # In the hand

    def _find(self, name: str) -> TargetBox | None:
        return next((target for target in self.targets() if target.name == name), None)

    def _is_ready(self, name: str) -> bool:
        found = self._find(name)
        return found is not None and found.enabled and not found.held_back

    def _has_keys(self) -> bool:
        return any(target.name.startswith("key:") for target in self.targets())

    async def _at_rest(self, name: str) -> TargetBox:
        """Return a target once it has stood still for some frames."""
        found, quiet = self.target(name), 0
        while quiet < _QUIET_FRAMES:
            await self.frame()
            before, found = found, self.target(name)
            quiet = quiet + 1 if found == before else 0
        return found

    async def _turn_to(self, key: str) -> None:
        for _ in range(_MOST_PAGES):
            await self.settle()
            if self._find(key) is not None:
                return
            await self.tap("key:page")
        raise NotOnScreenError(f"no page of the keyboard has {key!r}.\n{self.describe()}")

    async def _pass(self, seconds: float) -> None:
        end = Clock.time() + seconds
        await self.frame()
        while Clock.time() < end:
            await self.frame()

    async def _first(
        self, event: asyncio.Future[Any], give_up: Callable[[], object] = lambda: None
    ) -> None:
        await asyncio.wait({event, self._running}, return_when=asyncio.FIRST_COMPLETED)
        if not event.done():
            give_up()
            self._running.result()
            raise RuntimeError(f"the app has stopped (event loop {EventLoop.status})")


def _is_pressed() -> bool:
    widgets = (seen.widget for seen in seen_widgets())
    return any(isinstance(widget, Pressable) and widget.state == "down" for widget in widgets)


class _Flips:
    """Counts the frames that were really drawn."""

    def __init__(self) -> None:
        self.count = 0
        Window.bind(on_flip=self._on_flip)

    def close(self) -> None:
        Window.unbind(on_flip=self._on_flip)

    def _on_flip(self, _window: object) -> None:
        self.count += 1


def pixels() -> Image.Image:
    """Return the frame buffer as an image."""
    width, height = (int(side) for side in Window.system_size)
    data = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    image = Image.frombytes("RGBA", (width, height), data).convert("RGB")
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
