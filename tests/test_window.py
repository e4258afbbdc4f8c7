"""What is found out about the machine before Kivy is imported, and what Kivy is told then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import window
from kiosk.displays import DISPLAYS

# Capabilities of real devices: /sys/class/input/event*/device/capabilities/abs.
TOUCH_PANEL = "260800000000003"
GAMEPAD = "3003f"
TOUCHPAD_OF_OLD = "11000003"
NOTHING = "0"
# And of .../device/properties.
DIRECT, POINTER = "2", "1"


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(window, "_DRM", tmp_path / "drm")
    monkeypatch.setattr(window, "_INPUT", tmp_path / "input")


def plug(tmp_path: Path, connector: str, status: str) -> None:
    folder = tmp_path / "drm" / connector
    folder.mkdir(parents=True)
    (folder / "status").write_text(f"{status}\n")


def attach(tmp_path: Path, node: str, capabilities: str, properties: str = DIRECT) -> None:
    device = tmp_path / "input" / node / "device"
    (device / "capabilities").mkdir(parents=True)
    (device / "capabilities" / "abs").write_text(f"{capabilities}\n")
    (device / "properties").write_text(f"{properties}\n")


def test_without_any_display_there_is_no_driver() -> None:
    assert window.video_driver() is None


def test_a_connected_panel_is_driven_directly(tmp_path: Path) -> None:
    plug(tmp_path, "card0-HDMI-A-1", "disconnected")
    plug(tmp_path, "card1-DSI-1", "connected")
    assert window.video_driver() == "kmsdrm"


def test_a_connector_without_a_panel_is_no_display(tmp_path: Path) -> None:
    plug(tmp_path, "card0-HDMI-A-1", "disconnected")
    plug(tmp_path, "card0-HDMI-A-2", "unknown")
    assert window.video_driver() is None


def test_the_card_is_the_one_that_the_panel_is_at(tmp_path: Path) -> None:
    plug(tmp_path, "card0-HDMI-A-1", "disconnected")
    plug(tmp_path, "card2-HDMI-A-2", "connected")
    assert window.display_card() == 2


def test_a_built_in_panel_goes_before_a_monitor(tmp_path: Path) -> None:
    plug(tmp_path, "card0-HDMI-A-1", "connected")
    plug(tmp_path, "card10-DSI-1", "connected")
    assert window.display_card() == 10


def test_without_a_panel_there_is_no_card(tmp_path: Path) -> None:
    plug(tmp_path, "card0-DSI-1", "disconnected")
    assert window.display_card() is None


def test_a_desktop_goes_before_the_panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug(tmp_path, "card1-DSI-1", "connected")
    monkeypatch.setenv("DISPLAY", ":0")
    assert window.video_driver() == "x11"


def test_who_names_a_driver_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    assert window.video_driver() == "offscreen"


def test_a_touch_panel_is_known_by_its_multitouch_axis(tmp_path: Path) -> None:
    attach(tmp_path, "event0", NOTHING)
    attach(tmp_path, "event3", TOUCH_PANEL)
    assert window.touch_panels() == ["event3"]


def test_a_panel_is_listened_to_rather_than_a_touchpad(tmp_path: Path) -> None:
    attach(tmp_path, "event2", TOUCH_PANEL, POINTER)
    attach(tmp_path, "event11", TOUCH_PANEL)
    attach(tmp_path, "event4", TOUCH_PANEL)
    assert window.touch_panels() == ["event4", "event11", "event2"]


@pytest.mark.parametrize("capabilities", [NOTHING, GAMEPAD, TOUCHPAD_OF_OLD])
def test_what_is_no_multitouch_panel_is_not_taken_for_one(
    tmp_path: Path, capabilities: str
) -> None:
    attach(tmp_path, "event0", capabilities)
    assert window.touch_panels() == []


def test_a_machine_without_input_devices_has_no_touch_panel() -> None:
    assert window.touch_panels() == []


_PREPARE = """
import json, os, sys
from pathlib import Path
from kiosk import window
from kiosk.displays import DISPLAYS
driver, name, machine, full, loop = sys.argv[1:]
window._INPUT, window._DRM = Path(machine, "input"), Path(machine, "drm")
window.prepare(DISPLAYS[name], driver, fullscreen=full == "full", loop=loop)
from kivy.config import Config
from kivy.metrics import Metrics
print(json.dumps({
    "input": dict(Config.items("input")),
    "size": [Config.getint("graphics", "width"), Config.getint("graphics", "height")],
    "escape": Config.get("kivy", "exit_on_escape"),
    "cursor": Config.get("graphics", "show_cursor"),
    "fullscreen": Config.get("graphics", "fullscreen"),
    "fps": Config.getint("graphics", "maxfps"),
    "card": os.environ.get("SDL_KMSDRM_DEVICE_INDEX"),
    "dpi": Metrics.dpi, "density": Metrics.density,
}))
"""


def prepared(
    home: Path, driver: str, name: str = "td1", mode: str = "window", loop: str = "event"
) -> dict[str, object]:
    """Return what Kivy was told, in a process of its own with a home of its own."""
    home.mkdir(exist_ok=True)
    arguments = [driver, name, str(home.parent), mode, loop]
    run = subprocess.run(
        [sys.executable, "-c", _PREPARE, *arguments],
        env={**os.environ, "HOME": str(home), "KIVY_HOME": str(home / "kivy")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("driver", "touch", "provider"),
    [
        ("offscreen", True, {}),
        ("x11", True, {"mouse": "mouse,disable_multitouch"}),
        ("kmsdrm", False, {"mouse": "mouse,disable_multitouch"}),
        ("kmsdrm", True, {"panel": "mtdev,/dev/input/event0"}),
    ],
)
def test_there_is_never_more_than_one_input_provider(
    tmp_path: Path, driver: str, touch: bool, provider: dict[str, str]
) -> None:
    if touch:
        attach(tmp_path, "event0", TOUCH_PANEL)
    assert prepared(tmp_path / "home", driver)["input"] == provider


@pytest.mark.parametrize(("driver", "card"), [("kmsdrm", "1"), ("x11", None)])
def test_sdl_is_told_the_card_where_it_draws_itself(
    tmp_path: Path, driver: str, card: str | None
) -> None:
    plug(tmp_path, "card0-HDMI-A-1", "disconnected")
    plug(tmp_path, "card1-DSI-1", "connected")
    assert prepared(tmp_path / "home", driver)["card"] == card


def test_a_file_in_the_home_folder_has_no_say(tmp_path: Path) -> None:
    config = tmp_path / "home" / "kivy" / "config.ini"
    config.parent.mkdir(parents=True)
    config.write_text("[kivy]\nexit_on_escape = 1\n[input]\nmine = mouse\n[graphics]\nwidth = 77\n")
    told = prepared(tmp_path / "home", "x11")
    assert told["input"] == {"mouse": "mouse,disable_multitouch"}
    assert told["size"] == [800, 480]
    assert told["escape"] == "0"


def test_millimetres_are_true_on_every_panel(tmp_path: Path) -> None:
    told = prepared(tmp_path / "home", "offscreen", "td2-7")
    panel = DISPLAYS["td2-7"]
    assert told["size"] == [panel.width, panel.height]
    assert (told["dpi"], told["density"]) == (panel.dpi, 1.0)


def test_only_the_kiosk_itself_fills_the_screen_and_hides_the_cursor(tmp_path: Path) -> None:
    full = prepared(tmp_path / "home", "kmsdrm", mode="full")
    assert (full["fullscreen"], full["cursor"]) == ("auto", "0")
    windowed = prepared(tmp_path / "home", "x11")
    assert (windowed["fullscreen"], windowed["cursor"]) == ("0", "1")


def test_only_its_own_main_loop_waits_between_kivys_frames(tmp_path: Path) -> None:
    assert prepared(tmp_path / "home", "offscreen", loop="stock")["fps"] == 60
    assert prepared(tmp_path / "home", "offscreen")["fps"] == 0
