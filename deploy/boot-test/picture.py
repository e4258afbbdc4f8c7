"""What the panel shows, as far as a boot test must know: pixels of a td1 panel in daylight."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

Colour = tuple[int, int, int]

PAPER: Colour = (246, 250, 249)
LIT: Colour = (0, 92, 92)
STOPS: Colour = (143, 29, 0)
WELL: Colour = (0, 87, 63)

# GPUs round differently.
_TOLERANCE = 6


class Target(NamedTuple):
    """Something to touch: its middle, and the colour that its corner has when it can be touched."""

    x: int
    y: int
    corner: tuple[int, int]
    colour: Colour = LIT


START = Target(674, 418, (590, 380))
CONTINUE = Target(710, 111, (655, 90))
PROVISION_ALL = Target(718, 418, (690, 380))
RETRY_FAILED = Target(559, 418, (530, 380))
STOP = Target(67, 418, (20, 380), STOPS)
DONE = Target(665, 418, (560, 380))

# On paper in every screen, and in the middle of the status bar's sign.
_BLANK = (400, 345)
_SIGN = (20, 23)


class Picture:
    """One picture of the panel: a binary PPM (netpbm), as qemu writes it."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        kind, width, height, most = data.split(maxsplit=4)[:4]
        if (kind, most) != (b"P6", b"255"):
            raise ValueError(f"{path} is no picture of eight bits a colour")
        self.size = int(width), int(height)
        self._pixels = data[-3 * self.size[0] * self.size[1] :]

    def at(self, place: tuple[int, int]) -> Colour:
        """Return the colour of a pixel, counted from the top left; black outside."""
        x, y = place
        if x >= self.size[0] or y >= self.size[1]:
            return 0, 0, 0
        start = 3 * (y * self.size[0] + x)
        red, green, blue = self._pixels[start : start + 3]
        return red, green, blue

    def has(self, place: tuple[int, int], colour: Colour) -> bool:
        """Return whether a pixel has a colour."""
        there = self.at(place)
        return all(abs(a - b) <= _TOLERANCE for a, b in zip(there, colour, strict=True))

    def is_kiosk(self) -> bool:
        """Return whether the kiosk is on the panel."""
        return self.has(_BLANK, PAPER)

    def is_live(self) -> bool:
        """Return whether the kiosk says that what it shows is so at the moment."""
        return self.is_kiosk() and self.has(_SIGN, WELL)

    def offers(self, target: Target) -> bool:
        """Return whether a target is there and can be touched."""
        return self.is_kiosk() and self.has(target.corner, target.colour)
