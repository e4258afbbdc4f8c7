# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""Boxes have round corners with smooth edges, in whole pixels."""

import pytest

from tests.support.app import running_kiosk

RED, BLUE, NOTHING = (1, 0, 0, 1), (0, 0, 1, 1), (0, 0, 0, 0)


def rows_of(radius, line, surface, frame):
    from kiosk.screens.widgets.box import pixels

    side, data = pixels(radius, line, surface, frame)
    assert len(data) == 4 * side * side
    found = [tuple(data[at : at + 4]) for at in range(0, len(data), 4)]
    return [found[at : at + side] for at in range(0, len(found), side)]


@pytest.mark.parametrize("radius", [3, 6.4, 8.39, 20])
def test_a_box_has_its_frame_at_its_edges_and_nothing_in_its_corners(radius):
    rows = rows_of(radius, 2, BLUE, RED)
    middle = len(rows) // 2
    assert rows[middle][middle] == (0, 0, 255, 255)
    assert rows[0][middle] == rows[1][middle] == (255, 0, 0, 255)
    assert rows[2][middle] == (0, 0, 255, 255)
    assert rows[0][0][3] == 0
    assert rows == rows[::-1] == [row[::-1] for row in rows], "the same from all sides"


def test_an_edge_that_goes_through_pixels_is_smooth():
    shares = {pixel[3] for row in rows_of(8, 2, BLUE, RED) for pixel in row}
    assert len(shares - {0, 255}) > 3


def test_a_frame_around_nothing_keeps_its_colour():
    colours = {pixel[:3] for row in rows_of(8, 2, NOTHING, RED) for pixel in row}
    assert colours == {(255, 0, 0)}


async def test_a_box_between_pixels_is_drawn_on_whole_ones():
    from kivy.graphics import ClearBuffers, ClearColor, Fbo

    from kiosk.screens.widgets.box import draw_box

    async with running_kiosk():
        drawn = Fbo(size=(30, 30))
        with drawn:
            ClearColor(1, 1, 1, 1)
            ClearBuffers()
            draw_box((4.4, 5.6, 20.4, 15.2), BLUE, RED, line=1.2, radius=5)
        drawn.draw()
        at = [drawn.get_pixel_color(x, 13) for x in range(30)]
        assert at == (
            [[255, 255, 255, 255]] * 4
            + [[255, 0, 0, 255]]
            + [[0, 0, 255, 255]] * 19
            + [[255, 0, 0, 255]]
            + [[255, 255, 255, 255]] * 5
        )
