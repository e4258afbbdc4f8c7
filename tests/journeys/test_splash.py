"""The first frame is the shell, with everything where it will be."""

import subprocess
import sys

import pytest
from PIL import Image

# In a process of its own: no frame comes before the first one.
SPLASH = """
import sys
from kiosk.settings import Settings
from tests.support.app import open_window

open_window()
from kivy.core.window import Window
from kiosk import splash
from kiosk.tour.pilot import pixels

Window.bind(on_flip=lambda _window: pixels().save(sys.argv[2]))
splash.show(Settings(theme=sys.argv[1]))
"""


@pytest.mark.parametrize("theme", ["daylight", "dark"])
def test_the_first_frame_has_the_status_bar_at_its_top_and_nothing_below(theme, tmp_path):
    path = tmp_path / "first.png"
    subprocess.run([sys.executable, "-c", SPLASH, theme, path], check=True, timeout=60)
    picture = Image.open(path).convert("RGB")
    width, height = picture.size
    bar, rest = picture.getpixel((width - 1, 0)), picture.getpixel((width - 1, height - 1))
    assert bar != rest
    below = picture.crop((0, height // 8, width, height))
    assert below.getcolors() == [(below.width * below.height, rest)]
    inks = picture.crop((0, 0, width, height // 8)).getcolors(100_000)
    assert len(inks) > 4, "the bar says that it connects"
