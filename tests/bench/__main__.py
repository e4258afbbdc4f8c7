# ruff: noqa: T201 - what a command is for
"""``make bench``: measures the kiosk and a hand-written page in turns, on the same Xvfb."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import panel as panels
from tests.bench.panel import Panel
from tests.bench.report import Figures, percentiles, ratios, summary, table
from tests.bench.service import Service
from tests.bench.sides import PROFILE, Kiosk, Page, Side, has_browser

BURST = 100_000
VISITS = 4


def main(arguments: Sequence[str]) -> int:
    """Return 0 when everything was measured."""
    options = _options(arguments)
    if not panels.is_possible():
        print("make bench: there is no Xvfb (apt-get install xvfb libxtst6)", file=sys.stderr)
        return os.EX_UNAVAILABLE
    sides: list[type[Side]] = [Kiosk]
    if options.only != "kiosk" and has_browser():
        sides.append(Page)
    elif options.only != "kiosk":
        print("There is no Chromium: the kiosk is measured alone.")
    rounds: dict[str, list[Figures]] = {side.name: [] for side in sides}
    shutil.rmtree(PROFILE, ignore_errors=True)
    with Panel() as panel:
        for number in range(options.rounds):
            for side in sides if number % 2 == 0 else reversed(sides):
                print(f"round {number + 1} of {options.rounds}: {side.name}", flush=True)
                rounds[side.name].append(_round(side, panel, options))
                print(f"   {_short(rounds[side.name][-1])}", flush=True)
                _keep(options.out, _report(rounds, options))
    report = _report(rounds, options)
    print(f"\n{table(report)}\n\nThe figures are in {options.out}.")
    return 0


def _round(side: type[Side], panel: Panel, options: argparse.Namespace) -> Figures:
    """Return one side's figures."""
    found: Figures = {"pss_mb": {}, "event_to_frame_ms": {}, "cpu_pct": {}}
    for devices in options.devices:
        with Service(devices) as service:
            service.open_session()
            with side(panel, service) as client:
                if devices == options.devices[0]:
                    found["first_frame_s"] = client.first_frame()
                    found["live_s"] = client.live()
                    found |= _touched(client)
                    client.rest(options.settle)
                    found["idle_cpu_pct"] = client.cpu_pct(options.idle)
                client.enter_session()
                late, used = {}, {}
                for rate in options.rates:
                    latencies, used[str(rate)] = client.under_load(options.seconds, rate)
                    late[str(rate)] = percentiles(latencies)
                found["event_to_frame_ms"][str(devices)] = late
                found["cpu_pct"][str(devices)] = used
                if devices == options.devices[0]:
                    found["burst_s"] = client.burst(options.burst)
                client.rest(options.settle)
                found["pss_mb"][str(devices)] = client.pss_mb()
    return found


def _touched(client: Side) -> Figures:
    """Return how late a press and a new screen are; the first visit and the later ones."""
    time.sleep(1)
    pressed, first = client.visit()
    presses, changes = [pressed], []
    for _ in range(VISITS):
        client.leave()
        pressed, changed = client.visit()
        presses.append(pressed)
        changes.append(changed)
    client.leave()
    return {
        "tap_to_pressed_ms": median(presses) * 1000,
        "screen_change_ms": {"first": first * 1000, "later": median(changes) * 1000},
    }


def _report(rounds: dict[str, list[Figures]], options: argparse.Namespace) -> Figures:
    report: Figures = {"range": {}}
    for side, figures in rounds.items():
        if figures:
            report[side], report["range"][side] = summary(figures)
    if "page" in report:
        report["ratio"] = ratios(report["kiosk"], report["page"])
    report["run"] = {
        "rounds": options.rounds,
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "load": os.getloadavg()[0],
    }
    return report


def _keep(path: Path, report: Figures) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1))


def _short(figures: Figures) -> str:
    return json.dumps(figures, default=str, separators=(",", ":"))[:600]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)

    def add(name: str, default: Any, text: str, **more: Any) -> None:
        parser.add_argument(name, default=default, help=f"{text} (%(default)s)", **more)

    add("--rounds", 5, "how often each side has its turn", type=int)
    add("--devices", [50, 200, 1000], "how many cameras", type=int, nargs="+")
    add("--rates", [10, 50, 200], "events a second", type=int, nargs="+")
    add("--seconds", 4.0, "how long each rate", type=float)
    add("--idle", 10.0, "how long nothing happens", type=float)
    add("--settle", 12.0, "seconds before the memory is looked at", type=float)
    add("--burst", BURST, "events as fast as they are read", type=int)
    add("--only", "", "measure the kiosk alone", choices=["kiosk", ""])
    add("--out", Path("build/bench.json"), "where the figures go", type=Path)
    parser.add_argument("--short", action="store_true", help="one quick round")
    options = parser.parse_args(arguments)
    if options.short:
        options.rounds, options.devices, options.seconds = 1, [50], 3.0
        options.idle, options.settle, options.burst = 5.0, 12.0, 5000
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
