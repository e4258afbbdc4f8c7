# ruff: noqa: T201 - what a command is for
"""``make fleet``: sixty kiosks come back after an outage, as a histogram for each screen."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import get_args

from tests.fleet.fleet import KIOSKS, Return, Screen, after_outage

OUTAGES = {"10 s": 10.0, "2 min": 120.0, "10 min": 600.0}
SEEDS = 5


def main() -> None:
    """Print the first seed's histogram, and the worst second of all."""
    for screen in get_args(Screen):
        for name, seconds in OUTAGES.items():
            returns = [
                asyncio.run(after_outage(seconds, screen=screen, seed=seed))
                for seed in range(SEEDS)
            ]
            print(f"\n{screen}, after {name} down")
            print("\n".join(lines_of(returns)))


def lines_of(returns: list[Return]) -> list[str]:
    """Return the histogram of the first, and the figures of all."""
    first = returns[0]
    busiest = max(each.largest_share for each in returns)
    most_asked = max(max(each.asked.values()) for each in returns)
    bars = [f"  {second:>3} s  {'#' * n} {n}" for second, n in sorted(first.per_second.items())]
    figures = (
        f"  first {min(r.back[0] for r in returns):.1f} s, half "
        f"{median(m for r in returns for m in r.back):.1f} s, last "
        f"{max(r.back[-1] for r in returns):.1f} s; busiest second {busiest:.0%} of {KIOSKS}, "
        f"at most {most_asked} requests a second; {SEEDS} runs"
    )
    return [*bars, figures]


if __name__ == "__main__":
    main()
