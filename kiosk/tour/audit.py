"""Measures a picture by ergonomics.md: sizes in millimetres, gaps, and what falls short of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from kiosk.tour.boxes import Box, Picture, TargetBox, TextBox

TARGET_MM, PRIMARY_MM = 15.0, 20.0
GAP_MM, MACHINE_GAP_MM, DESTRUCTIVE_GAP_MM = 3.0, 5.0, 13.0
TEXT_MM = 4.3
TEXT_CONTRAST, ICON_CONTRAST = 7.0, 3.0
# Cap height plus descender of the product's typeface, in em.
CAP_TO_DESCENDER = 0.919
# What a pixel's rounding may take away.
_TOLERANCE_MM = 0.05
_ROUNDED_CONTRAST = 0.05
# Letters may reach this far into each other's line, or over an edge, unseen.
_TOUCHING_MM = 0.3


@dataclass(frozen=True, slots=True)
class TargetSize:
    """A target's measures; ``gap_mm`` is the distance to the next one, None where it is alone."""

    name: str
    width_mm: float
    height_mm: float
    gap_mm: float | None


@dataclass(frozen=True, slots=True)
class TextSize:
    """A text's measures; ``height_mm`` is from cap height to descender."""

    text: str
    height_mm: float
    contrast: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured on one screen, and a sentence for each thing that falls short."""

    targets: tuple[TargetSize, ...]
    texts: tuple[TextSize, ...]
    shortfalls: tuple[str, ...]


def measure(picture: Picture, contrasts: tuple[float, ...], pixels_per_mm: float) -> Measures:
    """Return the measures of a picture; ``contrasts`` are those of its texts, in their order."""
    scale = _Scale(pixels_per_mm)
    seen = list(zip(picture.texts, contrasts, strict=True))
    return Measures(
        targets=tuple(_target_size(target, picture, scale) for target in picture.targets),
        texts=tuple(
            TextSize(text.text, scale.text_mm(text), round(contrast, 2))
            for text, contrast in seen
            if not text.icon
        ),
        # Five icons with one fault are one sentence.
        shortfalls=tuple(
            dict.fromkeys(f"{picture.name}: {what}" for what in _shortfalls(picture, seen, scale))
        ),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    pixels_per_mm: float

    def mm(self, pixels: float) -> float:
        return round(pixels / self.pixels_per_mm, 2)

    def text_mm(self, text: TextBox) -> float:
        return self.mm(text.size * CAP_TO_DESCENDER)

    def touches(self, pixels: float) -> bool:
        return pixels / self.pixels_per_mm <= _TOUCHING_MM


def _target_size(target: TargetBox, picture: Picture, scale: _Scale) -> TargetSize:
    gaps = [target.visible.gap(other.visible) for other in picture.targets if other is not target]
    gap = scale.mm(min(gaps)) if gaps else None
    return TargetSize(target.name, scale.mm(target.box.width), scale.mm(target.box.height), gap)


def _shortfalls(
    picture: Picture, seen: list[tuple[TextBox, float]], scale: _Scale
) -> Iterator[str]:
    for target in picture.targets:
        yield from _too_small(target, scale)
        yield from _off_window(f"target {target.name}", target.visible, picture.window, scale)
    for one, other in combinations(picture.targets, 2):
        yield from _too_near(one, other, scale)
    for surface in picture.surfaces:
        yield from _sticks_out(surface.name, surface.box, surface.room, scale)
    for text, contrast in seen:
        yield from _hard_to_read(text, contrast, scale)
        yield from _not_whole(text, picture.window, scale)
        yield from _on_foreign_target(text, picture.targets, scale)
    for one_text, other_text in combinations(picture.texts, 2):
        depth = one_text.ink.overlap(other_text.ink)
        if not scale.touches(depth):
            yield (
                f"{_name(one_text)} and {_name(other_text)} overlap by {scale.mm(depth):.1f} mm."
            )


def _too_small(target: TargetBox, scale: _Scale) -> Iterator[str]:
    width, height = scale.mm(target.box.width), scale.mm(target.box.height)
    for side, length in (("wide", width), ("high", height)):
        if length < TARGET_MM - _TOLERANCE_MM:
            yield f"target {target.name} is {length:.1f} mm {side}; {TARGET_MM:g} mm are needed."
    if target.primary and height < PRIMARY_MM - _TOLERANCE_MM:
        yield (
            f"target {target.name} is {height:.1f} mm high; a primary one needs {PRIMARY_MM:g} mm."
        )


def _too_near(one: TargetBox, other: TargetBox, scale: _Scale) -> Iterator[str]:
    if one.visible.overlap(other.visible) > 0:
        yield f"targets {one.name} and {other.name} overlap."
        return
    needed, why = GAP_MM, ""
    if one.machine or other.machine:
        needed, why = MACHINE_GAP_MM, " beside what changes the machine"
    if one.destructive or other.destructive:
        needed, why = DESTRUCTIVE_GAP_MM, " beside what takes something away"
    gap = scale.mm(one.visible.gap(other.visible))
    if gap < needed - _TOLERANCE_MM:
        yield (
            f"targets {one.name} and {other.name} are {gap:.1f} mm apart; "
            f"{needed:g} mm are needed{why}."
        )


def _hard_to_read(text: TextBox, contrast: float, scale: _Scale) -> Iterator[str]:
    height = scale.text_mm(text)
    if not text.icon and height < TEXT_MM - _TOLERANCE_MM:
        yield f"{_name(text)} is {height:.2f} mm high; {TEXT_MM:g} mm are needed."
    needed = ICON_CONTRAST if text.icon else TEXT_CONTRAST
    if contrast < needed - _ROUNDED_CONTRAST:
        yield f"{_name(text)} has a contrast of {contrast:.1f}:1; {needed:g}:1 is needed."


def _not_whole(text: TextBox, window: Box, scale: _Scale) -> Iterator[str]:
    if text.cut:
        yield f"{_name(text)} is cut off."
    if text.broken:
        yield f"{_name(text)} is broken inside a word."
    if scale.touches(text.ink.sticks_out(window)):
        yield from _sticks_out(_name(text), text.ink, text.room, scale)
    else:
        yield from _off_window(_name(text), text.ink, window, scale)


def _on_foreign_target(
    text: TextBox, targets: tuple[TargetBox, ...], scale: _Scale
) -> Iterator[str]:
    for target in targets:
        depth = text.ink.overlap(target.visible)
        if target.name != text.owner and not scale.touches(depth):
            yield f"{_name(text)} lies on target {target.name}."


def _sticks_out(name: str, box: Box, room: Box, scale: _Scale) -> Iterator[str]:
    out = box.sticks_out(room)
    if not scale.touches(out):
        yield f"{name} sticks out by {scale.mm(out):.1f} mm from what it stands in."


def _off_window(name: str, box: Box, window: Box, scale: _Scale) -> Iterator[str]:
    out = box.sticks_out(window)
    if not scale.touches(out):
        yield f"{name} is {scale.mm(out):.1f} mm off the window."


def _name(text: TextBox) -> str:
    kind = "icon" if text.icon else "text"
    place = f" of {text.owner}" if text.owner else ""
    return f"{kind} “{text.text}”{place}"
