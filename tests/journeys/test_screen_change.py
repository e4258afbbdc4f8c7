# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""From one screen to the next: made ready before it is asked for, drawn in the pass of the tap."""

from kiosk.pages import page_of
from kiosk.services.state.model import Route
from tests.support.app import running_kiosk


class Passes:
    """Counts the passes of the main loop, and the frames that were drawn in them."""

    def __init__(self) -> None:
        self.flips = 0

    @property
    def count(self) -> int:
        from kivy.clock import Clock

        return int(Clock.frames)

    def __enter__(self) -> "Passes":
        from kivy.core.window import Window

        Window.bind(on_flip=self._flip)
        return self

    def __exit__(self, *_error: object) -> None:
        from kivy.core.window import Window

        Window.unbind(on_flip=self._flip)

    def _flip(self, _window: object) -> None:
        self.flips += 1


async def test_the_menu_is_made_ready_without_a_frame() -> None:
    async with running_kiosk() as (kiosk, pilot):
        await pilot.settle()
        assert not kiosk.app.ahead.is_done
        with Passes() as passes:
            renders = kiosk.app.renders
            await pilot.wait_for(lambda: kiosk.app.ahead.is_done)
            await pilot.frame()
            # The first frame may show what was rendered just before.
            assert passes.flips <= kiosk.app.renders - renders + 1
        menu = kiosk.app._screens[Route.MENU]
        assert menu.parent is None
        assert menu.size == [kiosk.app.shell.width, kiosk.app.shell.screen.height]
        assert [tile.painted for tile in menu.grid.children[0].children if not tile.painted] == []


async def test_what_cannot_be_read_ahead_now_is_read_later(monkeypatch) -> None:
    monkeypatch.setattr("kiosk.ahead._AGAIN_SECONDS", 0.05)
    tries: list[str] = []

    def fails_once() -> None:
        tries.append("try")
        if len(tries) == 1:
            raise OSError("Too many open files")

    async with running_kiosk() as (kiosk, pilot):
        kiosk.app.ahead.then(fails_once)
        kiosk.app.ahead.then(lambda: tries.append("the next"))
        await pilot.wait_for(lambda: kiosk.app.ahead.is_done)
    assert tries == ["try", "try", "the next"]


async def test_what_is_read_ahead_is_every_screen() -> None:
    page_of.cache_clear()
    async with running_kiosk() as (kiosk, pilot):
        await pilot.wait_for(lambda: kiosk.app.ahead.is_done)
        before = page_of.cache_info().misses
        assert all(page_of(route).screen for route in Route)
        assert page_of.cache_info().misses == before


async def test_a_screen_is_drawn_in_the_pass_that_hears_of_the_tap() -> None:
    async with running_kiosk() as (kiosk, pilot):
        await pilot.wait_for(lambda: kiosk.app.ahead.is_done)
        await pilot.settle()
        x, y = pilot.target("menu").visible.centre
        pilot.finger.down(x, y)
        await pilot.settle()
        with Passes() as passes:
            before = passes.count
            pilot.finger.up()
            while passes.count == before:
                await pilot.frame()
            assert kiosk.app.shell.screen is kiosk.app._screens[Route.MENU]
            assert passes.flips == 1
