# ruff: noqa: T201 - what a command is for
"""``make soak``: runs the kiosk for minutes or hours, prints what grows, and fails on growth."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from tests.soak.growth import LEAST_SAMPLES, Growth, Verdict, growth, is_flat
from tests.soak.weather import Weather

MOST_MIB_PER_HOUR = 1.0
# Screens are built when they are first entered, and caches fill: that is no growth.
WARM_UP_SHARE, LONGEST_WARM_UP_SECONDS = 0.4, 1200.0
# In less time than this nothing is certain of a megabyte an hour: the line is told, not judged.
LEAST_STEADY_SECONDS = 1200.0
# Judged by the limit; the others tell what it is that grows.
MEMORY = ("anonymous",)
TELLING = ("rss", "pss", "malloc", "blocks", "objects")
# What a kiosk has more of at one moment than at another, but never more and more.
COUNTS = ("fds", "tasks", "threads", "widgets", "subscribers")
# Built when a screen first needs them: in a short run there are more and more.
BUILT = frozenset({"widgets"})
TYPES_TOLD = 12

# Textures and answers are large and live for seconds. glibc learns to keep such blocks among the
# small ones, where they leave holes; told not to learn, it gives each back to the system.
MALLOC = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}

Sample = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Return 1 when something certainly grows by more than it may."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=20, help="events a second")
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--out", type=Path, default=Path("build/soak.json"))
    options = parser.parse_args(arguments)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    # A run that is ended before its time has told what it saw until then.
    with options.out.with_suffix(".jsonl").open("w", buffering=1) as kept:
        samples, weather = soak(options.minutes * 60, options.rate, options.devices, kept)
    report = judged(samples)
    seconds = samples[-1]["at"] - samples[0]["at"]
    report["run"] = {
        "minutes": round(seconds / 60, 1),
        "events_per_second": round(weather.told / seconds, 1),
        "troubles": weather.troubles,
        **{name: samples[-1][name] for name in ("entered", "sheets", "sessions", "missed")},
    }
    options.out.write_text(json.dumps({**report, "samples": samples}, indent=1))
    print("\n".join(lines_of(report)))
    return 1 if report["failed"] else 0


def soak(seconds: float, rate: float, devices: int, kept: TextIO) -> tuple[list[Sample], Weather]:
    """Run the kiosk and return its samples; raises RuntimeError when it ended too early.

    ``kept`` gets each of them at once, as a line of JSON.
    """
    samples: list[Sample] = []
    with Weather(devices=devices, rate=rate) as weather:
        command = [sys.executable, "-m", "tests.soak.panel", weather.simulator.url, str(seconds)]
        environment = {**MALLOC, **os.environ, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as panel:
            assert panel.stdout is not None
            for line in panel.stdout:
                if line.startswith("{"):
                    kept.write(line)
                    samples.append(json.loads(line))
                    print(progress(samples), flush=True)
    if panel.returncode or len(samples) < 2:
        raise RuntimeError(f"the kiosk ended with status {panel.returncode}")
    return samples, weather


def progress(samples: list[Sample]) -> str:
    """Return the newest sample in a line."""
    newest = samples[-1]
    minutes = (newest["at"] - samples[0]["at"]) / 60
    numbers = " ".join(f"{name} {newest[name]}" for name in COUNTS)
    return (
        f"{minutes:6.1f} min  own {newest['anonymous']:.1f} MiB  blocks {newest['blocks']}  "
        f"{numbers}  screens {newest['entered']}  missed {newest['missed']}  "
        f"devices {newest['devices']}"
    )


def judged(samples: list[Sample]) -> dict[str, Any]:
    """Return growth an hour with its doubt, what is flat, and what failed, after the warm-up."""
    seconds = samples[-1]["at"] - samples[0]["at"]
    warm = samples[0]["at"] + min(WARM_UP_SHARE * seconds, LONGEST_WARM_UP_SECONDS)
    steady = [sample for sample in samples if sample["at"] >= warm]
    at = [sample["at"] for sample in steady]
    lines = {
        name: growth(at, [sample[name] for sample in steady])
        for name in MEMORY + TELLING
        if len(steady) >= LEAST_SAMPLES and all(sample[name] is not None for sample in steady)
    }
    is_long = bool(lines) and at[-1] - at[0] >= LEAST_STEADY_SECONDS
    verdicts: dict[str, Verdict] = {
        name: lines[name].verdict(MOST_MIB_PER_HOUR) if is_long else "too short to tell"
        for name in MEMORY
    }
    flat = {name: is_flat([sample[name] for sample in steady]) for name in COUNTS}
    failed = [name for name, verdict in verdicts.items() if verdict == "GROWS"]
    failed += [name for name, is_so in flat.items() if not is_so and (is_long or name not in BUILT)]
    if steady[-1]["entered"] - steady[0]["entered"] < (at[-1] - at[0]) / 60:
        failed.append("less than a screen a minute was entered")
    return {
        "growth_per_hour": {
            name: {"value": round(g.per_hour, 3), "uncertainty": round(g.uncertainty, 3)}
            for name, g in lines.items()
        },
        "verdicts": verdicts,
        "flat": {
            name: {"flat": is_so, "least": min(each), "most": max(each)}
            for name, is_so in flat.items()
            for each in [[sample[name] for sample in steady]]
        },
        "types": grown_types(steady),
        "warm_up_minutes": round((at[0] - samples[0]["at"]) / 60, 1),
        "failed": failed,
    }


def grown_types(steady: list[Sample]) -> dict[str, dict[str, int]]:
    """Return the types of which there are certainly more and more, the most grown first."""
    grown = {}
    for name in steady[0]["types"]:
        numbers = [sample["types"].get(name, 0) for sample in steady]
        if not is_flat(numbers):
            grown[name] = {"from": numbers[0], "to": numbers[-1]}
    ranked = sorted(grown.items(), key=lambda pair: pair[1]["from"] - pair[1]["to"])
    return dict(ranked[:TYPES_TOLD])


def lines_of(report: dict[str, Any]) -> list[str]:
    """Return the report for a person."""
    run = report["run"]
    head = (
        f"{run['minutes']} min, {run['events_per_second']} events/s, {run['troubles']} troubles, "
        f"{run['entered']} screens, {run['sheets']} sheets, {run['sessions']} sessions; "
        f"the first {report['warm_up_minutes']} min are warm-up"
    )
    lines = ["", head]
    for name, found in report["growth_per_hour"].items():
        unit = "an hour" if name in {"blocks", "objects"} else "MiB an hour"
        verdict = report["verdicts"].get(name, "")
        line = Growth(found["value"], found["uncertainty"])
        lines.append(
            f"  {name:<12}{line.per_hour:>+12.2f} ± {line.uncertainty:.2f} {unit}  {verdict}"
        )
    for name, found in report["flat"].items():
        word = "flat" if found["flat"] else "GROWS" if name in report["failed"] else "still built"
        lines.append(f"  {name:<12}{found['least']:>6} to {found['most']}  {word}")
    for name, found in report["types"].items():
        lines.append(f"  more and more: {name}, {found['from']} to {found['to']}")
    if report["failed"]:
        lines.append(f"failed: {', '.join(report['failed'])}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
