"""Boots a kiosk from nothing and makes its life hard.

``boot_test.py IMAGE BUNDLE UPGRADES OUT [--accelerator tcg] [--from STEP | --only STEP...]``

IMAGE is a folder of ``image.sh``, BUNDLE and UPGRADES are tars (``make bundle``, ``upgrades.sh``).
Pictures, consoles and ``report.json`` are put into OUT. The exit status is 0 when all went well.

The installed system is kept in OUT, too: ``--from`` and ``--only`` boot what an earlier run has
installed, so that a step that went wrong can be repeated in minutes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from checks import CHECKS
from flows import FLOWS
from lifecycle import BIRTH, LIFE, it_boots
from machine import GuestError, Machine
from trial import Trial

Step = Callable[[Trial], None]

# What was mended in the installer since then is what is to be tried.
_NEWER_INSTALLER = (
    "tar -C /root/bundle --seek -xf /dev/vdb kiosk/install.sh kiosk/setup.sh kiosk/lib"
)

STEPS: tuple[Step, ...] = (*CHECKS, *FLOWS, *LIFE)


def main() -> int:
    """Run the steps; returns the exit status."""
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    for old in (*args.out.glob("*.png"), *args.out.glob("*.log")):
        old.unlink()
    machine = Machine(
        args.out,
        disk=args.out / "disk.qcow2",
        kernel=args.image / "vmlinuz",
        initrd=args.image / "initrd",
        extra=(args.bundle, args.upgrades),
        accelerator=args.accelerator,
    )
    trial = Trial(machine, args.out)
    begun = time.monotonic()
    try:
        is_green = run(trial, args.image / "disk.img", args.out / "installed.qcow2", args.steps)
    finally:
        machine.close()
        machine.disk.unlink(missing_ok=True)
    trial.figures["test seconds"] = round(time.monotonic() - begun)
    said = json.dumps(trial.figures, indent=2)
    print(said)
    (args.out / "report.json").write_text(f"{said}\n")
    return 0 if is_green else 1


def arguments() -> argparse.Namespace:
    """Return what the command line says; ``steps`` is None when the kiosk is to be installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("image", "bundle", "upgrades", "out"):
        parser.add_argument(name, type=lambda path: Path(path).resolve())
    parser.add_argument("--accelerator", default="tcg")
    names = [step.__name__ for step in STEPS]
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--from", dest="first", choices=names, metavar="STEP")
    again.add_argument("--only", nargs="+", choices=names, metavar="STEP")
    args = parser.parse_args()
    args.steps = None
    if args.first:
        args.steps = STEPS[names.index(args.first) :]
    elif args.only:
        args.steps = [step for step in STEPS if step.__name__ in args.only]
    return args


def run(trial: Trial, bare: Path, installed: Path, steps: Sequence[Step] | None) -> bool:
    """Run some steps in what is installed, or install first and run all; returns if all went well.

    What comes after installing and booting is tried even if something before it went wrong.
    """
    disk = trial.machine.disk
    if steps is None:
        overlay(disk, bare, "raw")
        trial.machine.boot()
        trial.figures["times slower than this computer"] = round(trial.slowness, 1)
        if not all(goes_well(trial, step) for step in BIRTH):
            return False
        disk.rename(installed)
    overlay(disk, installed, "qcow2")
    if not goes_well(trial, it_boots):
        return False
    if steps is not None:
        trial.sh(_NEWER_INSTALLER)
    went = [goes_well(trial, step) for step in (STEPS if steps is None else steps)]
    return all(went)


def overlay(disk: Path, below: Path, kind: str) -> None:
    """Make a disk that holds what another one does, which it leaves as it is."""
    base = ("-F", kind, "-b", str(below))
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *base, str(disk)], check=True)


def goes_well(trial: Trial, step: Step) -> bool:
    """Run a step and say how it went."""
    begun = time.monotonic()
    try:
        step(trial)
    except (GuestError, AssertionError, TimeoutError) as error:
        print(f" ✗ {step.__doc__} [{time.monotonic() - begun:.0f} s]\n{error}", flush=True)
        trial.figures.setdefault("failed", []).append(step.__name__)
        why(trial, step.__name__)
        return False
    print(f" ✓ {step.__doc__} [{time.monotonic() - begun:.0f} s]", flush=True)
    return True


def why(trial: Trial, step: str) -> None:
    """Keep what explains a failure: the panel, and the journal of this boot."""
    try:
        trial.keep(f"failed-{step}")
        journal = trial.machine.run("journalctl --boot --no-pager | tail -n 400").text
        (trial.folder / f"{step}.log").write_text(journal)
        print(trial.machine.run("journalctl -u kiosk --no-pager -n 25 -o cat").text)
    except (GuestError, TimeoutError) as error:
        print(error)


if __name__ == "__main__":
    sys.exit(main())
