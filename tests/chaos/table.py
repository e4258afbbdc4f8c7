"""What the faults did, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.chaos.catalogue import FAULTS, NOT_HERE

_HEAD = ("fault", "injected how", "seen on screen", "requests sent", "nothing lost", "result")
_MOST_LINES = 4


@dataclass
class Told:
    """What one test saw while its fault lasted; each is said after it was asserted."""

    seen: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def screen(self, words: str) -> None:
        """Tell what was seen on the screen."""
        self.seen.append(words)

    def sent(self, words: str) -> None:
        """Tell what the server counted."""
        self.asked.append(words)

    def kept(self, words: str) -> None:
        """Tell what was not lost: on disk, in the form, on the server."""
        self.left.append(words)


@dataclass
class _Row:
    """All that the tests of a fault told that was injected in one way."""

    told: Told = field(default_factory=Told)
    outcomes: list[str] = field(default_factory=list)

    def add(self, told: Told, outcome: str) -> None:
        self.told.seen += told.seen
        self.told.asked += told.asked
        self.told.left += told.left
        self.outcomes.append(outcome)

    def cells(self) -> tuple[str, ...]:
        columns = (self.told.seen, self.told.asked, self.told.left)
        return (*map(_brief, columns), self.result)

    @property
    def result(self) -> str:
        """Return ``holds`` only when every test has passed."""
        if set(self.outcomes) == {"passed"}:
            return "holds" if len(self.outcomes) == 1 else f"holds ({len(self.outcomes)} tests)"
        return ", ".join(sorted(set(self.outcomes) - {"passed"})).upper()


class Table:
    """The outcome of a whole run: a row for each fault and each way to inject it."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, _Row]] = {fault: {} for fault in FAULTS}

    def add(self, fault: str, how: str, told: Told, outcome: str) -> None:
        """Take in what one test saw, and how it ended."""
        self._rows[fault].setdefault(how, _Row()).add(told, outcome)

    def missing(self) -> list[str]:
        """Return the faults that have neither a test nor a reason for having none."""
        return [fault for fault, rows in self._rows.items() if not rows and fault not in NOT_HERE]

    def markdown(self) -> str:
        """Return the table."""
        lines = (f"| {' | '.join(map(_cell, row))} |" for row in self._lines())
        rule = f"|{'---|' * len(_HEAD)}"
        return "\n".join([f"| {' | '.join(_HEAD)} |", rule, *lines, ""])

    def _lines(self) -> Iterator[tuple[str, ...]]:
        for fault, rows in self._rows.items():
            for how, row in rows.items():
                yield fault, how, *row.cells()
            if not rows:
                why = NOT_HERE.get(fault)
                yield fault, why or "–", "–", "–", "–", "NO TEST" if why is None else "not here"


def _brief(words: list[str]) -> str:
    distinct = list(dict.fromkeys(words))
    rest = len(distinct) - _MOST_LINES
    return "; ".join(distinct[:_MOST_LINES]) + (f"; {rest} more" if rest > 0 else "") or "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
