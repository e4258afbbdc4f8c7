import pytest
from PIL import Image, ImageDraw

from kiosk.tour.boxes import Box
from kiosk.tour.contrast import background, contrast, contrast_in, over

WHITE, BLACK, GREY = (255, 255, 255), (0, 0, 0), (118, 118, 118)
AREA = Box(10, 10, 90, 40)


def panel(colour=WHITE):
    return Image.new("RGB", (100, 50), colour)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [(WHITE, BLACK, 21.0), (WHITE, WHITE, 1.0), (WHITE, GREY, 4.54), (GREY, WHITE, 4.54)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_the_background_is_what_most_of_the_pixels_are():
    image = panel()
    ImageDraw.Draw(image).rectangle((12, 12, 30, 38), fill=BLACK)

    assert background(image, AREA, BLACK) == WHITE


def test_a_filled_icon_is_not_its_own_background():
    image = panel()
    ImageDraw.Draw(image).rectangle((20, 10, 80, 40), fill=BLACK)

    assert background(image, AREA, BLACK) == WHITE


def test_a_text_in_the_colour_of_its_background_cannot_be_read():
    assert contrast_in(panel(GREY), AREA, (*(c / 255 for c in GREY), 1.0)) == 1.0


def test_the_window_counts_from_below_and_the_picture_from_above():
    image = panel()
    ImageDraw.Draw(image).rectangle((0, 0, 100, 24), fill=BLACK)

    assert background(image, Box(0, 26, 100, 50), GREY) == BLACK
    assert background(image, Box(0, 0, 100, 24), GREY) == WHITE


def test_what_is_half_transparent_has_less_contrast():
    assert over((0.0, 0.0, 0.0, 0.5), WHITE) == (128, 128, 128)
    assert contrast_in(panel(), AREA, (0.0, 0.0, 0.0, 0.5)) < contrast_in(
        panel(), AREA, (0.0, 0.0, 0.0, 1.0)
    )


def test_a_text_outside_of_the_picture_has_no_contrast_at_all():
    assert contrast_in(panel(), Box(200, 10, 300, 40), (0.0, 0.0, 0.0, 1.0)) == 1.0
