"""What the audit measures and what it finds fault with, on a panel of 10 pixels to the mm."""

import pytest

from kiosk.tour.audit import measure
from kiosk.tour.boxes import Box, Picture, SurfaceBox, TargetBox, TextBox

SCALE = 10.0
WINDOW = Box(0, 0, 1500, 900)
BLACK = (0.0, 0.0, 0.0, 1.0)
# 4.3 mm from cap height to descender, and a little more.
BODY = 47.5


def mm(x, y, width, height):
    return Box(x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE)


def target(name="one", box=None, **flags):
    box = box or mm(10, 10, 20, 20)
    return TargetBox(name, box, flags.pop("visible", box), **flags)


def text(words="Ready", box=None, **kwargs):
    box = box or mm(60, 60, 20, 5)
    options = {"ink": box, "area": box, "room": WINDOW, "size": BODY, "colour": BLACK}
    return TextBox(words, **{**options, **kwargs})


def measured(*, targets=(), texts=(), contrasts=None, surfaces=()):
    picture = Picture("start", WINDOW, tuple(targets), tuple(texts), tuple(surfaces))
    return measure(picture, tuple(contrasts or [21.0] * len(texts)), SCALE)


def shortfalls(**what):
    return list(measured(**what).shortfalls)


def test_a_screen_that_keeps_to_the_ergonomics_has_no_shortfall():
    result = measured(
        targets=[target(), target("two", mm(33, 10, 15, 15))],
        texts=[text()],
        surfaces=[SurfaceBox("Banner", mm(1, 1, 9, 9), WINDOW)],
    )

    assert result.shortfalls == ()


def test_sizes_and_gaps_are_told_in_millimetres():
    result = measured(targets=[target(), target("two", mm(34, 10, 15, 16))], texts=[text()])

    one, two = result.targets
    assert (one.width_mm, one.height_mm, one.gap_mm) == (20.0, 20.0, 4.0)
    assert (two.width_mm, two.height_mm, two.gap_mm) == (15.0, 16.0, 4.0)
    assert result.texts[0].height_mm == pytest.approx(4.37, abs=0.01)
    assert result.texts[0].contrast == 21.0


def test_a_target_that_is_alone_has_no_gap():
    assert measured(targets=[target()]).targets[0].gap_mm is None


def test_a_gap_across_the_corner_is_the_distance_of_the_corners():
    result = measured(targets=[target(), target("two", mm(33, 34, 15, 15))])

    assert result.targets[0].gap_mm == 5.0


def test_a_target_that_is_too_narrow_or_too_low_is_found():
    assert shortfalls(targets=[target(box=mm(10, 10, 14.8, 20))]) == [
        "start: target one is 14.8 mm wide; 15 mm are needed."
    ]
    assert shortfalls(targets=[target(box=mm(10, 10, 20, 14.8))]) == [
        "start: target one is 14.8 mm high; 15 mm are needed."
    ]


def test_a_primary_target_must_be_higher():
    low = mm(10, 10, 30, 19)

    assert shortfalls(targets=[target(box=low)]) == []
    assert shortfalls(targets=[target(box=low, primary=True)]) == [
        "start: target one is 19.0 mm high; a primary one needs 20 mm."
    ]


@pytest.mark.parametrize(
    ("flags", "needed"),
    [({}, 3), ({"machine": True}, 5), ({"destructive": True}, 13)],
    ids=["any", "changes the machine", "takes something away"],
)
def test_targets_too_near_each_other_are_found(flags, needed):
    def beside(gap):
        neighbour = target("two", mm(30 + gap, 10, 20, 20), enabled=False)
        return shortfalls(targets=[target(**flags), neighbour])

    assert beside(needed) == []
    (sentence,) = beside(needed - 0.2)
    assert f"{needed - 0.2:.1f} mm apart; {needed} mm are needed" in sentence


def test_targets_that_overlap_are_found():
    assert shortfalls(targets=[target(), target("two", mm(29, 29, 20, 20))]) == [
        "start: targets one and two overlap."
    ]


def test_what_a_grid_hides_of_a_tile_is_near_to_nothing():
    tile = target("tile", mm(40, 0, 20, 20), visible=mm(40, 10, 20, 10))
    button = target("two", mm(40, -10, 20, 15), visible=mm(40, 0, 20, 5))

    assert "start: targets tile and two overlap." not in shortfalls(targets=[tile, button])


def test_a_target_off_the_window_is_found():
    outside = mm(140, 10, 20, 20)

    assert shortfalls(targets=[target(box=outside)]) == [
        "start: target one is 10.0 mm off the window."
    ]


def test_small_print_is_found():
    assert shortfalls(texts=[text(size=40)]) == [
        "start: text “Ready” is 3.68 mm high; 4.3 mm are needed."
    ]


def test_low_contrast_is_found_with_less_asked_of_shapes_than_of_words():
    assert shortfalls(texts=[text()], contrasts=[6.5]) == [
        "start: text “Ready” has a contrast of 6.5:1; 7:1 is needed."
    ]
    assert shortfalls(texts=[text("wifi", icon=True)], contrasts=[6.5]) == []
    assert shortfalls(texts=[text("wifi", icon=True)], contrasts=[2.5]) == [
        "start: icon “wifi” has a contrast of 2.5:1; 3:1 is needed."
    ]


def test_words_that_are_cut_or_broken_are_found():
    assert shortfalls(texts=[text(cut=True)]) == ["start: text “Ready” is cut off."]
    assert shortfalls(texts=[text(broken=True)]) == ["start: text “Ready” is broken inside a word."]


def test_a_text_that_leaves_its_place_or_the_window_is_found():
    assert shortfalls(texts=[text(room=mm(60, 60, 15, 5))]) == [
        "start: text “Ready” sticks out by 5.0 mm from what it stands in."
    ]
    assert shortfalls(texts=[text(box=mm(60, 87, 20, 5))]) == [
        "start: text “Ready” is 2.0 mm off the window."
    ]


def test_a_surface_that_leaves_its_place_is_found():
    banner = SurfaceBox("Banner", mm(0, 70, 150, 15), mm(0, 0, 150, 80))

    assert shortfalls(surfaces=[banner]) == [
        "start: Banner sticks out by 5.0 mm from what it stands in."
    ]


def test_texts_that_overlap_are_found():
    assert shortfalls(texts=[text(), text("Failed", mm(78, 62, 20, 5))]) == [
        "start: text “Ready” and text “Failed” overlap by 2.0 mm."
    ]


def test_a_text_may_lie_on_its_own_target_but_on_no_other():
    on_it = mm(12, 12, 10, 5)

    assert shortfalls(targets=[target()], texts=[text(box=on_it, owner="one")]) == []
    assert shortfalls(targets=[target()], texts=[text(box=on_it)]) == [
        "start: text “Ready” lies on target one."
    ]
