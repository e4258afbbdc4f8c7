# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The tour as a whole, on its shortest walk: pictures, audit.json, and what breaks on the way."""

import json
import logging
import os
import subprocess
import sys

import pytest
from PIL import Image

from kiosk.displays import DISPLAYS
from kiosk.settings import Settings
from tests.support.app import NOWHERE, open_window


@pytest.fixture
def tour(tmp_path, monkeypatch):
    """Return a function that takes the tour with these walks only, into ``tmp_path``."""
    open_window()
    from kiosk.tour import tour as module

    async def taken(display="td1", **walks):
        monkeypatch.setattr(module, "WALKS", walks)
        lines = []
        settings = Settings(base_url=NOWHERE, display=display, lang="en", theme="daylight")
        report = await module.take(settings, tmp_path, lines.append)
        return report, lines

    return taken


async def test_each_screen_has_a_picture_and_its_measures(tour, tmp_path):
    from kiosk.tour.walks import away

    (tmp_path / "01-of-an-older-tour.png").touch()

    report, lines = await tour(away=away)

    assert json.loads((tmp_path / "audit.json").read_text(encoding="utf-8")) == report
    assert {name: report[name] for name in ("display", "lang", "theme")} == {
        "display": "td1",
        "lang": "en",
        "theme": "daylight",
    }
    names = [screen["name"] for screen in report["screens"]]
    assert names == ["start-away", "start-away-details"]
    pictures = [screen["png"] for screen in report["screens"]]
    assert sorted(path.name for path in tmp_path.glob("*.png")) == pictures
    assert [line.partition(":")[0] for line in lines] == pictures
    with Image.open(tmp_path / pictures[0]) as picture:
        assert picture.size == (800, 480)


async def test_targets_and_texts_are_measured_as_they_are_on_the_panel(tour):
    from kiosk.tour.walks import away

    report, _lines = await tour(away=away)

    screen = report["screens"][0]
    start = next(target for target in screen["targets"] if target["name"] == "start")
    assert start["height_mm"] == pytest.approx(20, abs=0.1)
    assert start["gap_mm"] >= 5
    label = next(text for text in screen["texts"] if text["text"] == "Start session")
    assert label["height_mm"] >= 4.3
    assert label["contrast"] >= 7


async def test_a_walk_that_cannot_go_on_is_a_shortfall_and_the_next_one_goes_on(tour):
    async def lost(stage):
        async with stage.kiosk(NOWHERE) as here:
            await here.pilot.wait_for("way-out", timeout=0.05)

    async def found(stage):
        async with stage.kiosk(NOWHERE) as here:
            await here.picture("start")

    report, lines = await tour(lost=lost, found=found)

    assert "lost: the walk could not go on: way-out: not within 0.05 s." in report["shortfalls"]
    assert "screen: start" in lines[0]
    assert [screen["name"] for screen in report["screens"]] == ["start"]


TILES = {"td1": 12, "td2-7": 9, "td2-7-landscape": 12, "ws7": 12, "hd10": 30}


@pytest.mark.parametrize("display", DISPLAYS)
async def test_grids_of_tiles_fall_short_on_no_panel(tour, display):
    async def grids(stage):
        with stage.world(devices=30, scenario="smooth", speed=30) as world:
            async with stage.kiosk(world.url) as here:
                await here.pilot.tap("menu")
                await here.picture("menu")
                for route in ("health", "settings"):
                    here.kiosk.intents.open(route)
                    await here.picture(route)
                here.kiosk.intents.open("start")
                await here.pilot.wait_for("start")
                await here.pilot.tap("start")
                await here.pilot.wait_for(lambda: here.count() == 30)
                await here.picture("devices")

    report, _lines = await tour(display, grids=grids)

    assert [screen["name"] for screen in report["screens"]] == [
        "menu",
        "health",
        "settings",
        "devices",
    ]
    devices = [t for t in report["screens"][-1]["targets"] if t["name"].startswith("device:")]
    assert len(devices) == TILES[display]
    # Contrast is another matter: the pixels of a window made larger cannot be read offscreen.
    assert [told for told in report["shortfalls"] if "contrast" not in told] == []


async def test_what_the_kiosk_logs_as_broken_is_a_shortfall(tour):
    async def broken(stage):
        logging.getLogger("kiosk.intents").error("%s broke", "stop")

    report, _lines = await tour(broken=broken)

    assert report["shortfalls"] == ["kiosk.intents: stop broke"]


def test_without_opengl_the_command_says_what_to_install(tmp_path):
    command = [sys.executable, "-m", "kiosk", "tour", "--out", str(tmp_path / "out")]

    done = subprocess.run(
        command,
        env={**os.environ, "SDL_VIDEODRIVER": "no-such-driver"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 69
    assert "apt-get install libegl1" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_walk_that_there_is_not_is_refused_with_those_that_there_are(tmp_path, capsys):
    from kiosk.cli.tour import picture

    assert picture(Settings(), tmp_path / "out", only="zebra") == 64
    assert "the start screen" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
