"""Looks at what the kiosk needs of its machine: what is wrong, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.services.client.api import Api
from kiosk.services.client.errors import ApiError, EndpointAbsent, Unauthorized
from kiosk.services.client.timing import Clock
from kiosk.services.runtime import utc
from kiosk.services.runtime.journal import book, schema
from kiosk.services.runtime.key import KeyHolder
from kiosk.services.state.findings import Finding
from kiosk.services.state.journal import TROUBLES
from kiosk.services.state.support import Examined
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import OUTAGES, Kind, Problem

_MOST_APART_SECONDS = 60.0
_LEAST_FREE_BYTES = 50 << 20
# What Mesa and SDL call drawing by the processor.
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software")

_ENTER_KEY = N_("Enter the right key.")
_CHECK_CABLES = N_("Check the panel's cables.")

Access = Callable[[Path, int], bool]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the kiosk runs on.

    ``driver`` is SDL's for the display that is there, ``panels`` the input nodes of touch panels,
    ``renderer`` what OpenGL calls itself: None where nothing is drawn, ``trouble`` why a running
    kiosk cannot keep its journal.
    """

    driver: str | None
    panels: tuple[str, ...]
    state_dir: Path
    key_file: Path | None = None
    renderer: str | None = None
    kiosks: tuple[int, ...] = ()
    dev: Path = Path("/dev")
    may: Access = os.access
    trouble: str = ""


async def examine(
    client: Api, key: KeyHolder, clock: Clock, surroundings: Surroundings
) -> tuple[Finding, ...]:
    """Return how everything is, in the order in which one would look."""
    machine, disk, journal, access, service = await asyncio.gather(
        asyncio.to_thread(_machine, surroundings),
        asyncio.to_thread(disk_finding, surroundings.state_dir, surroundings.may),
        asyncio.to_thread(journal_finding, surroundings),
        key_finding(client, surroundings.key_file, known=key.get() is not None),
        service_finding(client),
    )
    time = clock_finding(clock.wall(), client.clock_offset)
    return (*machine, access, service, time, disk, journal)


class DoctorFeed:
    """Looks once when Help is opened, and again when somebody asks for that."""

    def __init__(
        self,
        client: Api,
        emit: Callable[[Examined], None],
        key: KeyHolder,
        clock: Clock,
        surroundings: Callable[[], Surroundings],
    ) -> None:
        self._client = client.once()
        self._emit = emit
        self._key = key
        self._clock = clock
        self._surroundings = surroundings
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._wake.clear()
            found = await examine(self._client, self._key, self._clock, self._surroundings())
            self._emit(Examined(found))
            await self._wake.wait()

    def retry_now(self) -> None:
        """Look again."""
        self._wake.set()


def _machine(around: Surroundings) -> tuple[Finding, ...]:
    found = display_finding(around), graphics_finding(around), touch_finding(around)
    return *kiosks_finding(around), *found


def kiosks_finding(around: Surroundings) -> tuple[Finding, ...]:
    """Return that more than one kiosk wants the panel; nothing when that is not so."""
    if len(around.kiosks) <= 1:
        return ()
    text, step = N_("More than one is running."), N_("Stop all but one.")
    return (Finding("kiosks", "bad", text, step, ", ".join(map(str, around.kiosks))),)


def display_finding(around: Surroundings) -> Finding:
    """Return whether there is a display, and whether this user may draw on it."""
    if around.driver is None:
        return Finding("display", "bad", N_("No display is connected."), _CHECK_CABLES)
    cards = _nodes(around.dev, "card")
    if around.driver == "kmsdrm" and not _usable(cards, around.may):
        text, step = N_("This user may not draw on it."), N_("The user needs group video.")
        return Finding("display", "bad", text, step, _listed(cards))
    return Finding("display", "good", N_("A display is there."), detail=around.driver)


def graphics_finding(around: Surroundings) -> Finding:
    """Return who draws: the GPU, or the processor in its place, which is slow."""
    drawn_by = (around.renderer or "").lower()
    nodes = _nodes(around.dev, "renderD")
    is_usable = _usable(nodes, around.may)
    if drawn_by and not any(name in drawn_by for name in _SOFTWARE):
        return Finding("graphics", "good", N_("The GPU draws."), detail=around.renderer or "")
    if not drawn_by and is_usable:
        text = N_("Who draws is told on the Help screen.")
        return Finding("graphics", "unknown", text, detail=_listed(nodes))
    text = N_("The processor draws: slow.")
    if not nodes:
        step = N_("Enable the vc4-kms-v3d driver.")
    elif not is_usable:
        step = N_("The user needs group render.")
    else:
        step = N_("Install Mesa's driver.")
    return Finding("graphics", "bad", text, step, around.renderer or _listed(nodes))


def touch_finding(around: Surroundings) -> Finding:
    """Return whether there is a touch panel that can be heard.

    A desktop hands on what it hears itself, a mouse included.
    """
    is_desktop = around.driver not in {None, "kmsdrm"}
    if not around.panels:
        text = N_("No touch panel is connected.")
        if is_desktop:
            return Finding("touch", "unknown", text, N_("On a desktop, a mouse will do."))
        return Finding("touch", "bad", text, _CHECK_CABLES)
    nodes = [around.dev / "input" / name for name in around.panels]
    if not is_desktop and not _usable(nodes, around.may):
        text, step = N_("This user may not read it."), N_("The user needs group input.")
        return Finding("touch", "bad", text, step, _listed(nodes))
    return Finding("touch", "good", N_("A touch panel is connected."), detail=_listed(nodes))


async def service_finding(client: Api) -> Finding:
    """Return whether PiOrchestrator answers, and is what answers."""
    version = None
    try:
        version = (await client.system.health()).data.version
    except EndpointAbsent:
        pass  # A server of an older kind; it answers all the same.
    except ApiError as error:
        text, step = _unwell(error.problem)
        return Finding("service", "bad", text, step, _seen(error.problem))
    return Finding("service", "good", N_("It answers."), detail=version or "")


async def key_finding(client: Api, file: Path | None, *, known: bool) -> Finding:
    """Return whether the key, or none, is what PiOrchestrator wants; ``file`` should hold it."""
    if file is not None and not known:
        text, step = N_("The key's file has no key."), N_("Check the file and its owner.")
        return Finding("key", "bad", text, step, str(file))
    try:
        # One of the reads that PiOrchestrator gives to nobody without its key.
        await client.recovery.recoverable()
    except ApiError as error:
        if isinstance(error, Unauthorized):
            text = N_("It was refused.") if known else N_("One is needed.")
            return Finding("key", "bad", text, _ENTER_KEY, _seen(error.problem))
        text = N_("Known, but not tried.") if known else N_("Whether one is needed is not known.")
        return Finding("key", "unknown", text, detail=_seen(error.problem))
    return Finding("key", "good", N_("It is accepted.") if known else N_("None is needed."))


def clock_finding(now: float, offset: float | None) -> Finding:
    """Return whether the clock is right; ``offset`` is the service's minus ours in seconds."""
    date = datetime.fromtimestamp(now, UTC)
    if not utc.is_set(now):
        text, step = N_("The clock is not set."), N_("Connect the Pi to a network.")
        return Finding("clock", "bad", text, step, f"{date:%Y-%m-%d}")
    if offset is None:
        return Finding("clock", "unknown", N_("There is nothing to compare it with."))
    if abs(offset) > _MOST_APART_SECONDS:
        text = N_("PiOrchestrator's differs.")
        return Finding("clock", "bad", text, N_("Set both by the network."), f"{offset:+.0f} s")
    return Finding("clock", "good", N_("The clock is right."))


def disk_finding(folder: Path, may: Access = os.access) -> Finding:
    """Return whether something can be kept in ``folder``, which need not be there yet."""
    try:
        there = next(path for path in (folder, *folder.parents, Path()) if path.exists())
        is_writable = there.is_dir() and may(there, os.W_OK | os.X_OK)
        free = shutil.disk_usage(there).free
    except OSError as error:
        text, step = N_("The disk cannot be read."), N_("Try another SD card.")
        return Finding("disk", "bad", text, step, error.strerror or str(folder))
    if not is_writable:
        text, step = N_("Nothing can be kept there."), N_("Check the folder and its owner.")
        return Finding("disk", "bad", text, step, str(folder))
    detail = f"{free >> 20} MB"
    if free < _LEAST_FREE_BYTES:
        text, step = N_("The disk is almost full."), N_("Delete what is not needed.")
        return Finding("disk", "bad", text, step, detail)
    return Finding("disk", "good", N_("There is room."), detail=detail)


def journal_finding(around: Surroundings) -> Finding:
    """Return whether what is done is kept; ``detail`` tells how much of it is not settled."""
    folder = around.state_dir
    path = folder / schema.FILE
    if around.trouble in TROUBLES:
        _why, step = TROUBLES[around.trouble]
        return Finding("journal", "bad", N_("Nothing is remembered."), step, around.trouble)
    if _is_absent(path):
        return Finding("journal", "good", N_("Nothing was done yet."))
    if not around.may(path, os.R_OK | os.W_OK):
        text, step = N_("It may not be written."), N_("Check the file and its owner.")
        return Finding("journal", "bad", text, step, str(path))
    try:
        with closing(schema.opened_to_read(path)) as connection:
            unsettled = book.unsettled(connection)
    except (OSError, sqlite3.Error) as error:
        text, step = N_("It is damaged."), N_("Restart the kiosk: it begins a new one.")
        return Finding("journal", "bad", text, step, str(error))
    aside = schema.names_aside(folder)
    if aside:
        text, step = N_("A damaged one was put aside."), N_("Send it to support, then delete it.")
        return Finding("journal", "unknown", text, step, ", ".join(aside))
    return Finding("journal", "good", N_("What is done is kept."), detail=f"{unsettled} open")


def _is_absent(path: Path) -> bool:
    """Return whether there is no such file; one that may not be looked at is there."""
    try:
        return not path.exists()
    except OSError:
        return False


def _unwell(problem: Problem) -> tuple[str, str]:
    """Return what is wrong with the service and what to do, each short enough for a tile."""
    # With a gateway's page it is worth another try, with a stranger's it is not.
    if problem.kind is Kind.NOT_API and not problem.retryable:
        return N_("Something else answers there."), N_("Check address and port.")
    if problem.kind in OUTAGES:
        return N_("It does not answer."), N_("Check that it is running.")
    if problem.kind is Kind.UNAUTHORIZED:
        return N_("It wants another access key."), _ENTER_KEY
    return N_("It answers with an error."), N_("If that stays, call support.")


def _seen(problem: Problem) -> str:
    return problem.code or problem.kind.value


def _nodes(dev: Path, kind: str) -> list[Path]:
    return sorted((dev / "dri").glob(f"{kind}*"))


def _usable(nodes: Iterable[Path], may: Access) -> bool:
    return any(may(node, os.R_OK | os.W_OK) for node in nodes)


def _listed(nodes: Iterable[Path]) -> str:
    return ", ".join(map(str, nodes))
