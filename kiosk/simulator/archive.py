"""Sessions that do not run: those that can be resumed, and those that are over."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from kiosk.simulator.entities import Device, Ending, Session
from kiosk.simulator.ledger import Ledger
from kiosk.simulator.records import Shelf
from kiosk.simulator.timeline import Branch, Timeline

_BEGUN = "sessions"


class Archive:
    """A saved session that had not ended is dormant until it is woken, ended or out of time."""

    def __init__(self, timeline: Timeline, ledger: Ledger, counters: Shelf) -> None:
        self._timeline = timeline
        self._ledger = ledger
        self._counters = counters
        self._dormant: dict[str, Branch] = {}
        for session in ledger.sessions():
            if session.ending is None:
                self._let_sleep(session)

    def recoverable(self) -> list[Session]:
        """Return sessions that neither ended nor expired, the running one too, newest first."""
        now = self._timeline.now
        living = [s for s in self._ledger.sessions() if s.ending is None and s.expires_at > now]
        return sorted(living, key=lambda s: s.created_at, reverse=True)

    def history(self, limit: int) -> list[Session]:
        """Return the sessions that ended last, the latest first."""
        ended = [session for session in self._ledger.sessions() if session.ending]
        return sorted(ended, key=lambda s: s.updated_at, reverse=True)[:limit]

    def devices(self) -> list[Device]:
        """Return the devices of every session that is remembered."""
        sessions = list(self._ledger.sessions())
        return [device for s in sessions for device in self._ledger.devices(s.id).values()]

    def clear(self, older_than_seconds: float) -> int:
        """Forget the sessions that ended longer ago; return how many."""
        before = self._timeline.now - older_than_seconds
        old = [s.id for s in self._ledger.sessions() if s.ending and s.updated_at <= before]
        for session_id in old:
            self._ledger.remove_session(session_id)
        return len(old)

    def is_dormant(self, session_id: str) -> bool:
        """Tell whether a session waits to be resumed."""
        return session_id in self._dormant

    def wake(self, session_id: str) -> None:
        """Leave a dormant session to whoever runs it from now on."""
        if expiry := self._dormant.pop(session_id, None):
            expiry.clear()

    def end(self, session_id: str, ending: Ending) -> None:
        """End a dormant session."""
        self.wake(session_id)
        session = self._ledger.session(session_id)
        now = self._timeline.now
        ended = replace(session, state="closed", ending=ending, updated_at=now)
        self._ledger.put_session(ended, "closed")

    def end_all(self) -> None:
        """End every dormant session."""
        for session_id in list(self._dormant):
            self.end(session_id, "stopped")

    def number_of_next(self) -> int:
        """Return how many sessions there were before, those of a cleared history too."""
        number = int(self._counters.get(_BEGUN, len(list(self._ledger.sessions()))))
        self._counters[_BEGUN] = number + 1
        return number

    def _let_sleep(self, session: Session) -> None:
        expiry = self._timeline.branch()
        expiry.at(session.expires_at, partial(self.end, session.id, "expired"))
        self._dormant[session.id] = expiry
