"""The record of provisioned devices: which, when, on which network, in which session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from kiosk.services.client.api import Api
from kiosk.services.client.errors import ApiError
from kiosk.services.client.timing import Clock
from kiosk.services.runtime import utc
from kiosk.services.runtime.journal.journal import Journal
from kiosk.services.runtime.journal.rows import DeviceEntry
from kiosk.services.state.model import Batch
from kiosk.services.state.store import Store
from kiosk.services.wire.problem import OUTAGES, Kind
from kiosk.services.wire.provisioning import Session, SessionSnapshot

# A device that has the credentials, and one that was seen to use them; not every dialect has a
# word for the former.
_WORDS = {"provisioned": "provisioned", "verifying": "provisioned", "verified": "verified"}
# A burst of events is one look.
_PAUSE_SECONDS = 0.2
# What was set up while no kiosk ran is looked for in so many of the last sessions.
_SESSIONS_BACK = 3


class Record:
    """Notes every device that becomes ready in the open session, once for each session."""

    def __init__(self, journal: Journal, store: Store, *, clock: Clock) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._changed = asyncio.Event()
        self._seen: object = None
        self._noted: set[tuple[str, str, str]] = set()

    async def run(self) -> None:
        """Run until cancelled; what is ready by then is noted before the end."""
        forget = self._store.subscribe(self._hear)
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await self._note_ready()
                await self._clock.sleep(_PAUSE_SECONDS)
        finally:
            forget()
            await self._note_ready()

    async def look_back(self, client: Api) -> bool:
        """Note what became ready while no kiosk ran; return whether the server could be asked."""
        for session_id in await self._journal.last_sessions(_SESSIONS_BACK):
            try:
                snapshot = (await client.batch.session(session_id)).data
            except ApiError as error:
                if error.problem.kind in OUTAGES | {Kind.UNAUTHORIZED} or error.problem.retryable:
                    return False
            else:
                await self._journal.note(self._of_snapshot(snapshot))
        return True

    def _hear(self) -> None:
        batch = self._store.state.batch
        devices = None if batch is None else batch.devices
        if devices is not self._seen:
            self._seen = devices
            self._changed.set()

    async def _note_ready(self) -> None:
        batch = self._store.state.batch
        ready = [] if batch is None else list(self._of_batch(batch))
        if ready:
            self._noted.update((device.session, device.mac, device.state) for device in ready)
            # Of sessions that are over nothing more is told.
            self._noted = {mark for mark in self._noted if mark[0] == ready[0].session}
            await self._journal.note(ready)

    def _of_batch(self, batch: Batch) -> Iterator[DeviceEntry]:
        session = batch.session
        for device in batch.devices.values():
            word = _WORDS.get(device.state)
            if word is not None and (session.id, device.mac, word) not in self._noted:
                moment = device.verified_at or device.provisioned_at or device.changed_at
                yield self._entry(session, device.mac, word, moment, batch.correlation_id)

    def _of_snapshot(self, snapshot: SessionSnapshot) -> Iterator[DeviceEntry]:
        session = snapshot.session
        for device in snapshot.devices:
            word = _WORDS.get(device.state or "")
            if device.mac and word is not None:
                moment = device.verified_at or device.provisioned_at
                yield self._entry(session, device.mac, word, moment)

    def _entry(
        self,
        session: Session,
        mac: str,
        state: str,
        moment: datetime | None,
        correlation_id: str | None = None,
    ) -> DeviceEntry:
        now = self._clock.wall()
        return DeviceEntry(
            session=session.id,
            mac=mac,
            ssid=session.target_ssid,
            state=state,
            ready_at=utc.stamp_of(moment) if moment is not None else utc.stamp(now),
            noted_at=utc.stamp(now),
            clock_set=utc.is_set(now),
            correlation_id=correlation_id,
        )
