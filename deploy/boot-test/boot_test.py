"""Boots a kiosk from nothing and makes its life hard.

``boot_test.py IMAGE BUNDLE UPGRADES OUT [--accelerator tcg]``

IMAGE is a folder of ``image.sh``, BUNDLE and UPGRADES are tars (``make bundle``, ``upgrades.sh``).
Pictures, consoles and ``report.json`` are put into OUT. The exit status is 0 when all went well.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from checks import CHECKS
from flows import FLOWS
from lifecycle import BIRTH, LIFE
from machine import GuestError, Machine
from trial import Trial

# What a processor that is emulated takes longer.
SLOWNESS = {"kvm": 1.0, "tcg": 8.0}


def main() -> int:
    """Run every step; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("image", "bundle", "upgrades", "out"):
        parser.add_argument(name, type=lambda path: Path(path).resolve())
    parser.add_argument("--accelerator", default="tcg")
    parser.add_argument("--steps", nargs="+", default=[], help="only the steps of these names")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for old in (*args.out.glob("*.png"), *args.out.glob("*.log")):
        old.unlink()

    disk = args.out / "disk.qcow2"
    base = ("-F", "raw", "-b", str(args.image / "disk.img"))
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *base, str(disk)], check=True)
    machine = Machine(
        args.out,
        disk=disk,
        kernel=args.image / "vmlinuz",
        initrd=args.image / "initrd",
        extra=(args.bundle, args.upgrades),
        accelerator=args.accelerator,
    )
    try:
        machine.boot()
        accelerator = machine.accelerator()
        print(f"   emulated by {accelerator}")
        trial = Trial(machine, args.out, SLOWNESS[accelerator])
        return run(trial, args.steps)
    finally:
        machine.close()
        disk.unlink()


def run(trial: Trial, chosen: list[str]) -> int:
    """Run the steps one after the other; returns the exit status."""
    start = time.monotonic()
    failed = []
    for step in (*BIRTH, *CHECKS, *FLOWS, *LIFE):
        if chosen and step.__name__ not in chosen:
            continue
        begun = time.monotonic()
        try:
            step(trial)
        except (GuestError, AssertionError) as error:
            failed.append(step.__name__)
            print(f" ✗ {step.__doc__} [{time.monotonic() - begun:.0f} s]\n{error}", flush=True)
            why(trial, step.__name__)
            if step in BIRTH:
                break
        else:
            print(f" ✓ {step.__doc__} [{time.monotonic() - begun:.0f} s]", flush=True)
    trial.figures["test seconds"] = round(time.monotonic() - start)
    trial.figures["failed"] = failed
    print(json.dumps(trial.figures, indent=2))
    (trial.folder / "report.json").write_text(json.dumps(trial.figures, indent=2) + "\n")
    return 1 if failed else 0


def why(trial: Trial, step: str) -> None:
    """Keep what explains a failure: the panel, and the journal of this boot."""
    try:
        trial.keep(f"failed-{step}")
        journal = trial.machine.run("journalctl --boot --no-pager | tail -n 400").text
        (trial.folder / f"{step}.log").write_text(journal)
        print(trial.machine.run("journalctl -u kiosk --no-pager -n 25 -o cat").text)
    except GuestError as error:
        print(error)


if __name__ == "__main__":
    sys.exit(main())
