"""``kiosk run``: the kiosk on the panel, until it is told to stop."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

from kiosk.cli.ending import Ending
from kiosk.cli.run_log import Secrets, guard
from kiosk.displays import DISPLAYS
from kiosk.instance import AlreadyRunningError, only_instance
from kiosk.settings import Settings, SettingsError
from kiosk.window import prepare, video_driver

NO_DISPLAY = """\
There is no display: neither DISPLAY is set nor is a panel connected.
On a desktop, run this in a terminal of that desktop. On a Pi, connect the panel and run it on
the Pi's own console, as a user of the groups video, render and input."""

_log = logging.getLogger("kiosk.run")


def run(settings: Settings, trace: Path | None) -> int:
    """Show the kiosk fullscreen; returns the exit status."""
    driver = video_driver()
    if driver is None:
        print(NO_DISPLAY, file=sys.stderr)
        return os.EX_UNAVAILABLE
    try:
        with only_instance(settings.state_dir):
            return show(settings, driver, Ending(), fullscreen=True, trace=trace)
    except AlreadyRunningError as error:
        _log.error("%s", error)
        return os.EX_TEMPFAIL


def show(
    settings: Settings, driver: str, ending: Ending, *, fullscreen: bool, trace: Path | None
) -> int:
    """Run until the app stops, a signal comes, or something breaks; returns the exit status."""
    # Nearly all that the start makes stays; to look through it takes a tenth of the start.
    gc.disable()
    known: list[Secrets] = [lambda: _configured(settings)]
    guard(logging.getLogger().handlers, time.monotonic, lambda: [s for k in known for s in k()])
    try:
        with suppress(OSError, RuntimeError, AttributeError):  # standard error need not be there
            faulthandler.enable()
        prepare(DISPLAYS[settings.display], driver, fullscreen=fullscreen, loop=settings.loop)
        from kiosk import splash  # noqa: PLC0415 - Kivy reads its environment when imported

        splash.show(settings)
        from kiosk.cli.running import keep_running  # noqa: PLC0415 - what the first frame needs not

        with trace.open("a", encoding="utf-8") if trace is not None else nullcontext() as file:
            asyncio.run(keep_running(settings, file, ending, known, fullscreen=fullscreen))
    except KeyboardInterrupt:
        _log.info("told to end before there was anything to see")
    except (Exception, SystemExit):  # noqa: BLE001 - Kivy leaves by itself without a window
        ending.broken()
    finally:
        ending.begin()
    return ending.status


def _configured(settings: Settings) -> Iterator[str]:
    with suppress(SettingsError):
        for secret in (settings.api_key(), settings.target_password()):
            if secret is not None:
                yield secret.get_secret_value()
