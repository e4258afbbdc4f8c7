"""A panel that the kiosk takes for a denser one can be told on the panel itself."""

from itertools import product

import pytest

from kiosk.displays import DISPLAYS, Display
from kiosk.services.state.actions import Opened
from kiosk.services.state.model import Route
from kiosk.services.state.preferences import CHOICES
from tests.support.app import running_kiosk

# Each panel with the millimetres of each denser one; one of them turned, too.
UPRIGHT = Display("td1", "", 480, 800, DISPLAYS["td1"].dpi)
DENSITIES = {other.dpi: other for other in DISPLAYS.values()}
MISTAKEN = [
    pytest.param(lang, panel, other, id=f"{lang}-{panel.width}x{panel.height}-as-{other.name}")
    for lang, panel, other in product(
        CHOICES["lang"], (*DISPLAYS.values(), UPRIGHT), DENSITIES.values()
    )
    if panel.dpi < other.dpi
]


def rows(pilot):
    return [target.name for target in pilot.targets() if target.name.startswith("row:")]


def is_whole(pilot, choices):
    """Return whether there is a row, and buttons to turn to those that are not in sight."""
    names = [target.name for target in pilot.targets()]
    return rows(pilot) and (len(rows(pilot)) == len(choices) or "page-down" in names)


async def opens(pilot, row):
    await pilot.page_to(f"row:{row}")
    await pilot.tap(f"row:{row}")
    await pilot.settle()


@pytest.mark.parametrize(("lang", "panel", "other"), MISTAKEN)
async def test_the_right_panel_language_and_rotation_can_be_chosen(lang, panel, other, monkeypatch):
    mistaken = Display(other.name, other.title, panel.width, panel.height, other.dpi)
    monkeypatch.setitem(DISPLAYS, other.name, mistaken)
    async with running_kiosk(display=other.name, lang=lang) as (kiosk, pilot):
        for name in ("lang", "rotation"):
            kiosk.store.dispatch(Opened(Route.CHOICE, name))
            await pilot.settle()
            assert is_whole(pilot, CHOICES[name]), pilot.describe()
        kiosk.store.dispatch(Opened(Route.MENU))
        await pilot.settle()
        await opens(pilot, "settings")
        await opens(pilot, "display")
        await opens(pilot, panel.name)
        await pilot.wait_for(lambda: kiosk.store.state.preferences.display == panel.name)
