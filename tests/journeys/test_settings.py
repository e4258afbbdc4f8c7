# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The kiosk's own settings, by touch: what a tap changes is seen at once and is there tomorrow."""

import gc

import pytest

from kiosk.services.runtime.preferences import read
from kiosk.services.wire.features import Feature
from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at

PIN = "2580"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


def preferences(technician):
    return technician.kiosk.store.state.preferences


async def opens_settings(technician):
    await goes_to(technician, "settings")


async def taps_row(technician, key):
    await technician.pilot.settle()
    await technician.pilot.page_to(f"row:{key}")
    await technician.taps(f"row:{key}")


async def chooses(technician, name, value):
    await taps_row(technician, name)
    await technician.comes("back")
    await technician.pilot.settle()
    await technician.taps(f"row:{value}")
    await technician.until(lambda: str(getattr(preferences(technician), name)) == str(value))


def kept(folder):
    return read(folder / "settings.toml")


def pixel(technician):
    """Return the colour of the panel's background."""
    return tuple(technician.kiosk.app.theme_cls.backgroundColor)


async def test_every_setting_is_changed_by_touch_and_kept(folder):
    async with technician_at("http://127.0.0.1:9", state_dir=folder) as technician:
        await opens_settings(technician)
        await chooses(technician, "lang", "pt_BR")
        await technician.reads("Configurações")
        await chooses(technician, "lang", "en")
        before = pixel(technician)
        await chooses(technician, "theme", "dark")
        await technician.until(lambda: pixel(technician) != before)
        await chooses(technician, "dim_minutes", 30)
        await taps_row(technician, "brightness")
        await technician.taps("darker", "darker", "brighter")
        await technician.reads("90 %")
        await technician.taps("back")
        await taps_row(technician, "sound")
        await taps_row(technician, "feature:door")
        await technician.until(lambda: Feature.DOOR in technician.kiosk.store.state.off)
        await taps_row(technician, "base_url")
        await technician.pilot.type_keys("1")
        await technician.taps("accept")
        await technician.reads("Some changes need a restart.")
        await chooses(technician, "display", "hd10")
        await taps_row(technician, "key")
        await technician.taps("cancel")
        await technician.until(lambda: not technician.kiosk.store.state.busy)
        assert not technician.can_tap("restart")
        assert kept(folder) == {
            "lang": "en",
            "theme": "dark",
            "dim_minutes": 30,
            "brightness": 90,
            "sound": True,
            "base_url": "http://127.0.0.1:91",
            "display": "hd10",
            "features": {"door": False},
        }
    async with technician_at("http://127.0.0.1:9", state_dir=folder) as technician:
        # The settings file of a test is given like a command line; what nobody gave comes back.
        assert preferences(technician).brightness == 90
        assert preferences(technician).dim_minutes == 30
        assert Feature.DOOR in technician.kiosk.store.state.off


async def test_another_language_and_theme_keep_what_was_typed_and_scrolled(folder):
    async with technician_at("http://127.0.0.1:9", state_dir=folder, target=None) as technician:
        from kiosk.services.state.preferences import PreferenceChanged
        from kiosk.services.views import language

        async def switches(**values):
            for name, value in values.items():
                if name == "lang":
                    language.use(value)
                technician.kiosk.store.dispatch(PreferenceChanged(name, value))
            await technician.pilot.settle()

        await opens_settings(technician)
        await technician.pilot.page_to("row:feature:door")
        grid = technician.kiosk.app.shell.screen.grid
        scrolled = grid.scroll_y
        assert scrolled < 1
        await switches(lang="pt_BR", theme="dark")
        await technician.reads("Porta")
        assert grid.scroll_y == pytest.approx(scrolled)
        assert technician.kiosk.app.shell.screen.grid is grid

        await taps_row(technician, "base_url")
        await technician.pilot.type_keys("8")
        await switches(lang="en", theme="daylight")
        await technician.reads("Address of PiOrchestrator", "http://127.0.0.1:98")


async def test_a_theme_that_is_switched_is_that_of_what_is_hidden_and_leaves_nothing_behind(folder):
    with prompt_service(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url, state_dir=folder) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)")
            light = tile_colours(technician)
            await opens_settings(technician)
            await chooses(technician, "theme", "dark")
            await chooses(technician, "theme", "daylight")
            before = widgets_in_memory()
            await chooses(technician, "theme", "dark")
            assert widgets_in_memory() == before
            await goes_to(technician, "provision")
            await technician.pilot.settle()
            assert tile_colours(technician).isdisjoint(light)
            await technician.stops()


def tile_colours(technician):
    return {text.colour for tile in technician.widgets("DeviceTile") for text in tile.painted}


def widgets_in_memory():
    gc.collect()
    return sum(type(thing).__module__.startswith("kiosk.screens") for thing in gc.get_objects())


async def goes_to(technician, route):
    await technician.taps("menu")
    await technician.comes("back")
    await technician.pilot.page_to(f"row:{route}")
    await technician.taps(f"row:{route}")


async def test_rotation_turns_picture_and_touch_together(folder):
    async with technician_at("http://127.0.0.1:9", state_dir=folder) as technician:
        from kivy.core.window import Window

        for degrees in (180, 90):
            await opens_settings(technician)
            await chooses(technician, "rotation", degrees)
            await technician.until(lambda degrees=degrees: Window.rotation == degrees)
            # The finger is put on the glass where the turned picture has the button.
            await technician.taps("menu")
            await technician.comes("back")
            await technician.pilot.page_to("row:start")
            await technician.taps("row:start")


async def test_the_pin_stands_before_the_settings(folder):
    async with technician_at("http://127.0.0.1:9", state_dir=folder) as technician:
        await opens_settings(technician)
        await taps_row(technician, "pin")
        await technician.pilot.type_keys(PIN)
        await technician.taps("accept")
        await technician.until(lambda: preferences(technician).has_pin)
        await goes_to(technician, "start")
        await opens_settings(technician)
        await technician.pilot.type_keys("1111")
        await technician.taps("accept")
        await technician.reads("That is not the PIN.")
        await technician.until(lambda: not technician.sees("Try again in"))
        await technician.pilot.type_keys(PIN)
        await technician.taps("accept")
        await technician.until(lambda: technician.kiosk.store.state.lock.is_open)
        await taps_row(technician, "pin")
        await technician.taps("change-pin", "cancel")
        await technician.pilot.hold("remove-pin")
        await technician.until(lambda: not preferences(technician).has_pin)
        assert PIN not in (folder / "settings.toml").read_text()


async def test_a_broken_file_is_put_aside_and_told(folder):
    folder.mkdir()
    (folder / "settings.toml").write_text("theme = \n")
    async with technician_at("http://127.0.0.1:9", state_dir=folder) as technician:
        await technician.reads("could not be read and were put aside")
        assert [path.name for path in folder.glob("settings*")] == ["settings.toml.broken"]
        await technician.taps("dismiss")


async def test_the_kiosk_ends_for_systemd_to_start_it_again(folder, monkeypatch):
    monkeypatch.setenv("INVOCATION_ID", "0")
    async with technician_at("http://127.0.0.1:9", state_dir=folder) as technician:
        await opens_settings(technician)
        await chooses(technician, "display", "ws7")
        await technician.comes("restart")
        finger, target = technician.pilot.finger, technician.pilot.target("restart")
        await technician.pilot.settle()
        finger.down(*target.visible.centre)
        with pytest.raises(RuntimeError, match="the app has stopped"):
            await technician.until(lambda: False)
