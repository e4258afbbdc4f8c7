"""The access key: asked for when one is needed, kept on this Pi when that is wanted, rotated."""

import stat

import pytest

from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at, type_on_keyboard
from tests.support.canary import CANARY, KEY, OTHER_KEY, secret_file


@pytest.fixture
def state(tmp_path):
    CANARY.allow(tmp_path / "state" / "api-key")
    return tmp_path / "state"


async def test_a_service_that_wants_no_key_is_asked_without_one():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready")
            assert not technician.can_tap("key")


async def test_a_key_that_was_to_be_kept_is_there_at_the_next_start_until_it_is_not(state):
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url, state_dir=state) as technician:
            await technician.reads("An access key is needed.")
            await technician.taps("key")
            type_on_keyboard(KEY)
            await technician.reads("Keep on this Pi")
            await technician.taps("keep", "accept")
            await technician.reads("Service ready")
            await technician.until(lambda: technician.kiosk.store.state.key_kept)
        assert stat.S_IMODE((state / "api-key").stat().st_mode) == 0o600

        async with technician_at(simulator.url, state_dir=state) as technician:
            await technician.reads("Service ready")
            await technician.goes_to("settings")
            await technician.taps("row:key", "keep", "accept")
            await technician.until(lambda: not technician.kiosk.store.state.key_kept)
            await technician.reads("Service ready")
        assert not (state / "api-key").exists()

        async with technician_at(simulator.url, state_dir=state) as technician:
            await technician.reads("An access key is needed.")


async def test_a_key_that_no_disk_takes_works_and_the_panel_says_that_it_will_be_gone(tmp_path):
    (tmp_path / "no-folder").touch()
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url, state_dir=tmp_path / "no-folder") as technician:
            await technician.taps("key")
            type_on_keyboard(KEY)
            await technician.taps("keep", "accept")
            await technician.reads("could not be kept", "Service ready")


async def test_a_rotated_key_counts_without_a_touch(state, monkeypatch):
    monkeypatch.setattr("kiosk.services.runtime.key.LOOK_SECONDS", 0.2)
    state.mkdir(mode=0o700)
    file = secret_file(state / "api-key", OTHER_KEY)
    file.chmod(0o600)
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url, state_dir=state) as technician:
            await technician.reads("The access key was refused.")
            secret_file(file, KEY)
            await technician.reads("Service ready")
            assert technician.touches == 0
