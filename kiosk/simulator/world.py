"""The world: one fleet, one allowlist, sessions of which at most one runs.

Pure: no I/O, no asyncio, no clock but the one that ``advance`` is told.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import cast

from kiosk.simulator.allowlist import Allowlist
from kiosk.simulator.changes import Changes, Saved
from kiosk.simulator.discovery import Discovery
from kiosk.simulator.entities import (
    AllowlistEntry,
    Counts,
    Device,
    DeviceChange,
    DeviceHappening,
    Ending,
    Happening,
    NetworkHappening,
    NetworkStatus,
    ProblemHappening,
    Session,
    SessionChange,
    SessionConfig,
    SessionHappening,
)
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.fleet import Camera
from kiosk.simulator.provisioner import Provisioner
from kiosk.simulator.timeline import Timeline

LIFETIME = 30 * 60.0  # world seconds
WARNING_BEFORE_END = 60.0
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
        self._fleet = {camera.mac: camera for camera in fleet}
        self._seed = seed
        self._new_id = session_id
        self._sessions = {session.id: session for session in saved.sessions}
        self._devices: dict[str, dict[str, Device]] = {id_: {} for id_ in self._sessions}
        for device in saved.devices:
            self._devices[device.session_id][device.mac] = device
        self._running: str | None = None
        self._provisioner: Provisioner | None = None
        self._happened: list[Happening] = []
        self._changed_sessions: set[str] = set()
        self._changed_devices: set[tuple[str, str]] = set()

    # --- time ---

    def advance(self, now: float) -> list[Happening]:
        """Let time pass until ``now``; all that happened since the last call, in order."""
        self.timeline.advance(now)
        happened, self._happened = self._happened, []
        return happened

    def take_changes(self) -> Changes:
        """All values that changed since the last call."""
        changes = Changes(
            sessions={id_: self._sessions[id_] for id_ in self._changed_sessions},
            devices={(id_, mac): self._devices[id_][mac] for id_, mac in self._changed_devices},
            allowlist=dict(self.allowlist.take_changes()),
        )
        self._changed_sessions, self._changed_devices = set(), set()
        return changes

    # --- what is ---

    def session(self, session_id: str) -> Session:
        """Raise SESSION_NOT_FOUND (also for a dormant one) or SESSION_EXPIRED."""
        session = self._sessions.get(session_id)
        if session is None:
            raise RefusalError("SESSION_NOT_FOUND")
        self._refuse_expired(session)
        if session.ending is None and session_id != self._running:
            raise RefusalError("SESSION_NOT_FOUND")
        return session

    def devices(self, session_id: str) -> list[Device]:
        """Devices of a session in the order of their discovery."""
        self.session(session_id)
        return list(self._devices[session_id].values())

    def device(self, session_id: str, mac: str) -> Device:
        """Raise DEVICE_NOT_FOUND, or what ``session`` raises."""
        self.session(session_id)
        try:
            return self._devices[session_id][mac]
        except KeyError:
            raise RefusalError("DEVICE_NOT_FOUND", mac) from None

    def counts(self, session_id: str) -> Counts:
        """Return a session's counters."""
        return Counts.of(self._devices[session_id].values())

    def recoverable(self) -> list[Session]:
        """Return sessions that neither ended nor expired, the running one too, newest first."""
        now = self.timeline.now
        living = [s for s in self._sessions.values() if s.ending is None and s.expires_at > now]
        return sorted(living, key=lambda s: s.created_at, reverse=True)

    def network(self) -> NetworkStatus:
        """Return the onboarding network: up while a session runs."""
        devices = self._devices[self._running].values() if self._running else ()
        waiting = {"discovered", "provisioning", "failed"}
        return NetworkStatus(
            is_active=self._running is not None,
            connected_devices=sum(device.state in waiting for device in devices),
        )

    @property
    def running_devices(self) -> list[Device]:
        """Devices of the running session."""
        return list(self._devices[self._running].values()) if self._running else []

    # --- sessions ---

    def start(self, target_ssid: str, config: SessionConfig) -> Session:
        """Begin a session, or raise SESSION_ALREADY_ACTIVE."""
        self._refuse_second_session()
        now = self.timeline.now
        rng = random.Random(f"{self._seed}/session/{len(self._sessions)}")  # noqa: S311 - repeatable
        session = Session(
            id=self._new_id(rng),
            state="discovering",
            target_ssid=target_ssid,
            created_at=now,
            updated_at=now,
            expires_at=now + LIFETIME / self.timeline.speed,
            config=config,
        )
        self._devices[session.id] = {}
        self._run(session, "started")
        return self._sessions[session.id]

    def resume(self, session_id: str) -> Session:
        """Run a dormant session again.

        Raise SESSION_NOT_FOUND, SESSION_EXPIRED, SESSION_ALREADY_ACTIVE or SESSION_NOT_RECOVERABLE.
        """
        session = self._sessions.get(session_id)
        if session is None:
            raise RefusalError("SESSION_NOT_FOUND")
        self._refuse_expired(session)
        if session.ending is not None:
            raise RefusalError("SESSION_NOT_RECOVERABLE", "the session was stopped")
        self._refuse_second_session()
        now = self.timeline.now
        provisioner = self._run(replace(session, state="discovering", updated_at=now), "changed")
        for device in list(self._devices[session_id].values()):
            provisioner.recover(device)
        return self._sessions[session_id]

    def stop(self, session_id: str) -> Session:
        """End the running session, or raise SESSION_ALREADY_CLOSED."""
        self._running_provisioner(session_id)
        self._end("stopped")
        return self._sessions[session_id]

    # --- devices ---

    def provision_all(self, session_id: str) -> tuple[int, int]:
        """Accept every discovered device of the allowlist; how many were accepted and skipped."""
        provisioner = self._running_provisioner(session_id)
        devices = self.devices(session_id)
        waiting = [d for d in devices if d.state == "discovered" and not d.accepted]
        eligible = [d for d in waiting if d.in_allowlist]
        for device in eligible:
            provisioner.provision(device)
        return len(eligible), len(waiting) - len(eligible)

    def provision(self, session_id: str, mac: str) -> Device:
        """Accept one discovered device."""
        provisioner = self._running_provisioner(session_id)
        provisioner.provision(self.device(session_id, mac))
        return self.device(session_id, mac)

    def retry(self, session_id: str, mac: str) -> Device:
        """Accept one failed device again."""
        provisioner = self._running_provisioner(session_id)
        provisioner.retry(self.device(session_id, mac))
        return self.device(session_id, mac)

    # --- allowlist ---

    def allow(self, mac: str, description: str | None, container_id: str | None) -> AllowlistEntry:
        """Add to the allowlist; a device in range learns of it at once. Raise CONFLICT."""
        entry = AllowlistEntry(mac, self.timeline.now, description, container_id)
        self.allowlist.add(entry)
        self._relist(mac)
        return entry

    def disallow(self, mac: str) -> None:
        """Remove from the allowlist. Raise DEVICE_NOT_FOUND."""
        self.allowlist.remove(mac)
        self._relist(mac)

    def approve_fleet(self) -> None:
        """Put every camera that the scenario lists into the allowlist."""
        for number, camera in enumerate(self._fleet.values()):
            if camera.listed and self.allowlist.get(camera.mac) is None:
                machine = f"machine-{number // _CAMERAS_PER_MACHINE + 1:02}"
                self.allow(camera.mac, camera.name, machine)

    def touch(self, mac: str) -> None:
        """Tell once more what is known of a device, its signal a decibel off (a test hook)."""
        device = self._devices[self._running].get(mac) if self._running else None
        if device is None:
            return
        rssi = device.rssi - 1 if device.rssi % 2 else device.rssi + 1
        self._record(replace(device, rssi=rssi), "drifted")

    # --- inside ---

    def _run(self, session: Session, kind: SessionChange) -> Provisioner:
        timeline, devices = self.timeline, self._devices[session.id]
        provisioner = Provisioner(
            timeline, devices, self._cameras(devices), session.config, self._record, self._warn
        )
        self._running, self._provisioner = session.id, provisioner
        self._tell_session(session, kind)
        self._tell_network()
        self._discovery = Discovery(
            timeline, self._fleet, session.id, devices, self.allowlist, self._record
        )
        timeline.after(session.config.discovery_timeout_seconds, self._finish_discovery)
        warning = session.expires_at - WARNING_BEFORE_END / timeline.speed
        if warning > timeline.now:
            timeline.at(warning, self._warn_of_end)
        timeline.at(session.expires_at, partial(self._end, "expired"))
        return provisioner

    def _cameras(self, devices: dict[str, Device]) -> dict[str, Camera]:
        """Return the fleet, and a faultless camera for each saved device that it no longer has."""
        strangers = {
            d.mac: Camera(d.mac, d.name, d.ip, d.firmware_version, d.rssi, 0.0)
            for d in devices.values()
            if d.mac not in self._fleet
        }
        return self._fleet | strangers

    def _end(self, ending: Ending) -> None:
        session = self._sessions[cast("str", self._running)]
        self.timeline.clear()
        self._running = self._provisioner = None
        closed = replace(session, state="closed", ending=ending, updated_at=self.timeline.now)
        self._tell_session(closed, "closed")
        self._tell_network(session.id)

    def _finish_discovery(self) -> None:
        self._discovery.finish()
        session = self._sessions[cast("str", self._running)]
        self._tell_session(
            replace(session, state="active", updated_at=self.timeline.now), "changed"
        )

    def _warn_of_end(self) -> None:
        self._tell_session(self._sessions[cast("str", self._running)], "ending_soon")

    def _relist(self, mac: str) -> None:
        entry = self.allowlist.get(mac)
        for device in self.running_devices:
            if device.mac == mac:
                container = entry.container_id if entry else device.container_id
                listed = replace(device, in_allowlist=entry is not None, container_id=container)
                self._record(listed, "updated")

    def _record(self, device: Device, kind: DeviceChange) -> None:
        """Take a device's new value, tell of it and, unless only its signal drifted, store it."""
        known = self._devices[device.session_id]
        before = known.get(device.mac, device).state
        known[device.mac] = device
        now = self.timeline.now
        if kind != "drifted":
            self._changed_devices.add((device.session_id, device.mac))
            self._changed_sessions.add(device.session_id)
            session = self._sessions[device.session_id]
            self._sessions[session.id] = replace(session, updated_at=now)
        if kind == "completed":
            self.allowlist.mark_used(device.mac, now)
        self._happened.append(DeviceHappening(kind, device, before, now))

    def _tell_session(self, session: Session, kind: SessionChange) -> None:
        self._sessions[session.id] = session
        self._changed_sessions.add(session.id)
        counts, now = self.counts(session.id), self.timeline.now
        self._happened.append(SessionHappening(kind, session, counts, now))

    def _tell_network(self, session_id: str | None = None) -> None:
        about = session_id or cast("str", self._running)
        self._happened.append(NetworkHappening(self.network(), about, self.timeline.now))

    def _warn(self, code: str, message: str) -> None:
        about, now = cast("str", self._running), self.timeline.now
        self._happened.append(ProblemHappening(code, message, about, now))

    def _running_provisioner(self, session_id: str) -> Provisioner:
        session = self.session(session_id)
        if session.ending is not None or self._provisioner is None:
            raise RefusalError("SESSION_ALREADY_CLOSED")
        return self._provisioner

    def _refuse_second_session(self) -> None:
        if self._running is not None:
            raise RefusalError("SESSION_ALREADY_ACTIVE", f"{self._running} is running")

    def _refuse_expired(self, session: Session) -> None:
        stopped = session.ending == "stopped"
        if session.ending == "expired" or (not stopped and session.expires_at <= self.timeline.now):
            raise RefusalError("SESSION_EXPIRED")
