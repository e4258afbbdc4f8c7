"""``kiosk demo``: an embedded PiOrchestrator and the kiosk in one command."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from kiosk.cli import tour
from kiosk.cli.ending import Ending
from kiosk.cli.run import NO_DISPLAY, show
from kiosk.embedded import SimulatorFailedError, simulator
from kiosk.settings import Settings
from kiosk.simulator.cli import add_world_arguments, world_arguments
from kiosk.window import video_driver

# A network of the simulated world; any password of the right length will do there.
TARGET_SSID = "Machine-Room"
TARGET_PASSWORD = "cameras-of-the-demo"  # noqa: S105 - guards nothing but a simulation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the simulated world, and of the tour that stands in for a display."""
    add_world_arguments(parser)
    tour.add_arguments(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Show the demonstration; without any display, say so and picture every screen instead."""
    driver = video_driver()
    if driver is None:
        print(f"{NO_DISPLAY}\n\nMeanwhile, here is the product in pictures:", file=sys.stderr)
        status = tour.picture(settings, args.out)
        # What falls short of the ergonomics is the tour's own verdict; the demonstration was given.
        return 0 if status == tour.FALLS_SHORT else status
    try:
        with simulator(world_arguments(args)) as world, known_target(settings) as prepared:
            ending = Ending(last=world.kill)
            try:
                url = world.url()
            except SimulatorFailedError:
                ending.status = 1
                return ending.status
            there = prepared.model_copy(update={"base_url": url})
            return show(there, driver, ending, fullscreen=False, trace=args.trace)
    except KeyboardInterrupt:
        return 0


class known_target:  # noqa: N801 - reads as a function where it is used
    """The settings with a target network, its password in a file only we can read.

    What is kept is gone afterwards: simulated cameras have no place in a machine's record.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-demo-")

    def __enter__(self) -> Settings:
        password = Path(self._folder.name, "target-password")
        password.write_text(TARGET_PASSWORD, encoding="utf-8")
        password.chmod(0o600)
        update = {
            "target_ssid": TARGET_SSID,
            "target_password_file": password,
            "state_dir": Path(self._folder.name, "state"),
        }
        return self._settings.model_copy(update=update)

    def __exit__(self, *_error: object) -> None:
        self._folder.cleanup()
