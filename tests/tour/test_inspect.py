# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""Faults planted among real widgets are found, with the picture's own pixels behind the texts."""

import pytest

from kiosk.tour.audit import measure
from kiosk.tour.contrast import contrast_in
from tests.support.app import open_window

SCALE = 137 / 25.4


@pytest.fixture(scope="module", autouse=True)
def window():
    open_window()


@pytest.fixture
def plant(running_kiosk):
    """Return a function that puts a widget on an empty panel and returns what falls short."""

    async def planted(*widgets, foreign=()):
        from kivy.core.window import Window
        from kivy.uix.floatlayout import FloatLayout

        from kiosk.tour.inspect import picture_of
        from kiosk.tour.pilot import pixels

        async with running_kiosk() as (kiosk, pilot):
            kiosk.app.shell.opacity = 0
            bed = FloatLayout(size=Window.size)
            for make in widgets:
                bed.add_widget(make())
            Window.add_widget(bed)
            await pilot.settle()
            image, picture = await pilot.drawn(lambda: (pixels(), picture_of("bed", foreign)))
            contrasts = tuple(contrast_in(image, t.area, t.colour) for t in picture.texts)
            return picture, measure(picture, contrasts, SCALE).shortfalls

    return planted


def button(**options):
    def make():
        from kivy.metrics import mm

        from kiosk.screens.widgets.target import Target

        width, height = options.pop("size_mm", (30, 20))
        x, y = options.pop("at_mm", (10, 40))
        place = {"size_hint": (None, None), "size_hint_min": (None, None)}
        size = {"size": (mm(width), mm(height)), "pos": (mm(x), mm(y))}
        return Target(**{"name": "planted", **place, **size, **options})

    return make


def words(*, width_mm=60, at_mm=(20, 50), **options):
    def make():
        from kivy.metrics import mm

        from kiosk.screens.widgets.words import Words

        x, y = at_mm
        label = Words(size_hint_x=None, width=mm(width_mm), pos=(mm(x), mm(y)))
        # What a rule of the kv binds would win over the constructor's arguments.
        for name, value in options.items():
            setattr(label, name, value)
        return label

    return make


async def test_a_sound_button_has_no_shortfall(plant):
    picture, shortfalls = await plant(button(text="Done", icon="check", primary=True))

    assert [t.name for t in picture.targets] == ["planted"]
    assert {t.text for t in picture.texts} == {"Done", "check"}
    assert all(t.owner == "planted" for t in picture.texts)
    assert shortfalls == ()


async def test_a_small_button_is_found(plant):
    _picture, shortfalls = await plant(button(size_mm=(12, 20)))

    assert shortfalls == ("bed: target planted is 12.0 mm wide; 15 mm are needed.",)


async def test_two_buttons_side_by_side_are_found(plant):
    _picture, (shortfall,) = await plant(button(), button(name="other", at_mm=(42, 40)))

    assert "2.0 mm apart; 3 mm are needed" in shortfall


async def test_a_button_that_hangs_over_the_edge_is_found(plant):
    _picture, shortfalls = await plant(button(at_mm=(-5, 40)))

    assert "bed: planted sticks out by 5.0 mm from what it stands in." in shortfalls


async def test_pale_words_are_found(plant):
    _picture, (shortfall,) = await plant(words(text="hard to read", color=(0.7, 0.7, 0.7, 1)))

    assert "“hard to read” has a contrast of" in shortfall


async def test_the_colour_that_disabled_words_really_have_is_what_counts(plant):
    _picture, (shortfall,) = await plant(
        words(text="off", disabled=True, disabled_color=(0.7, 0.7, 0.7, 1))
    )

    assert "“off” has a contrast of" in shortfall


async def test_small_print_is_found(plant):
    _picture, (shortfall,) = await plant(words(text="small print", font_size=15))

    assert "mm high; 4.3 mm are needed" in shortfall


async def test_our_words_may_not_be_cut_but_the_services_may(plant):
    long = {"text": "a network with quite a long name", "line": True, "width_mm": 25}

    _picture, shortfalls = await plant(words(**long))
    assert shortfalls == ("bed: text “a network with quite a long name” is cut off.",)

    _picture, shortfalls = await plant(words(**long), foreign={"quite a long name"})
    assert shortfalls == ()


async def test_words_that_their_lines_do_not_hold_are_found(plant):
    _picture, shortfalls = await plant(words(text="two lines of words", width_mm=20, max_lines=1))

    assert "bed: text “two lines of words” is cut off." in shortfalls


@pytest.mark.parametrize("text", ["Bereitstellung", "24:6F:28:17:C1:4A", "1234567890123"])
async def test_a_word_that_is_broken_in_two_is_found(plant, text):
    _picture, shortfalls = await plant(words(text=text, width_mm=14))

    assert shortfalls == (f"bed: text “{text}” is broken inside a word.",)


async def test_words_over_words_are_found_by_where_they_stand_not_by_their_boxes(plant):
    _picture, shortfalls = await plant(words(text="left"), words(text="right", halign="right"))
    assert shortfalls == ()

    _picture, (shortfall,) = await plant(words(text="first"), words(text="second"))
    assert "text “first” and text “second” overlap" in shortfall


async def test_words_over_a_button_that_is_not_theirs_are_found(plant):
    _picture, shortfalls = await plant(button(), words(text="astray", at_mm=(15, 47)))

    assert "bed: text “astray” lies on target planted." in shortfalls


async def test_what_is_transparent_is_not_there(plant):
    picture, shortfalls = await plant(button(opacity=0, size_mm=(5, 5)))

    assert picture.targets == ()
    assert shortfalls == ()
