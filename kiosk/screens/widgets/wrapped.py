"""Text broken into lines by its real width, before anything is drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.core.text import Label as CoreLabel

from kiosk.screens.theme import FONT

ELLIPSIS = "…"


def first_line(text: str, size: float, width: float, *, bold: bool = False) -> tuple[str, str]:
    """Return as much of ``text`` as fits into ``width``, and the rest.

    It ends between words; inside one only where that alone is too long.
    """
    end = fitting(text, size, width, bold=bold)
    if end < len(text):
        space = text.rfind(" ", 0, end + 1)
        end = space if space > 0 else end
    return text[:end].rstrip(), text[end:].lstrip()


def all_lines(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Return the lines of ``text``; one empty line for no text."""
    lines = []
    rest = text
    while True:
        line, rest = first_line(rest, size, width, bold=bold)
        lines.append(line)
        if not rest:
            return lines


def two_lines(text: str, size: float, width: float) -> str:
    """Return ``text`` on at most two lines, an ellipsis at the end where it is longer."""
    one, rest = first_line(text, size, width)
    if not rest:
        return one
    if fitting(rest, size, width) < len(rest):
        room = width - width_of(ELLIPSIS, size)
        rest = rest[: fitting(rest, size, room)].rstrip() + ELLIPSIS
    return f"{one}\n{rest}"


def fitting(text: str, size: float, width: float, *, bold: bool = False) -> int:
    """Return how many characters fit, but at least one."""
    if width_of(text, size, bold=bold) <= width:
        return len(text)
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width_of(text[:middle], size, bold=bold) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is on one line, in pixels."""
    return float(_ruler(size, bold=bold)(text)[0])


@lru_cache(maxsize=8)
def _ruler(size: float, *, bold: bool) -> Any:
    return CoreLabel(font_size=size, font_name=FONT, bold=bold).get_cached_extents()
