"""Sessions and devices, what of them is not on disk yet, and what happened but was not told yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kiosk.simulator.changes import Changes, Saved
from kiosk.simulator.entities import (
    Counts,
    Device,
    DeviceChange,
    DeviceHappening,
    Happening,
    Session,
    SessionChange,
    SessionHappening,
)
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.timeline import Timeline


class Ledger:
    """Every change goes through here, so that none is forgotten on disk or on the streams."""

    def __init__(self, timeline: Timeline, saved: Saved) -> None:
        self._timeline = timeline
        self._sessions = {session.id: session for session in saved.sessions}
        self._devices: dict[str, dict[str, Device]] = {id_: {} for id_ in self._sessions}
        for device in saved.devices:
            self._devices[device.session_id][device.mac] = device
        self._happened: list[Happening] = []
        self._changed_sessions: set[str] = set()
        self._changed_devices: set[tuple[str, str]] = set()

    def sessions(self) -> Iterable[Session]:
        """Return every session that ever was."""
        return self._sessions.values()

    def session(self, session_id: str) -> Session:
        """Return a session whatever became of it. Raise SESSION_NOT_FOUND."""
        if (session := self._sessions.get(session_id)) is None:
            raise RefusalError("SESSION_NOT_FOUND")
        return session

    def devices(self, session_id: str) -> Mapping[str, Device]:
        """Return a session's devices by MAC, in the order of their discovery; a live view."""
        return self._devices[session_id]

    def counts(self, session_id: str) -> Counts:
        """Return a session's counters."""
        return Counts.of(self._devices[session_id].values())

    def put_session(self, session: Session, change: SessionChange) -> None:
        """Take a session's new value and tell of it."""
        self._sessions[session.id] = session
        self._devices.setdefault(session.id, {})
        self._changed_sessions.add(session.id)
        counts, now = self.counts(session.id), self._timeline.now
        self.tell(SessionHappening(change, session, counts, now))

    def remove_session(self, session_id: str) -> None:
        """Forget a session and its devices."""
        del self._sessions[session_id], self._devices[session_id]
        self._changed_sessions.add(session_id)
        self._changed_devices = {key for key in self._changed_devices if key[0] != session_id}

    def put_device(self, device: Device, change: DeviceChange) -> None:
        """Take a device's new value and tell of it; a drift of its signal alone is not stored."""
        known = self._devices[device.session_id]
        before = known.get(device.mac, device).state
        known[device.mac] = device
        now = self._timeline.now
        if change != "drifted":
            self._changed_devices.add((device.session_id, device.mac))
            self._changed_sessions.add(device.session_id)
            session = self._sessions[device.session_id]
            self._sessions[session.id] = replace(session, updated_at=now)
        self.tell(DeviceHappening(change, device, before, now))

    def tell(self, happening: Happening) -> None:
        """Note something to be told on the streams."""
        self._happened.append(happening)

    def take_happenings(self) -> list[Happening]:
        """Return what happened since the last call, in order."""
        happened, self._happened = self._happened, []
        return happened

    def take_changes(self) -> Changes:
        """Return all values that changed since the last call."""
        changes = Changes(
            sessions={id_: self._sessions.get(id_) for id_ in self._changed_sessions},
            devices={(id_, mac): self._devices[id_][mac] for id_, mac in self._changed_devices},
        )
        self._changed_sessions, self._changed_devices = set(), set()
        return changes
