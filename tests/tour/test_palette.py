# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The palette that the kiosk ships is the one that KivyMD makes."""

import json
from pathlib import Path

import pytest

import kiosk
from tests.support.app import open_window

SHIPPED = Path(kiosk.__file__).parent / "assets" / "palette.json"


def made_by_kivymd(style: str) -> dict[str, str]:
    """Return KivyMD's Teal at its highest contrast, as ``#rrggbbaa`` by property."""
    open_window()
    from kivy.utils import get_hex_from_color
    from kivymd.theming import COLOR_NAMES, ThemeManager

    theme = ThemeManager(theme_style=style, primary_palette="Teal")
    theme.dynamic_scheme_contrast = 1.0
    names = [f"{name}Color" for name in COLOR_NAMES] + ["disabledTextColor"]
    return {name: get_hex_from_color(getattr(theme, name)) for name in names}


@pytest.mark.parametrize("style", ["Light", "Dark"])
def test_the_shipped_palette_is_kivymds(style: str) -> None:
    shipped = json.loads(SHIPPED.read_text())[style]
    made = made_by_kivymd(style)
    assert shipped == made, f"kiosk/assets/palette.json has to say of {style}: {json.dumps(made)}"
