# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""Drawing only what is new looks like drawing everything."""

from contextlib import contextmanager
from itertools import cycle

import pytest
from PIL import ImageChops

from kiosk import thrift
from kiosk.services.state.actions import SessionOpened
from kiosk.services.state.feed import ConnectionChanged, SnapshotLoaded
from kiosk.services.state.preferences import PreferenceChanged
from kiosk.services.wire.events import DeviceUpdated
from kiosk.services.wire.provisioning import Candidate, Session, SessionSnapshot
from tests.soak.census import malloc_mib
from tests.support.app import running_kiosk

SESSION = Session(id="s", state="active")
_SIGNALS = cycle(range(-90, -40))


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """However slow the machine is, news are never too old to keep frames for them."""
    monkeypatch.setattr("kiosk.screens.frame._KEPT_SECONDS", 1000.0)


def mac(number):
    return f"AA:BB:CC:00:00:{number:02X}"


def shows(kiosk, number):
    """Show so many devices that are being set up, at a moment that lasts."""
    kiosk.app._now = lambda: 100.0
    found = tuple(Candidate(mac=mac(n), state="provisioning") for n in range(number))
    kiosk.store.dispatch(SessionOpened(SESSION, 0.0))
    kiosk.store.dispatch(SnapshotLoaded(SessionSnapshot(session=SESSION, devices=found), 0.0))
    kiosk.store.dispatch(ConnectionChanged("live"))


def news(number, **said):
    device = Candidate(mac=mac(number), **said)
    return DeviceUpdated(
        mac=mac(number),
        session_id="s",
        at=None,
        state=device.state,
        previous_state=None,
        progress=None,
        error=None,
        device=device,
    )


@contextmanager
def flips():
    """Note each frame that is shown, and whether all of it was drawn."""
    from kivy.core.window import Window

    from kiosk.tour.pilot import pixels

    shown = []
    wholes = []

    def draw(_window):
        wholes.append(True)

    def flip(_window):
        shown.append((pixels(), bool(wholes)))
        wholes.clear()

    Window.bind(on_draw=draw, on_flip=flip)
    try:
        yield shown
    finally:
        Window.unbind(on_draw=draw, on_flip=flip)


def same(one, other):
    return ImageChops.difference(one, other).getbbox() is None


async def whole(pilot):
    """Return the panel as Kivy alone draws it."""
    from kivy.core.window import Window

    from kiosk.screens.frame import frame
    from kiosk.tour.pilot import pixels

    frame.end()
    try:
        return await pilot.drawn(pixels)
    finally:
        frame.begin()
        Window.canvas.ask_update()
        await pilot.frame()


async def patched(kiosk, pilot, change):
    """Make the change until a frame with nothing else in it shows it; return that frame."""
    await pilot.settle()
    # The first news have everything drawn once more, to be kept.
    kiosk.store.dispatch(news(0, state="verifying", rssi=next(_SIGNALS)))
    await pilot.settle()
    with flips() as shown:
        kiosk.store.dispatch(change)
        await pilot.settle()
    return next((picture for picture, is_whole in shown if not is_whole), None)


@pytest.mark.parametrize("number", [5, 60], ids=["cards", "tiles"])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
async def test_a_tile_alone_looks_as_it_does_in_a_whole_frame(number, degrees):
    async with running_kiosk() as (kiosk, pilot):
        kiosk.store.dispatch(PreferenceChanged("rotation", degrees))
        shows(kiosk, number)
        await pilot.settle()
        # No state that we know: it may come and go. Where the machine is slow something else may be
        # drawn, too, or not be at rest yet; then another frame is looked at.
        for state in ("charging", "aligning") * 5:
            seen = await patched(kiosk, pilot, news(1, state=state, rssi=-50))
            if seen is not None and same(seen, await whole(pilot)):
                return
        assert seen is not None
        assert same(seen, await whole(pilot))


async def test_what_lies_over_a_tile_lies_over_its_news():
    from kivy.core.window import Window
    from kivy.uix.widget import Widget

    async with running_kiosk() as (kiosk, pilot):
        shows(kiosk, 60)
        await pilot.settle()
        over = Widget()
        Window.add_widget(over)
        try:
            assert await patched(kiosk, pilot, news(1, state="verifying")) is None
        finally:
            Window.remove_widget(over)


async def test_a_tile_cut_by_its_grid_stays_cut():
    async with running_kiosk() as (kiosk, pilot):
        shows(kiosk, 60)
        await pilot.settle()
        grid = next(w for w in kiosk.app.shell.walk() if type(w).__name__ == "DeviceGrid")
        grid.scroll_y = 0.97
        await pilot.settle()
        assert await patched(kiosk, pilot, news(1, state="verifying")) is None
        with flips() as shown:
            kiosk.store.dispatch(news(2, state="verifying"))
            await pilot.settle()
        assert same(shown[-1][0], await whole(pilot))


async def test_news_of_devices_out_of_sight_draw_nothing():
    async with running_kiosk() as (kiosk, pilot):
        shows(kiosk, 60)
        await pilot.settle()
        assert await patched(kiosk, pilot, news(59, state="verifying")) is None


async def test_tiles_are_seen_from_their_first_painting_on():
    async with running_kiosk() as (kiosk, pilot):
        shows(kiosk, 60)
        await pilot.settle()
        tiles = [w for w in kiosk.app.shell.walk() if type(w).__name__ == "DeviceTile"]
        assert len(tiles) > 5
        assert all(any(tile._picture.texture.pixels) for tile in tiles)


@pytest.mark.parametrize("degrees", [0, 90])
async def test_a_second_that_passes_draws_its_texts_alone(degrees):
    async with running_kiosk() as (kiosk, pilot):
        kiosk.store.dispatch(PreferenceChanged("rotation", degrees))
        shows(kiosk, 60)
        # With this, whole frames are kept.
        await patched(kiosk, pilot, news(1, state="verifying"))
        with flips() as shown:
            kiosk.app._now = lambda: 101.0
            kiosk.app._render()
            await pilot.settle()
        assert [is_whole for _, is_whole in shown] == [False]
        assert same(shown[0][0], await whole(pilot))


async def test_a_text_that_has_gone_is_not_seen():
    async with running_kiosk() as (kiosk, pilot):
        ticker = next(w for w in kiosk.app.shell.walk() if type(w).__name__ == "Ticker")
        ticker.text = ""
        await pilot.settle()
        assert ticker.painted == ()
        assert ticker._picture.spot()[2:] == (0, 0)
        ticker.text = "5 s"
        await pilot.settle()
        assert [text.text for text in ticker.painted] == ["5 s"]
        assert ticker._picture.spot()[2] > 0


async def test_tiles_are_painted_with_one_shader_program(monkeypatch):
    from kivy.graphics import Fbo

    from kiosk.screens.widgets import picture

    made = []
    monkeypatch.setattr(picture, "Fbo", lambda **how: made.append(how) or Fbo(**how))
    picture._one_easel.cache_clear()

    async with running_kiosk() as (kiosk, pilot):
        shows(kiosk, 60)
        await pilot.settle()
        assert len(made) == 1


async def test_shaders_are_compiled_after_the_compiler_was_released():
    from kivy.graphics import Color, Fbo, Rectangle

    async with running_kiosk():
        Fbo(size=(2, 2))
        used = malloc_mib()
        thrift.release_compiler()
        assert malloc_mib() < used - 1
        fresh = Fbo(size=(2, 2))
        with fresh:
            Color(1, 0, 0, 1)
            Rectangle(size=(2, 2))
        fresh.draw()
        assert fresh.pixels == b"\xff\x00\x00\xff" * 4
