# ruff: noqa: T201 - what a command is for
"""How the kiosk's figures stay over hours: ``python -m tests.bench.hours --minutes 60``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from statistics import median

from tests.bench.panel import Panel
from tests.bench.report import percentiles
from tests.bench.service import Service
from tests.bench.sides import Kiosk

# The simulator answers when it has told all of them.
_PIECE_SECONDS = 60.0


def main(arguments: Sequence[str]) -> None:
    """Have events come without a pause, and print a line for each stretch of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hours", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="in all (%(default)g)")
    parser.add_argument("--line", type=float, default=5, help="minutes of a line (%(default)g)")
    parser.add_argument("--rate", type=float, default=10, help="events a second (%(default)g)")
    parser.add_argument("--devices", type=int, default=50, help="how many cameras (%(default)d)")
    options = parser.parse_args(arguments)
    print("| minutes | p50, ms | p99, ms | longest, ms | processor, % | memory, MB |")
    print("|---|---|---|---|---|---|", flush=True)
    with Panel() as panel, Service(options.devices) as service:
        service.open_session()
        with Kiosk(panel, service) as kiosk:
            kiosk.enter_session()
            began = time.monotonic()
            while (minutes := (time.monotonic() - began) / 60) < options.minutes:
                pieces = [
                    kiosk.under_load(_PIECE_SECONDS, options.rate)
                    for _ in range(round(options.line * 60 / _PIECE_SECONDS))
                ]
                found = percentiles([late for piece, _share in pieces for late in piece])
                share = median(share for _piece, share in pieces)
                cells = (found["p50"], found["p99"], found["max"], share, kiosk.pss_mb())
                print(f"| {minutes:.0f} | {' | '.join(f'{n:.1f}' for n in cells)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
