"""Rounds become medians with their range, a table and a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

Figures = dict[str, Any]


def percentiles(late: Sequence[float]) -> Figures:
    """Return p50, p95, p99 and the longest of at least one latency."""
    ordered = sorted(late)
    last = len(ordered) - 1
    found = {f"p{share}": ordered[round(last * share / 100)] for share in (50, 95, 99)}
    return {**found, "max": ordered[-1]}


def summary(rounds: Sequence[Mapping[str, Any]]) -> tuple[Figures, Figures]:
    """Return the medians of rounds of equal shape, and in that shape ``[min, max]``."""
    medians: Figures = {}
    ranges: Figures = {}
    for name in dict.fromkeys(key for one in rounds for key in one):
        values = [one[name] for one in rounds if one.get(name) is not None]
        if values and isinstance(values[0], Mapping):
            medians[name], ranges[name] = summary(values)
        elif values:
            medians[name] = round(median(values), 3)
            ranges[name] = [round(min(values), 3), round(max(values), 3)]
    return medians, ranges


def ratios(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Figures:
    """Return ours over theirs for each figure that both have: below 1 the kiosk is ahead."""
    found: Figures = {}
    for name, value in ours.items():
        other = theirs.get(name)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            found[name] = ratios(value, other)
        elif isinstance(value, int | float) and isinstance(other, int | float) and other:
            found[name] = round(value / other, 3)
    return found


def table(report: Mapping[str, Any]) -> str:
    """Return the medians and their range for people, as Markdown."""
    sides = [name for name in ("kiosk", "page") if name in report]
    lines = [
        f"| | {' | '.join(sides)} |" + (" kiosk / page |" if len(sides) > 1 else ""),
        "|---" * (len(sides) + 1 + (len(sides) > 1)) + "|",
    ]
    flat = {side: dict(_leaves(report[side])) for side in sides}
    spread = {side: dict(_leaves(report["range"][side])) for side in sides}
    for name in flat[sides[0]]:
        cells = [_cell(flat[side].get(name), spread[side].get(name)) for side in sides]
        if len(sides) > 1:
            ours, theirs = flat["kiosk"].get(name), flat["page"].get(name)
            cells.append(f"{ours / theirs:.2f}" if ours and theirs else "")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _leaves(figures: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        here = f"{path} {name}".strip()
        if isinstance(value, Mapping):
            yield from _leaves(value, here)
        else:
            yield here, value


def _cell(value: float | None, spread: Sequence[float] | None) -> str:
    if value is None or spread is None:
        return ""
    return f"{value:g} ({spread[0]:g}–{spread[1]:g})"
