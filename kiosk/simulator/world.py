"""The world: one fleet, one allowlist, one installation, sessions of which at most one runs.

Pure: no I/O, no asyncio, no clock but the one that ``advance`` is told.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from kiosk.simulator.allowlist import Allowlist
from kiosk.simulator.archive import Archive
from kiosk.simulator.batch import Batch
from kiosk.simulator.changes import Changes, Saved
from kiosk.simulator.entities import (
    AllowlistEntry,
    Counts,
    Device,
    DeviceHappening,
    Happening,
    NetworkStatus,
    Session,
    SessionChange,
    SessionConfig,
)
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.fleet import Camera
from kiosk.simulator.installation import Installation
from kiosk.simulator.ledger import Ledger
from kiosk.simulator.records import Records
from kiosk.simulator.timeline import Timeline

LIFETIME = 30 * 60.0  # world seconds
_CAMERAS_PER_MACHINE = 4


class World:
    """Commands change it or raise RefusalError; ``advance`` lets time pass and tells what happened.

    A saved session that had not ended is dormant: unknown to every command but ``resume`` and
    ``discard`` (contract.md §2.3, golden flow 2).
    """

    def __init__(
        self,
        fleet: Iterable[Camera],
        *,
        now: float,
        seed: int = 1,
        speed: float = 1.0,
        session_id: Callable[[random.Random], str],
        saved: Saved | None = None,
    ) -> None:
        saved = saved or Saved()
        self.timeline = Timeline(now, speed)
        self.allowlist = Allowlist(saved.allowlist)
        self._ledger = Ledger(self.timeline, saved)
        self._fleet = {camera.mac: camera for camera in fleet}
        self._seed = seed
        self._new_id = session_id
        self._batch: Batch | None = None
        self._records = Records(saved.records)
        self.installation = Installation(self.timeline, seed, self._records)
        self.archive = Archive(self.timeline, self._ledger, self._records.shelf("counters"))

    def advance(self, now: float) -> list[Happening]:
        """Let time pass until ``now``; return what happened since the last call, in order."""
        self.timeline.advance(now)
        happened = self._ledger.take_happenings()
        for happening in happened:
            if isinstance(happening, DeviceHappening) and happening.kind == "verified":
                self.installation.cameras.install(happening.device)
        return happened

    def take_changes(self) -> Changes:
        """Return all values that changed since the last call."""
        changes = self._ledger.take_changes()
        changes.allowlist |= self.allowlist.take_changes()
        changes.records |= self._records.take_changes()
        return changes

    def session(self, session_id: str) -> Session:
        """Raise SESSION_NOT_FOUND (also for a dormant one) or SESSION_EXPIRED."""
        session = self._unexpired(session_id)
        if self.archive.is_dormant(session_id):
            raise RefusalError("SESSION_NOT_FOUND")
        return session

    def devices(self, session_id: str) -> list[Device]:
        """Return a session's devices in the order of their discovery."""
        self.session(session_id)
        return list(self._ledger.devices(session_id).values())

    def device(self, session_id: str, mac: str) -> Device:
        """Raise DEVICE_NOT_FOUND, or what ``session`` raises."""
        self.session(session_id)
        try:
            return self._ledger.devices(session_id)[mac]
        except KeyError:
            raise RefusalError("DEVICE_NOT_FOUND", mac) from None

    def counts(self, session_id: str) -> Counts:
        """Return a session's counters."""
        return self._ledger.counts(session_id)

    def running_devices(self) -> list[Device]:
        """Return the devices of the running session."""
        return list(self._batch.devices.values()) if self._batch else []

    def network(self) -> NetworkStatus:
        """Return the onboarding network, which is up while a session runs."""
        return self._batch.network() if self._batch else NetworkStatus(False, 0)

    def start(self, target_ssid: str, config: SessionConfig) -> Session:
        """Begin a session, or raise SESSION_ALREADY_ACTIVE."""
        self._refuse_while_running()
        now = self.timeline.now
        number = self.archive.number_of_next()
        rng = random.Random(f"{self._seed}/session/{number}")  # noqa: S311 - repeatable
        session = Session(
            id=self._new_id(rng),
            state="discovering",
            target_ssid=target_ssid,
            created_at=now,
            updated_at=now,
            expires_at=now + LIFETIME / self.timeline.speed,
            config=config,
        )
        self._run(session, "started")
        return self._ledger.session(session.id)

    def resume(self, session_id: str) -> Session:
        """Run a dormant session again.

        Raise SESSION_NOT_FOUND, SESSION_EXPIRED, SESSION_ALREADY_ACTIVE or SESSION_NOT_RECOVERABLE.
        """
        session = self._unexpired(session_id)
        if session.ending is not None:
            raise RefusalError("SESSION_NOT_RECOVERABLE", "the session was stopped")
        again = replace(session, state="discovering", updated_at=self.timeline.now)
        self._run(again, "changed").recover()
        return self._ledger.session(session_id)

    def stop(self, session_id: str) -> Session:
        """End the running session, or raise SESSION_ALREADY_CLOSED."""
        self._running(session_id).end("stopped")
        return self._ledger.session(session_id)

    def pause(self, session_id: str) -> Session:
        """Hold the running session, or raise SESSION_ALREADY_CLOSED."""
        self._running(session_id).pause()
        return self._ledger.session(session_id)

    def unpause(self, session_id: str) -> Session:
        """Go on with a session that was held, or raise SESSION_ALREADY_CLOSED."""
        self._running(session_id).go_on()
        return self._ledger.session(session_id)

    def discard(self, session_id: str) -> None:
        """End a dormant session for good.

        Raise SESSION_NOT_FOUND, SESSION_EXPIRED, SESSION_ALREADY_ACTIVE or SESSION_ALREADY_CLOSED.
        """
        session = self._unexpired(session_id)
        if session.ending is not None:
            raise RefusalError("SESSION_ALREADY_CLOSED")
        if not self.archive.is_dormant(session_id):
            raise RefusalError("SESSION_ALREADY_ACTIVE", "stop it first")
        self.archive.end(session_id, "stopped")

    def provision_all(self, session_id: str) -> tuple[int, int]:
        """Accept every discovered device of the allowlist; return how many, and how many not."""
        batch = self._working(session_id)
        waiting = [d for d in batch.devices.values() if d.state == "discovered" and not d.accepted]
        eligible = [d for d in waiting if d.in_allowlist]
        for device in eligible:
            batch.provisioner.provision(device)
        return len(eligible), len(waiting) - len(eligible)

    def provision(self, session_id: str, mac: str) -> Device:
        """Accept one discovered device."""
        self._working(session_id).provisioner.provision(self.device(session_id, mac))
        return self.device(session_id, mac)

    def retry(self, session_id: str, mac: str) -> Device:
        """Accept one failed device again."""
        self._working(session_id).provisioner.retry(self.device(session_id, mac))
        return self.device(session_id, mac)

    def skip(self, session_id: str, mac: str) -> Device:
        """Leave one device out that is discovered or failed."""
        self._running(session_id).provisioner.skip(self.device(session_id, mac))
        return self.device(session_id, mac)

    def allow(self, mac: str, description: str | None, container_id: str | None) -> AllowlistEntry:
        """Add to the allowlist; a device in range learns of it at once. Raise CONFLICT."""
        entry = AllowlistEntry(mac, self.timeline.now, description, container_id)
        self.allowlist.add(entry)
        if self._batch:
            self._batch.relist(mac)
        return entry

    def disallow(self, mac: str) -> None:
        """Remove from the allowlist. Raise DEVICE_NOT_FOUND."""
        self.allowlist.remove(mac)
        if self._batch:
            self._batch.relist(mac)

    def approve_fleet(self) -> None:
        """Put every camera that the scenario lists into the allowlist."""
        for number, camera in enumerate(self._fleet.values()):
            if camera.listed and self.allowlist.get(camera.mac) is None:
                machine = f"machine-{number // _CAMERAS_PER_MACHINE + 1:02}"
                self.allow(camera.mac, camera.name, machine)
                self.installation.containers.know(machine)

    def reset(self) -> None:
        """End every session and be otherwise as at the very beginning."""
        if self._batch:
            self._batch.end("stopped")
        self.archive.end_all()
        for entry in self.allowlist.entries():
            self.allowlist.remove(entry.mac)
        self.installation.reset()
        self.approve_fleet()

    def touch(self, mac: str) -> None:
        """Tell once more what is known of a device of the running session (a test hook)."""
        if self._batch:
            self._batch.touch(mac)

    def _run(self, session: Session, change: SessionChange) -> Batch:
        self._refuse_while_running()
        self.archive.wake(session.id)
        self._batch = Batch(
            self.timeline,
            self._ledger,
            self.allowlist,
            self._fleet,
            session,
            change,
            ended=self._forget_batch,
        )
        return self._batch

    def _refuse_while_running(self) -> None:
        if self._batch is not None:
            raise RefusalError("SESSION_ALREADY_ACTIVE", f"{self._batch.session_id} is running")

    def _forget_batch(self) -> None:
        self._batch = None

    def _running(self, session_id: str) -> Batch:
        session = self.session(session_id)
        if session.ending is not None or self._batch is None:
            raise RefusalError("SESSION_ALREADY_CLOSED")
        return self._batch

    def _working(self, session_id: str) -> Batch:
        batch = self._running(session_id)
        if batch.paused:
            raise RefusalError("DEVICE_INVALID_STATE", "the session is paused")
        return batch

    def _unexpired(self, session_id: str) -> Session:
        session = self._ledger.session(session_id)
        over = session.ending is None and session.expires_at <= self.timeline.now
        if over or session.ending == "expired":
            raise RefusalError("SESSION_EXPIRED")
        return session
