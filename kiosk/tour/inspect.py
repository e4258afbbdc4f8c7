"""Reads from the widgets what stands on the screen: targets, texts, where they are, what is cut."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from kivy.core.window import Window
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from kiosk.screens.theme import ICON_FONT
from kiosk.screens.widgets.device_tile import DeviceTile
from kiosk.screens.widgets.painted_widget import PaintedWidget
from kiosk.screens.widgets.pressable import Pressable
from kiosk.screens.widgets.ticker import Ticker
from kiosk.tour.boxes import Box, Picture, SurfaceBox, TargetBox, TextBox, common_box

# Where letters stand within a line's height, in em of Roboto Condensed: the room above capitals,
# below the baseline, and below descenders.
_ABOVE_CAPS, _BELOW_BASELINE, _BELOW_DESCENDERS = 0.216, 0.244, 0.036
_DESCENDERS = frozenset("gjpqyçQ,;()[]{}|@$_/\\")
_ELLIPSIS = "…"
_LEAST_VISIBLE = 0.01
# A box may be this many pixels smaller than its text through rounding.
_ROUNDING = 1.5


@dataclass(frozen=True, slots=True)
class Seen:
    """A widget with what its parents mean for it."""

    widget: Any
    box: Box
    clip: Box
    room: Box
    opacity: float
    target: Any = None

    @property
    def visible(self) -> Box:
        """Return what of it is inside the window and its scrolled grid."""
        return self.box.common(self.clip)


def seen_widgets() -> Iterator[Seen]:
    """Yield every widget that is attached to the window and not transparent, parents first."""
    window = Box(0, 0, *Window.size)
    for child in reversed(Window.children):
        yield from _walk(child, Seen(None, window, window, window, 1.0))


def is_on_panel(seen: Seen) -> bool:
    """Return whether the middle of the widget can be touched."""
    centre = seen.box.centre
    return seen.visible.width > 0 and seen.visible.height > 0 and seen.visible.holds(*centre)


def targets_of(widgets: Collection[Seen]) -> tuple[TargetBox, ...]:
    """Return every touch target of which anything is to be seen, disabled ones too."""
    return tuple(
        TargetBox(
            name=_name_of(seen.widget),
            box=seen.box,
            visible=seen.visible,
            enabled=not seen.widget.disabled,
            primary=seen.widget.primary,
            machine=seen.widget.machine,
            destructive=seen.widget.destructive,
            held_back=seen.widget.is_held_back,
        )
        for seen in widgets
        if isinstance(seen.widget, Pressable) and seen.visible.width and seen.visible.height
    )


def surfaces_of(widgets: Collection[Seen]) -> tuple[SurfaceBox, ...]:
    """Return what is painted behind texts and targets; what scrolls may leave its view."""
    window = Box(0, 0, *Window.size)
    return tuple(
        SurfaceBox(_name_of(seen.widget), seen.box, seen.room)
        for seen in widgets
        if seen.clip == window and seen.box.width and seen.box.height and _has_surface(seen.widget)
    )


def texts_of(widgets: Collection[Seen], foreign: Collection[str] = ()) -> tuple[TextBox, ...]:
    """Return every text and icon; ``foreign`` texts are the service's and may be cut short."""
    texts: list[TextBox] = []
    for seen in widgets:
        # Half a tile at the edge of its grid says that there are more.
        if seen.box.sticks_out(seen.clip) > _ROUNDING and seen.clip != Box(0, 0, *Window.size):
            continue
        if isinstance(seen.widget, DeviceTile | PaintedWidget | Ticker):
            texts += _painted(seen, foreign)
        elif isinstance(seen.widget, Label) and seen.widget.text.strip():
            texts.append(_label(seen, foreign))
    return tuple(texts)


def picture_of(name: str, foreign: Collection[str] = ()) -> Picture:
    """Return everything on the screen, as it was drawn in the last frame."""
    widgets = tuple(seen_widgets())
    window = Box(0, 0, *Window.size)
    return Picture(
        name, window, targets_of(widgets), texts_of(widgets, foreign), surfaces_of(widgets)
    )


def _walk(widget: Widget, parent: Seen) -> Iterator[Seen]:
    opacity = parent.opacity * widget.opacity
    if opacity < _LEAST_VISIBLE:
        return
    box = _box_of(widget)
    target = widget if isinstance(widget, Pressable) else parent.target
    seen = Seen(widget, box, parent.clip, parent.room, opacity, target)
    yield seen
    # What scrolls is larger than its view by nature: there the view's edge is the only room.
    scrolled = isinstance(widget.parent, ScrollView)
    inner = replace(
        seen,
        clip=seen.visible if isinstance(widget, ScrollView) else seen.clip,
        room=seen.room if scrolled else _room_in(seen),
    )
    for child in reversed(widget.children):
        yield from _walk(child, inner)


def _has_surface(widget: Widget) -> bool:
    return isinstance(widget, ScrollView | PaintedWidget) or bool(
        widget.canvas.has_before and widget.canvas.before.children
    )


def _room_in(seen: Seen) -> Box:
    if isinstance(seen.widget, Pressable | ScrollView):
        return seen.box
    return common_box((seen.room, seen.box))


def _box_of(widget: Widget) -> Box:
    x, y = widget.to_window(widget.x, widget.y)
    return Box(x, y, x + widget.width, y + widget.height)


def _label(seen: Seen, foreign: Collection[str]) -> TextBox:
    label = seen.widget
    width, height = label.texture_size
    left = int(label.center_x - width / 2.0)
    bottom = int(label.center_y - height / 2.0)
    x, y = label.to_window(left, bottom)
    area = Box(x, y, x + width, y + height)
    icon = label.font_name == ICON_FONT
    too_large = height > label.height + _ROUNDING or width > label.width + _ROUNDING
    shortened = label.is_shortened or (label.max_lines and _lines_cut(label))
    theirs = getattr(label, "foreign", False)
    ours = not theirs and not _holds(label.text, foreign)
    colour = label.disabled_color if label.disabled else label.color
    return TextBox(
        text=getattr(label, "icon", "") or label.text,
        ink=_ink_of_icon(area) if icon else _ink_of_lines(label, area),
        area=area,
        room=common_box((seen.room, seen.clip)),
        size=label.font_size,
        colour=(*colour[:3], colour[3] * seen.opacity),
        icon=icon,
        owner=_name_of(seen.target) if seen.target else None,
        cut=bool(too_large or (shortened and ours)),
        broken=_is_broken(label),
    )


def _painted(seen: Seen, foreign: Collection[str]) -> Iterator[TextBox]:
    tile = seen.widget
    word = tile.row.word if isinstance(tile, DeviceTile) and tile.row is not None else ""
    for text in tile.painted:
        x, y = tile.to_window(text.x, text.y)
        area = Box(x, y, x + text.width, y + text.height)
        yield TextBox(
            text=text.whole or text.text,
            ink=_ink_of_icon(area) if text.icon else _ink(area, text.size, text.text),
            area=area,
            room=common_box((seen.box, seen.clip)),
            size=text.size,
            colour=(*text.colour[:3], text.colour[3] * seen.opacity),
            icon=text.icon,
            owner=_name_of(seen.target or tile),
            cut=_is_beginning(text.text, word)
            or (_is_beginning(text.text, text.whole) and not _holds(text.whole, foreign)),
            broken=text.broken,
        )


def _holds(text: str, words: Collection[str]) -> bool:
    return any(word and word in text for word in words)


def _is_beginning(shown: str, whole: str) -> bool:
    return shown != whole and shown.endswith(_ELLIPSIS) and whole.startswith(shown[:-1])


def _ink(area: Box, size: float, text: str) -> Box:
    below = _BELOW_DESCENDERS if _DESCENDERS.intersection(text) else _BELOW_BASELINE
    return Box(area.x, area.y + below * size, area.right, area.top - _ABOVE_CAPS * size)


def _ink_of_icon(area: Box) -> Box:
    """Return the middle of an icon's cell: the font leaves an edge around the shapes."""
    edge = min(area.width, area.height) * 0.1
    return Box(area.x + edge, area.y + edge, area.right - edge, area.top - edge)


def _ink_of_lines(label: Label, area: Box) -> Box:
    """Return where the lines stand within a texture that is as wide as the label."""
    widest = max((line.w for line in _lines(label)), default=area.width)
    spare = max(0.0, area.width - widest)
    left = {"center": spare / 2, "right": spare}.get(label.halign, 0.0)
    narrowed = Box(area.x + left, area.y, area.x + left + widest, area.top)
    return _ink(narrowed, label.font_size, label.text)


def _lines(label: Label) -> list[Any]:
    # Kivy tells nobody else how it has laid out a text.
    return list(label._label._cached_lines or ())  # noqa: SLF001


def _line_texts(label: Label) -> list[str]:
    return ["".join(word.text for word in line.words) for line in _lines(label)]


def _lines_cut(label: Label) -> bool:
    shown = "".join("".join(_line_texts(label)).split())
    return len(shown) < len("".join(label.text.split()))


def _is_broken(label: Label) -> bool:
    """Return whether a line ends inside a word, a number or a MAC address."""
    rest = label.text
    for shown in _line_texts(label)[:-1]:
        line = shown.strip()
        if not rest.startswith(line):
            return False
        rest = rest[len(line) :]
        if line and not rest[:1].isspace():
            return True
        rest = rest.lstrip()
    return False


def _name_of(widget: Any) -> str:
    return getattr(widget, "name", "") or type(widget).__name__
