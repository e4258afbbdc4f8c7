"""A session as REST answers it, alone or with its devices (contract.md §2.1, SessionData)."""

from __future__ import annotations

from typing import Any

from kiosk.simulator.engine import Engine
from kiosk.simulator.entities import Session


class Snapshots:
    """Renders sessions in the engine's dialect."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    def record(self, session: Session) -> dict[str, Any]:
        """Return the session alone."""
        return self._dialect.session(session, self._engine.world.counts(session.id))

    def full(self, session: Session, *, with_devices: bool = True) -> dict[str, Any]:
        """Return SessionData."""
        world = self._engine.world
        snapshot: dict[str, Any] = {"session": self.record(session)}
        if with_devices:
            devices = world.devices(session.id)
            snapshot["devices"] = [self._dialect.device(device) for device in devices]
        if session.ending is None:
            left = session.expires_at - world.timeline.now
            snapshot["timeout_remaining"] = self._dialect.remaining(left)
        snapshot["network_status"] = self._dialect.network(world.network())
        return snapshot
