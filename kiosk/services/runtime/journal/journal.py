"""The journal while the kiosk runs: on disk before anything is sent, in memory where it must be."""

from __future__ import annotations

import asyncio
import itertools
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from kiosk.services.client.journaling import Outcome
from kiosk.services.client.timing import Clock
from kiosk.services.runtime import utc
from kiosk.services.runtime.journal import runs, schema
from kiosk.services.runtime.journal.book import OLDEST_DAYS, Book
from kiosk.services.runtime.journal.export import Contents
from kiosk.services.runtime.journal.rows import DeviceEntry, Entry, OpenEntry
from kiosk.services.runtime.journal.schema import Trouble

# After a failure the disk is tried again this often.
RETRY_SECONDS = 15.0
# So much is held in memory for a disk that takes nothing.
_MOST_HELD = 2000
_OLDEST_SECONDS = OLDEST_DAYS * 86_400

T = TypeVar("T")

_log = logging.getLogger("kiosk.journal")


class _GoneError(Exception):
    """The file that was written was taken away."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the journal is: why nothing can be kept ("": it can), the damaged files put aside."""

    trouble: Trouble = ""
    aside: tuple[str, ...] = ()


class Journal:
    """Keeps intents, outcomes and devices that were set up. No method raises.

    What the disk does not take is held in memory and written as soon as it does. ``told`` hears of
    it when that begins and when it is over. One process after another, and several at once, may
    write the same file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock,
        process: str | None = None,
        told: Callable[[Standing], None] = lambda _standing: None,
    ) -> None:
        self._folder = folder
        self._path = folder / schema.FILE
        self._clock = clock
        self._process = process or runs.this_process()
        self._told = told
        self._standing = Standing()
        self._book: Book | None = None
        self._turn = asyncio.Lock()
        self._jobs: set[asyncio.Task[Any]] = set()
        self._numbers = itertools.count(1)
        # Where on the disk an entry is, and which of them have no end yet.
        self._rows: dict[int, int] = {}
        self._open: dict[int, Entry] = {}
        # What is not on the disk as it is here.
        self._due: dict[int, Entry] = {}
        self._devices: dict[tuple[str, str], DeviceEntry] = {}
        self._failed_at: float | None = None
        self._renewed_at: float | None = None

    async def open(self) -> None:
        """Look whether there is a disk to write to, before anything depends on it."""
        await self._asked(lambda _book: None)

    async def intend(self, operation: str, target: tuple[str, ...]) -> int:
        """Return the number of an intent once it is on disk (see ``client.journaling.Journal``)."""
        number = next(self._numbers)
        entry = Entry(operation, target, utc.stamp(self._clock.wall()))
        self._open[number] = self._due[number] = entry
        await self._write()
        return number

    async def settle(self, intent: int, outcome: Outcome) -> None:
        """Keep what came of an intent."""
        entry = self._open.pop(intent)
        self._due[intent] = replace(
            entry,
            ended_at=utc.stamp(self._clock.wall()),
            outcome=outcome.end.value,
            code=outcome.code,
            http_status=outcome.http_status,
            correlation_id=outcome.correlation_id,
        )
        await self._write()

    async def note(self, devices: Iterable[DeviceEntry]) -> None:
        """Keep devices that were set up, each once for its session."""
        self._devices.update({(device.session, device.mac): device for device in devices})
        await self._write()

    async def left_open(self) -> tuple[OpenEntry, ...]:
        """Return what other runs that have ended have left without an end."""
        return await self._asked(Book.left_open) or ()

    async def last_sessions(self, most: int) -> tuple[str, ...]:
        """Return the sessions that were last asked about, the newest first."""
        return await self._asked(lambda book: book.last_sessions(most)) or ()

    async def settle_left(self, left: OpenEntry) -> None:
        """Keep the end of what another run has left."""
        await self._asked(lambda book: book.settle(left.row, left.entry))

    async def contents(self, most: int) -> Contents:
        """Return at most so many of each, those that are in memory only among them."""
        entries, devices = await self._asked(lambda book: book.newest(most)) or ([], [])
        listed = {(e.operation, e.target, e.began_at): e for e in (*entries, *self._due.values())}
        noted = {(d.session, d.mac): d for d in (*devices, *self._devices.values())}
        return Contents(tuple(listed.values())[-most:], tuple(noted.values())[-most:])

    @property
    def held(self) -> tuple[tuple[Entry, ...], tuple[DeviceEntry, ...]]:
        """Return what is in memory only."""
        return tuple(self._due.values()), tuple(self._devices.values())

    async def run(self) -> None:
        """Try the disk again now and then; runs until cancelled."""
        while True:
            await self._clock.sleep(RETRY_SECONDS)
            if self._standing.trouble:
                await self.open()
            await self._write()

    async def close(self) -> None:
        """Write what is left and end the run."""
        self._failed_at = None
        await self._write()
        await self._to_its_end(self._ended())

    async def _write(self) -> None:
        """Have all that is due on the disk; one writing serves all that wait for theirs."""

        async def write() -> None:
            async with self._turn:
                while (self._due or self._devices) and self._may_try():
                    await self._write_once()

        if self._due or self._devices:
            await self._to_its_end(write())
            ended = [number for number in self._due if number not in self._open]
            for number in ended[:-_MOST_HELD]:
                del self._due[number]
            for device in list(self._devices)[:-_MOST_HELD]:
                del self._devices[device]

    async def _write_once(self) -> None:
        due, devices = dict(self._due), dict(self._devices)
        now = self._clock.wall()
        oldest = now - _OLDEST_SECONDS

        def work(book: Book) -> dict[int, int]:
            made = book.write(due, self._rows, tuple(devices.values()), utc.stamp(now))
            # What was written is written, whatever becomes of the tidying up.
            with suppress(sqlite3.Error):
                book.trim(utc.stamp(oldest) if utc.is_set(oldest) else None)
            return made

        made = await self._tried(work)
        if not made:
            return
        self._rows.update(made[0])
        # What has changed meanwhile is due once more.
        self._due = {n: e for n, e in self._due.items() if due.get(n) is not e}
        self._devices = {k: d for k, d in self._devices.items() if devices.get(k) is not d}
        for number in due.keys() - self._open.keys() - self._due.keys():
            self._rows.pop(number, None)

    async def _asked(self, work: Callable[[Book], T]) -> T | None:
        """Return what the work returns; None when the disk does not let it be done."""

        async def ask() -> T | None:
            async with self._turn:
                # A damaged file gives way to a new one, and that is asked once more.
                for _ in range(2):
                    found = await self._tried(work) if self._may_try() else ()
                    if found:
                        return found[0]
            return None

        return await self._to_its_end(ask())

    def _may_try(self) -> bool:
        failed_at = self._failed_at
        return failed_at is None or self._clock.monotonic() - failed_at >= RETRY_SECONDS

    async def _tried(self, work: Callable[[Book], T]) -> tuple[T, ...]:
        """Do the work in a thread; return its one result, or none when it could not be done.

        A damaged file is put aside, to begin a new one.
        """

        def in_thread() -> T:
            if self._book is None:
                self._book = Book(self._path, self._process, runs.is_running)
            elif not self._book.is_in_place:
                raise _GoneError
            return work(self._book)

        try:
            result = await asyncio.to_thread(in_thread)
        except _GoneError:
            await self._begin_anew()
            return ()
        except (OSError, sqlite3.Error) as error:
            if not schema.is_damage(error) or not await self._renewed(error):
                self._fails(error)
            return ()
        self._failed_at = None
        self._stands(replace(self._standing, trouble=""))
        return (result,)

    async def _renewed(self, error: Exception) -> bool:
        """Put the damaged file aside; return whether that was done."""
        now = self._clock.monotonic()
        if self._renewed_at is not None and now - self._renewed_at < RETRY_SECONDS:
            return False
        self._renewed_at = now
        await self._begin_anew()
        try:
            aside = await asyncio.to_thread(schema.put_aside, self._path, self._clock.wall())
        except OSError:
            return False
        _log.warning("the journal is of no use (%s) and was put aside as %s", error, aside)
        self._stands(replace(self._standing, aside=(*self._standing.aside, aside)))
        return True

    async def _begin_anew(self) -> None:
        """Let go of the file; what is still open is to stand in the next one."""
        book, self._book = self._book, None
        if book is not None:
            await asyncio.to_thread(book.drop)
        self._rows.clear()
        self._due = {**self._open, **self._due}

    def _fails(self, error: Exception) -> None:
        trouble = schema.trouble_of(error, self._folder)
        if trouble != self._standing.trouble:
            _log.warning("the journal cannot be written: %s", error)
        self._failed_at = self._clock.monotonic()
        self._stands(replace(self._standing, trouble=trouble))

    def _stands(self, standing: Standing) -> None:
        if standing != self._standing:
            self._standing = standing
            self._told(standing)

    async def _ended(self) -> None:
        async with self._turn:
            book, self._book = self._book, None
            if book is not None:
                now = utc.stamp(self._clock.wall())
                with suppress(OSError, sqlite3.Error):
                    await asyncio.to_thread(book.close, now)

    async def _to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the work returns; a caller that is cancelled leaves it going on."""
        task = asyncio.ensure_future(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        return await asyncio.shield(task)
