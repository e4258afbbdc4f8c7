"""What a tap in the settings means: it counts at once and is kept; the PIN stands before them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.services.runtime.preferences import read
from kiosk.services.state import actions as a
from kiosk.services.state import preferences as p
from kiosk.services.state.model import Route
from kiosk.services.views import language
from kiosk.services.wire.features import Feature
from tests.services.runtime.fakes import Kit

PIN, WRONG = "2580", "1111"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    language.use("en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "settings.toml"


@pytest.fixture
def kit(path: Path) -> Kit:
    made = Kit(settings_file=path)
    made.store.dispatch(
        p.PreferencesKnown(p.Preferences(base_url="http://pi:8081", started=(("display", "td1"),)))
    )
    made.intents.open("settings")
    return made


async def until(what: Callable[[], object]) -> None:
    """Wait for what is done in another thread."""
    async with asyncio.timeout(5):
        while not what():  # noqa: ASYNC110 - a thread does it
            await asyncio.sleep(0.001)


async def idle(kit: Kit) -> None:
    await until(lambda: not kit.state.busy)


def types(kit: Kit, text: str) -> None:
    kit.intents.type_text(text)
    kit.intents.accept()


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("theme", "dark", "dark"), ("rotation", "180", 180), ("dim_minutes", "0", 0)],
)
async def test_a_choice_counts_at_once_is_kept_and_leaves_the_list(
    kit: Kit, path: Path, name: str, value: str, kept: object
) -> None:
    kit.intents.open("choice", name)
    kit.intents.choose_preference(name, value)
    assert getattr(kit.state.preferences, name) == kept
    assert kit.state.navigation.route is Route.SETTINGS
    await idle(kit)
    assert read(path) == {name: kept}
    assert kit.state.notice is None


async def test_another_language_is_spoken_at_once(kit: Kit) -> None:
    kit.intents.open("choice", "lang")
    kit.intents.choose_preference("lang", "pt_BR")
    assert language._("Language") == "Idioma"
    await idle(kit)


async def test_what_was_typed_outlives_another_language(kit: Kit) -> None:
    kit.intents.edit_ssid()
    kit.intents.type_text("Cellar")
    kit.store.dispatch(p.PreferenceChanged("lang", "pt_BR"))
    assert kit.state.editor.text.get_secret_value() == "Cellar"


async def test_brightness_goes_in_steps_and_stays_within_its_range(kit: Kit, path: Path) -> None:
    kit.intents.brighter()
    assert kit.state.preferences.brightness == 100
    for _ in range(20):
        kit.intents.darker()
    assert kit.state.preferences.brightness == 10
    kit.intents.brighter()
    assert kit.state.preferences.brightness == 20
    await idle(kit)
    assert read(path) == {"brightness": 20}


async def test_a_feature_is_left_alone_from_the_tap_on(kit: Kit, path: Path) -> None:
    kit.intents.toggle_feature("door")
    assert Feature.DOOR in kit.state.off
    await idle(kit)
    assert read(path) == {"features": {"door": False}}
    kit.intents.toggle_feature("door")
    assert Feature.DOOR not in kit.state.off
    await idle(kit)


async def test_sessions_are_not_switched_off_while_one_runs(kit: Kit) -> None:
    kit.open()
    kit.intents.toggle_feature("batch_provisioning")
    assert Feature.BATCH not in kit.state.off
    assert kit.state.notice is not None
    assert "Stop it" in kit.state.notice.text
    kit.session.finish("stopped")
    kit.intents.toggle_feature("batch_provisioning")
    assert Feature.BATCH in kit.state.off
    await idle(kit)


async def test_sounds_are_switched(kit: Kit, path: Path) -> None:
    kit.intents.toggle_sound()
    assert kit.state.preferences.sound
    await idle(kit)
    assert read(path) == {"sound": True}


async def test_the_address_is_checked_while_it_can_be_corrected(kit: Kit, path: Path) -> None:
    kit.intents.edit_address()
    assert kit.state.editor.text.get_secret_value() == "http://pi:8081"
    types(kit, "/path")
    assert kit.state.editor.error
    assert kit.state.navigation.route is Route.EDITOR
    for _ in "1/path":
        kit.intents.erase()
    types(kit, "2")
    assert kit.state.preferences.base_url == "http://pi:8082"
    await idle(kit)
    assert read(path) == {"base_url": "http://pi:8082"}


async def test_a_change_that_cannot_be_kept_counts_and_is_told(kit: Kit, path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    kit.intents.toggle_sound()
    assert kit.state.preferences.sound
    await until(lambda: kit.state.notice)
    assert kit.state.notice is not None
    assert "could not be kept" in kit.state.notice.text


async def test_a_change_that_waits_for_the_start_is_known_and_taken_back_again(kit: Kit) -> None:
    kit.intents.choose_preference("display", "hd10")
    assert kit.state.preferences.waits_for_start
    kit.intents.choose_preference("display", "td1")
    assert not kit.state.preferences.waits_for_start
    await idle(kit)


def test_starting_again_ends_the_kiosk(kit: Kit) -> None:
    kit.intents.restart()
    assert kit.ends == ["now"]


# The PIN


async def with_pin(kit: Kit) -> None:
    kit.intents.edit_new_pin()
    types(kit, PIN)
    await until(lambda: kit.state.preferences.has_pin)


async def test_whoever_sets_a_pin_is_not_asked_for_it_until_the_start_screen(kit: Kit) -> None:
    await with_pin(kit)
    kit.intents.open("settings")
    assert kit.state.navigation.route is Route.SETTINGS
    kit.intents.open("start")
    kit.intents.open("settings")
    assert (kit.state.navigation.route, kit.state.editor.field) == (Route.EDITOR, "pin")


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4"])
async def test_a_pin_is_four_to_eight_digits(kit: Kit, pin: str) -> None:
    kit.intents.edit_new_pin()
    types(kit, pin)
    assert kit.state.editor.error
    assert not kit.state.preferences.has_pin


@pytest.mark.parametrize("route", sorted(p.GUARDED))
async def test_the_pin_opens_what_it_was_asked_for(kit: Kit, route: str) -> None:
    await with_pin(kit)
    kit.intents.open("start")
    kit.intents.open(route)
    types(kit, PIN)
    await until(lambda: kit.state.lock.is_open)
    assert kit.state.navigation.route == route
    assert not kit.state.editor.text.get_secret_value()


async def test_each_wrong_pin_makes_the_next_wait_longer(kit: Kit) -> None:
    await with_pin(kit)
    kit.intents.open("start")
    kit.intents.open("settings")
    waits = []
    for tries in range(1, 8):
        types(kit, WRONG)
        await until(lambda tries=tries: kit.state.lock.tries == tries)
        await idle(kit)
        wait = kit.state.lock.next_at - kit.clock.monotonic()
        waits.append(wait)
        assert not kit.state.editor.text.get_secret_value()
        await kit.clock.advance(wait)
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    types(kit, PIN)
    await until(lambda: kit.state.lock.is_open)


async def test_during_the_wait_even_the_right_pin_is_not_looked_at(kit: Kit) -> None:
    await with_pin(kit)
    kit.intents.open("start")
    kit.intents.open("settings")
    types(kit, WRONG)
    await until(lambda: kit.state.lock.tries)
    await idle(kit)
    types(kit, PIN)
    assert not kit.state.busy
    assert not kit.state.lock.is_open


async def test_an_empty_pin_is_no_try(kit: Kit) -> None:
    await with_pin(kit)
    kit.intents.open("start")
    kit.intents.open("settings")
    kit.intents.accept()
    assert kit.state.editor.error
    assert not kit.state.lock.tries


async def test_whoever_left_while_the_pin_was_compared_is_not_taken_back(kit: Kit) -> None:
    await with_pin(kit)
    kit.intents.open("start")
    kit.intents.open("settings")
    types(kit, PIN)
    kit.intents.back()
    await until(lambda: kit.state.lock.is_open)
    assert kit.state.navigation.route is Route.START


async def test_a_pin_that_was_removed_is_asked_for_no_more(kit: Kit, path: Path) -> None:
    await with_pin(kit)
    kit.intents.open("choice", "pin")
    kit.intents.remove_pin()
    await until(lambda: not kit.state.preferences.has_pin)
    await idle(kit)
    kit.intents.open("start")
    kit.intents.open("settings")
    assert kit.state.navigation.route is Route.SETTINGS
    assert not read(path)["pin_hash"]


def test_going_home_locks_only_what_was_open(kit: Kit) -> None:
    before = kit.state.lock
    kit.store.dispatch(a.Opened(Route.START))
    kit.store.dispatch(p.Locked())
    assert kit.state.lock is before
