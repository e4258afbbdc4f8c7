# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The first frame is the shell, with everything where it will be."""

import pytest

from kiosk.settings import Settings
from tests.support.app import open_window


@pytest.mark.parametrize("theme", ["daylight", "dark"])
def test_the_first_frame_has_the_status_bar_at_its_top_and_nothing_below(theme):
    open_window()
    from kivy.core.window import Window

    from kiosk import splash
    from kiosk.tour.pilot import pixels

    shown = []

    def keep(_window):
        shown.append(pixels())

    Window.bind(on_flip=keep)
    try:
        splash.show(Settings(theme=theme))
    finally:
        Window.unbind(on_flip=keep)
    picture = shown[-1].convert("RGB")
    width, height = picture.size
    bar, rest = picture.getpixel((width - 1, 0)), picture.getpixel((width - 1, height - 1))
    assert bar != rest
    below = picture.crop((0, height // 8, width, height))
    assert below.getcolors() == [(below.width * below.height, rest)]
    inks = picture.crop((0, 0, width, height // 8)).getcolors(100_000)
    assert len(inks) > 4, "the bar says that it connects"
