# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The pilot's touches are real: they go through the window and Kivy's dispatch."""

import pytest
from PIL import Image

from kiosk.displays import DISPLAYS
from kiosk.services.state.actions import SessionOpened
from kiosk.services.state.feed import ConnectionChanged, SnapshotLoaded
from kiosk.services.wire.provisioning import Candidate, Session, SessionSnapshot
from tests.support.app import open_window

DEVICES = 60


@pytest.fixture(scope="module", autouse=True)
def window():
    open_window()


def pixels(mm):
    from kivy.metrics import mm as pixels_of

    return pixels_of(mm)


def show_devices(kiosk):
    session = Session(id="s-1", state="active")
    devices = tuple(
        Candidate(mac=f"AA:BB:CC:00:{n:02X}:01", state="discovered", in_allowlist=True)
        for n in range(DEVICES)
    )
    for action in (
        SessionOpened(session, 0.0),
        SnapshotLoaded(SessionSnapshot(session=session, devices=devices), 0.0),
        ConnectionChanged("live"),
    ):
        kiosk.store.dispatch(action)


def widget_of(kiosk, name):
    return next(w for w in kiosk.app.shell.walk() if getattr(w, "name", None) == name)


def first_tile(pilot):
    return next(target.name for target in pilot.targets() if target.name.startswith("device:"))


async def test_a_touch_presses_in_the_next_frame_and_acts_when_lifted(running_kiosk):
    async with running_kiosk() as (kiosk, pilot):
        await pilot.wait_for("password")
        await pilot.settle()
        password = widget_of(kiosk, "password")

        pilot.finger.down(*pilot.target("password").visible.centre)
        assert password.state == "normal"
        await pilot.frame()
        assert password.state == "down"
        assert kiosk.store.state.navigation.route == "start"
        pilot.finger.up()
        await pilot.frame()

        assert kiosk.store.state.navigation.route == "editor"


async def test_a_finger_lifted_beside_its_target_does_nothing(running_kiosk):
    async with running_kiosk() as (kiosk, pilot):
        await pilot.wait_for("password")
        await pilot.settle()

        await pilot.drag("password", -pixels(25))

        assert kiosk.store.state.navigation.route == "start"


async def test_a_tap_that_wobbles_is_a_tap(running_kiosk):
    async with running_kiosk() as (kiosk, pilot):
        show_devices(kiosk)
        await pilot.wait_for("page-down")
        await pilot.settle()
        name = first_tile(pilot)

        await pilot.drag(name, pixels(5), dx=pixels(3))

        assert kiosk.store.state.navigation.route == "device"
        assert name == f"device:{kiosk.store.state.navigation.subject}"


async def test_a_finger_that_moves_far_scrolls_and_taps_nothing(running_kiosk):
    async with running_kiosk() as (kiosk, pilot):
        show_devices(kiosk)
        await pilot.wait_for("page-down")
        await pilot.settle()
        before = [target.name for target in pilot.targets()]

        await pilot.drag(first_tile(pilot), pixels(40))
        await pilot.settle()

        assert kiosk.store.state.navigation.route == "provision"
        assert [target.name for target in pilot.targets()] != before


async def test_a_scrolled_tile_is_touched_where_it_stands_on_the_panel(running_kiosk):
    async with running_kiosk() as (kiosk, pilot):
        show_devices(kiosk)
        last = f"device:AA:BB:CC:00:{DEVICES - 1:02X}:01"
        await pilot.wait_for("page-down")

        await pilot.page_to(last)
        await pilot.tap(last)

        assert last == f"device:{kiosk.store.state.navigation.subject}"


async def test_a_hold_is_longer_than_a_tap(running_kiosk):
    async with running_kiosk() as (kiosk, pilot):
        show_devices(kiosk)

        await pilot.tap("stop")
        assert "stop" not in kiosk.store.state.busy
        await pilot.hold("stop")

        await pilot.wait_for(lambda: kiosk.store.state.notice is not None)
        assert kiosk.store.state.notice.command == "stop"


async def test_the_keyboard_on_the_screen_types_capitals_signs_and_spaces(running_kiosk):
    async with running_kiosk() as (kiosk, pilot):
        await pilot.tap("password")

        await pilot.type_keys("aB 9-É")
        await pilot.tap("eye")

        await pilot.wait_for_text("aB 9-É")
        assert kiosk.store.state.editor.text.get_secret_value() == "aB 9-É"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_touches_find_their_target_on_a_turned_panel(running_kiosk, rotation):
    async with running_kiosk() as (kiosk, pilot):
        from kivy.core.window import Window

        Window.rotation = rotation
        try:
            await pilot.settle()
            await pilot.tap("password")
            assert kiosk.store.state.navigation.route == "editor"
        finally:
            Window.rotation = 0


async def test_waiting_in_vain_says_what_is_on_the_screen(running_kiosk):
    from kiosk.tour.pilot import NotOnScreenError

    async with running_kiosk() as (_kiosk, pilot):
        await pilot.wait_for("password")
        with pytest.raises(NotOnScreenError) as failure:
            await pilot.wait_for("provision-all", timeout=0.05)

    assert "provision-all: not within 0.05 s" in str(failure.value)
    assert "(start)" in str(failure.value)
    assert "Its password" in str(failure.value)


async def test_a_kiosk_that_breaks_ends_the_wait_with_its_own_error(running_kiosk):
    async def broken_kiosk():
        from kivy.clock import Clock

        async with running_kiosk() as (_kiosk, pilot):
            Clock.schedule_once(lambda _dt: 1 // 0, 0)
            await pilot.wait_for("never-there")

    with pytest.raises(ZeroDivisionError):
        await broken_kiosk()

    # The next one has nothing of it: kv of the first would have given it the smaller text.
    async with running_kiosk(display="td2-7") as (kiosk, pilot):
        await pilot.settle()
        label = next(w for w in kiosk.app.shell.walk() if type(w).__name__ == "Words")
        assert label.font_size == kiosk.app.theme_cls.body_size


@pytest.mark.parametrize("display", ["td2-7", "ws7", "td1"])
async def test_one_process_runs_panels_of_any_size_one_after_another(
    running_kiosk, display, tmp_path
):
    panel = DISPLAYS[display]
    async with running_kiosk(display=display) as (_kiosk, pilot):
        await pilot.wait_for("password")
        await pilot.settle()
        await pilot.screenshot(tmp_path / "panel.png")
        height = pilot.target("timeouts").box.height / panel.pixels_per_mm

    with Image.open(tmp_path / "panel.png") as image:
        assert image.size == (panel.width, panel.height)
        assert len(image.getcolors(maxcolors=1_000_000)) > 3
    assert height >= 15
