"""How a line of the Pi's log looks: its level as shape, word and colour, its time, its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import overload

from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.wire.logs import Level, LogEntry, identity
from kiosk.services.wire.marks import N_

# No display has more room than that in two lines, and a message may be long.
_LONGEST_IN_LIST = 240
# Controls, signs that turn the direction of what follows, separators of lines.
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class LevelLook:
    """How a level is told: never by its colour alone."""

    icon: str
    word: str
    tone: str


LEVELS: Mapping[Level, LevelLook] = MappingProxyType(
    {
        "debug": LevelLook("dots-horizontal", N_("Debug"), "quiet"),
        "info": LevelLook("information-outline", N_("Info"), "plain"),
        "warn": LevelLook("alert", N_("Warning"), "waiting"),
        "error": LevelLook("close-octagon", N_("Error"), "bad"),
    }
)


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the list; ``key`` is its identity."""

    key: str
    icon: str
    word: str
    tone: str
    time: str
    component: str
    message: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class LinesView(Sequence[LineView]):
    """The lines of the list, each worked out only when it is looked at: few of them are in sight.

    ``focus`` is the one that is marked.
    """

    entries: tuple[LogEntry, ...] = ()
    focus: LogEntry | None = None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.entries)

    def __iter__(self) -> Iterator[LineView]:
        """Work them out one after another."""
        return (self._line(entry) for entry in self.entries)

    @overload
    def __getitem__(self, index: int) -> LineView: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[LineView, ...]: ...

    def __getitem__(self, index: int | slice) -> LineView | tuple[LineView, ...]:
        """Work out one line, or some."""
        if isinstance(index, slice):
            return tuple(self._line(entry) for entry in self.entries[index])
        return self._line(self.entries[index])

    def _line(self, entry: LogEntry) -> LineView:
        look = LEVELS[entry.level]
        message = entry.message.strip()
        cut = message if len(message) <= _LONGEST_IN_LIST else f"{message[:_LONGEST_IN_LIST]}…"
        return LineView(
            key=identity(entry),
            icon=look.icon,
            word=_(look.word),
            tone=look.tone,
            time=time_text(entry.timestamp),
            component=shown_text(entry.component or ""),
            message=" ".join(shown_text(cut).split()),
            selected=entry is self.focus,
        )


def shown_text(text: str) -> str:
    """Return what a stranger wrote with a space for each sign that has no shape."""
    return "".join(" " if unicodedata.category(c) in _NOT_SHOWN else c for c in text)


def time_text(moment: datetime | None) -> str:
    """Return the time of day where this machine stands."""
    return UNKNOWN if moment is None else f"{moment.astimezone():%H:%M:%S}"
