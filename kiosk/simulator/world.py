"""The world: one fleet, one allowlist, sessions of which at most one runs.

Pure: no I/O, no asyncio, no clock but the one that ``advance`` is told.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from kiosk.simulator.allowlist import Allowlist
from kiosk.simulator.batch import Batch
from kiosk.simulator.changes import Changes, Saved
from kiosk.simulator.entities import (
    AllowlistEntry,
    Counts,
    Device,
    Happening,
    NetworkStatus,
    Session,
    SessionChange,
    SessionConfig,
)
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.fleet import Camera
from kiosk.simulator.ledger import Ledger
from kiosk.simulator.timeline import Timeline

LIFETIME = 30 * 60.0  # world seconds
_CAMERAS_PER_MACHINE = 4


class World:
    """Commands change it or raise RefusalError; ``advance`` lets time pass and tells what happened.

    A saved session that had not ended is dormant: unknown to every command but ``recoverable`` and
    ``resume`` (contract.md §2.3, golden flow 2).
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

    def advance(self, now: float) -> list[Happening]:
        """Let time pass until ``now``; return what happened since the last call, in order."""
        self.timeline.advance(now)
        return self._ledger.take_happenings()

    def take_changes(self) -> Changes:
        """Return all values that changed since the last call."""
        changes = self._ledger.take_changes()
        changes.allowlist |= self.allowlist.take_changes()
        return changes

    def session(self, session_id: str) -> Session:
        """Raise SESSION_NOT_FOUND (also for a dormant one) or SESSION_EXPIRED."""
        session = self._unexpired(session_id)
        running = self._batch is not None and self._batch.session_id == session_id
        if session.ending is None and not running:
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

    def recoverable(self) -> list[Session]:
        """Return sessions that neither ended nor expired, the running one too, newest first."""
        now = self.timeline.now
        living = [s for s in self._ledger.sessions() if s.ending is None and s.expires_at > now]
        return sorted(living, key=lambda s: s.created_at, reverse=True)

    def start(self, target_ssid: str, config: SessionConfig) -> Session:
        """Begin a session, or raise SESSION_ALREADY_ACTIVE."""
        now = self.timeline.now
        number = len(list(self._ledger.sessions()))
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

    def provision_all(self, session_id: str) -> tuple[int, int]:
        """Accept every discovered device of the allowlist; return how many, and how many not."""
        batch = self._running(session_id)
        waiting = [d for d in batch.devices.values() if d.state == "discovered" and not d.accepted]
        eligible = [d for d in waiting if d.in_allowlist]
        for device in eligible:
            batch.provisioner.provision(device)
        return len(eligible), len(waiting) - len(eligible)

    def provision(self, session_id: str, mac: str) -> Device:
        """Accept one discovered device."""
        self._running(session_id).provisioner.provision(self.device(session_id, mac))
        return self.device(session_id, mac)

    def retry(self, session_id: str, mac: str) -> Device:
        """Accept one failed device again."""
        self._running(session_id).provisioner.retry(self.device(session_id, mac))
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

    def touch(self, mac: str) -> None:
        """Tell once more what is known of a device of the running session (a test hook)."""
        if self._batch:
            self._batch.touch(mac)

    def _run(self, session: Session, change: SessionChange) -> Batch:
        if self._batch is not None:
            raise RefusalError("SESSION_ALREADY_ACTIVE", f"{self._batch.session_id} is running")
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

    def _forget_batch(self) -> None:
        self._batch = None

    def _running(self, session_id: str) -> Batch:
        session = self.session(session_id)
        if session.ending is not None or self._batch is None:
            raise RefusalError("SESSION_ALREADY_CLOSED")
        return self._batch

    def _unexpired(self, session_id: str) -> Session:
        session = self._ledger.session(session_id)
        over = session.ending is None and session.expires_at <= self.timeline.now
        if over or session.ending == "expired":
            raise RefusalError("SESSION_EXPIRED")
        return session
