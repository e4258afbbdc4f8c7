"""The panels that the kiosk knows, with their true sizes. What DRM reports is not to be trusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Display:
    """One panel: pixels, and dots per inch that make Kivy's ``mm()`` true."""

    name: str
    title: str
    width: int
    height: int
    dpi: int

    @property
    def pixels_per_mm(self) -> float:
        """Return how many pixels a millimetre has."""
        return self.dpi / 25.4


DISPLAYS = {
    display.name: display
    for display in (
        Display("td1", 'Raspberry Pi Touch Display 1, 7"', 800, 480, 137),
        Display("td2-7", 'Raspberry Pi Touch Display 2, 7", portrait', 720, 1280, 210),
        Display("td2-7-landscape", 'Raspberry Pi Touch Display 2, 7"', 1280, 720, 210),
        Display("ws7", '7" IPS', 1024, 600, 173),
        Display("hd10", '10.1"', 1280, 800, 150),
    )
}
