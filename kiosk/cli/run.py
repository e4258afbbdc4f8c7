"""``kiosk run``: the kiosk on the panel, until it is told to stop."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kiosk.cli.ending import Ending
from kiosk.cli.run_log import guard
from kiosk.displays import DISPLAYS
from kiosk.instance import AlreadyRunningError, only_instance
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.backlight import Backlight
from kiosk.services.runtime.watchdog import of_environment
from kiosk.services.state.model import State
from kiosk.services.views import status
from kiosk.settings import Settings, SettingsError
from kiosk.window import prepare, video_driver

if TYPE_CHECKING:
    from kiosk.wiring import Kiosk

# sysexits.h: a service that is needed is not there; our own mistake; worth another try later.
EX_UNAVAILABLE, EX_SOFTWARE, EX_TEMPFAIL = 69, 70, 75

NO_DISPLAY = """\
There is no display: neither DISPLAY is set nor is a panel connected.
On a desktop, run this in a terminal of that desktop. On a Pi, connect the panel and run it on
the Pi's own console, as a user of the groups video, render and input."""

Secrets = Callable[[], Iterable[str]]

_log = logging.getLogger("kiosk.run")


def run(settings: Settings, trace: Path | None) -> int:
    """Show the kiosk fullscreen; returns the exit status."""
    driver = video_driver()
    if driver is None:
        print(NO_DISPLAY, file=sys.stderr)
        return EX_UNAVAILABLE
    try:
        with only_instance(settings.state_dir):
            return show(settings, driver, Ending(), fullscreen=True, trace=trace)
    except AlreadyRunningError as error:
        _log.error("%s", error)
        return EX_TEMPFAIL


def show(
    settings: Settings, driver: str, ending: Ending, *, fullscreen: bool, trace: Path | None
) -> int:
    """Run until the app stops, a signal comes, or something breaks; returns the exit status."""
    with suppress(OSError, RuntimeError, AttributeError):  # standard error need not be there
        faulthandler.enable()
    known: list[Secrets] = [lambda: _configured(settings)]
    guard(logging.getLogger().handlers, time.monotonic, lambda: [s for k in known for s in k()])
    prepare(DISPLAYS[settings.display], driver, fullscreen=fullscreen)
    try:
        with trace.open("a", encoding="utf-8") if trace is not None else nullcontext() as file:
            asyncio.run(_run(settings, file, ending, known, fullscreen=fullscreen))
    except Exception:  # noqa: BLE001 - whatever it was, it ends the kiosk
        _broke(ending)
    finally:
        ending.begin()
    return ending.status


async def _run(
    settings: Settings,
    trace: TextIO | None,
    ending: Ending,
    known: list[Secrets],
    *,
    fullscreen: bool,
) -> None:
    from kiosk.wiring import assembled  # noqa: PLC0415 - Kivy reads its environment when imported

    backlight = Backlight() if fullscreen else None
    async with assembled(settings, trace, backlight) as kiosk:
        known.append(kiosk.secrets)
        loop = asyncio.get_running_loop()
        ending.calls(lambda: loop.call_soon_threadsafe(kiosk.app.stop))
        try:
            async with _watched(kiosk) as feeding:
                await _until_over(kiosk, feeding)
        except Exception:  # noqa: BLE001 - told before anything is put away, for that may hang
            _broke(ending)
        finally:
            ending.begin()


async def _until_over(kiosk: Kiosk, *others: asyncio.Task[None]) -> None:
    """Run the app until it stops; one that has lost a part shows old news, and stops, too.

    Raises what broke.
    """
    app = asyncio.ensure_future(kiosk.app.async_run(async_lib="asyncio"))
    done, _ = await asyncio.wait(
        {app, *kiosk.running, *others}, return_when=asyncio.FIRST_COMPLETED
    )
    if app not in done:
        kiosk.app.stop()
    await app
    for part in done:
        part.result()


@asynccontextmanager
async def _watched(kiosk: Kiosk) -> AsyncIterator[asyncio.Task[None]]:
    """Tell the service manager that the kiosk is ready, lives and ends."""
    manager, watchdog = of_environment(SystemClock(), lambda: _line(kiosk.store.state))
    kiosk.app.after_flip(watchdog.flipped)
    kiosk.app.every(watchdog.tick_seconds, watchdog.drawn)
    feeding = asyncio.create_task(watchdog.run(), name="watchdog")
    try:
        yield feeding
    finally:
        watchdog.ending()
        feeding.cancel()
        await asyncio.wait({feeding})
        manager.close()


def _line(state: State) -> str:
    """Return what is shown, for ``systemctl status``."""
    bar = status.view_of(state, time.monotonic())
    cameras = f"{len(state.batch.devices)} cameras" if state.batch is not None else ""
    shown = ", ".join(filter(None, (bar.text, cameras, bar.time)))
    return f"{state.navigation.route}: {shown}"


def _broke(ending: Ending) -> None:
    """Log the exception of the moment; with this status systemd starts the kiosk again."""
    _log.critical("the kiosk broke", exc_info=True)
    ending.status = EX_SOFTWARE


def _configured(settings: Settings) -> Iterator[str]:
    with suppress(SettingsError):
        for secret in (settings.api_key(), settings.target_password()):
            if secret is not None:
                yield secret.get_secret_value()
