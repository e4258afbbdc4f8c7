"""After a start: what the last run left without an end is looked up and told, never sent again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from kiosk.services.client.api import Api
from kiosk.services.client.journaling import End
from kiosk.services.client.timing import Clock
from kiosk.services.runtime import utc
from kiosk.services.runtime.journal.journal import Journal
from kiosk.services.runtime.journal.looks import look
from kiosk.services.runtime.journal.record import Record
from kiosk.services.runtime.journal.rows import OpenEntry
from kiosk.services.runtime.waiting import first
from kiosk.services.state.journal import Recalled, RequestsRecalled
from kiosk.services.state.store import Store

# A command line on the same machine may be killed at any time, too.
_LOOK_SECONDS = 30.0
_PATIENCE_SECONDS = 2.0


class Settlement:
    """Settles what ended runs have left open, as soon as the server can be asked."""

    def __init__(
        self, journal: Journal, client: Api, store: Store, record: Record, *, clock: Clock
    ) -> None:
        self._journal = journal
        self._client = client.once()
        self._store = store
        self._record = record
        self._clock = clock
        self._ready = asyncio.Event()
        self._was_ready = False

    async def run(self) -> None:
        """Run until cancelled."""
        forget = self._store.subscribe(self._hear)
        try:
            is_looked_back = False
            while True:
                self._ready.clear()
                await self.settle()
                is_looked_back = is_looked_back or await self._record.look_back(self._client)
                await first(self._ready.wait(), self._clock.sleep(_LOOK_SECONDS))
        finally:
            forget()

    async def settle(self) -> None:
        """Look up and tell what was left; what nobody can tell at the moment stays open."""
        left = await self._journal.left_open()
        if not left:
            return
        self._store.dispatch(RequestsRecalled(tuple(map(_recalled, left))))
        for one in left:
            seen = await look(self._client, one.entry)
            if seen is not None and seen.end is End.NOT_DONE:
                # A server that was overloaded may only now come to what it was sent.
                await self._clock.sleep(_PATIENCE_SECONDS)
                seen = await look(self._client, one.entry)
            if seen is None:
                # The others would fare no better; they stay open until the server is there.
                return
            entry = replace(
                one.entry,
                ended_at=utc.stamp(self._clock.wall()),
                outcome=seen.end.value,
                found=seen.found or None,
                code=seen.code,
            )
            settled = OpenEntry(one.row, entry)
            await self._journal.settle_left(settled)
            self._store.dispatch(RequestsRecalled((_recalled(settled),)))

    def _hear(self) -> None:
        """Begin as soon as the server answers to anybody; before that it is only asked once."""
        if self._store.state.service.presence != "ready":
            self._was_ready = False
        elif not self._was_ready:
            self._was_ready = True
            self._ready.set()


def _recalled(one: OpenEntry) -> Recalled:
    entry = one.entry
    return Recalled(one.row, entry.operation, entry.target, entry.outcome, entry.found or "")
