"""Contrast by WCAG 2.2, of a declared colour against the pixels that really are behind it."""

from __future__ import annotations

from collections import Counter
from typing import cast

from PIL import Image

from kiosk.tour.boxes import RGBA, Box

RGB = tuple[int, int, int]

# A colour that fills less than this share of a text's rectangle is an edge, not its background.
_LEAST_SHARE = 0.1
_SAME_COLOUR = 6
# Up to here sRGB is linear.
_LINEAR_UP_TO = 0.04045


def contrast(one: RGB, other: RGB) -> float:
    """Return the contrast ratio, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: RGB) -> float:
    """Return the relative luminance, from 0 to 1."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_in(image: Image.Image, area: Box, colour: RGBA) -> float:
    """Return the contrast of ``colour`` in the part ``area`` of a window's picture."""
    declared = _rgb(colour)
    behind = background(image, area, declared)
    return contrast(over(colour, behind), behind)


def background(image: Image.Image, area: Box, ink: RGB) -> RGB:
    """Return the most common colour in ``area`` that is not the ink; the ink if all of it is.

    A filled icon may well cover more than half of its rectangle.
    """
    left, right = round(area.x), round(area.right)
    top, bottom = round(image.height - area.top), round(image.height - area.y)
    box = (max(0, left), max(0, top), min(image.width, right), min(image.height, bottom))
    if box[0] >= box[2] or box[1] >= box[3]:
        return ink
    counts = Counter(dict(_colours(image.crop(box))))
    total = counts.total()
    common = [colour for colour, count in counts.most_common() if count >= total * _LEAST_SHARE]
    others = [colour for colour in common if not _is_same(colour, ink)]
    return (others or common or [counts.most_common(1)[0][0]])[0]


def over(colour: RGBA, behind: RGB) -> RGB:
    """Return what is seen when ``colour`` is painted over ``behind``."""
    alpha = colour[3]
    red, green, blue = (
        round(front * alpha + back * (1 - alpha))
        for front, back in zip(_rgb(colour), behind, strict=True)
    )
    return red, green, blue


def _colours(image: Image.Image) -> list[tuple[RGB, int]]:
    found = image.convert("RGB").getcolors(maxcolors=image.width * image.height) or []
    # An RGB image's colours are triples; Pillow's types know no modes.
    return [(cast("RGB", colour), count) for count, colour in found]


def _is_same(one: RGB, other: RGB) -> bool:
    return all(abs(a - b) <= _SAME_COLOUR for a, b in zip(one, other, strict=True))


def _rgb(colour: RGBA) -> RGB:
    red, green, blue = (round(channel * 255) for channel in colour[:3])
    return red, green, blue


def _linear(channel: float) -> float:
    """Undo the gamma of sRGB (IEC 61966-2-1)."""
    return channel / 12.92 if channel <= _LINEAR_UP_TO else ((channel + 0.055) / 1.055) ** 2.4
