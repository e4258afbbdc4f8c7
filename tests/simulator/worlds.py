"""Worlds without a clock, for tests that let time pass by saying so."""

from __future__ import annotations

from kiosk.simulator.changes import Changes, Saved
from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.entities import Device, Happening, Session, SessionConfig
from kiosk.simulator.fleet import build_fleet
from kiosk.simulator.scenarios import SCENARIOS
from kiosk.simulator.world import World

START = 1_768_000_000.0


class WorldBench:
    """A world, its time, everything that happened, and a disk to start again from."""

    def __init__(
        self,
        *,
        devices: int = 5,
        scenario: str = "smooth",
        failing: int | None = None,
        seed: int = 7,
        speed: float = 1.0,
        now: float = START,
        disk: Changes | None = None,
    ) -> None:
        self.options = {"devices": devices, "scenario": scenario, "failing": failing}
        self.options |= {"seed": seed, "speed": speed}
        self.now = now
        self.disk = disk or Changes()
        self.happened: list[Happening] = []
        self.fleet = build_fleet(seed, devices, SCENARIOS[scenario], failing=failing)
        self.world = World(
            self.fleet,
            now=now,
            seed=seed,
            speed=speed,
            session_id=DIALECTS["handoff"]().new_session_id,
            saved=Saved(
                sessions=[session for session in self.disk.sessions.values() if session],
                devices=[d for d in self.disk.devices.values() if self.disk.sessions[d.session_id]],
                allowlist=[entry for entry in self.disk.allowlist.values() if entry],
                records={
                    key: value for key, value in self.disk.records.items() if value is not None
                },
            ),
        )
        if disk is None:
            self.world.approve_fleet()

    def start(self, **timeouts: int) -> str:
        session = self.world.start("Machine-Room", SessionConfig(**timeouts))
        self.wait(0)
        return session.id

    def wait(self, seconds: float, *, step: float | None = None) -> list[Happening]:
        """Let real seconds pass, at once or in steps; what happened meanwhile."""
        happened, until = [], self.now + seconds
        while True:
            self.now = min(until, self.now + (seconds if step is None else step))
            happened += self.world.advance(self.now)
            self.disk.add(self.world.take_changes())
            if self.now >= until:
                self.happened += happened
                return happened

    def die_and_start_again(self, after: float = 5.0) -> WorldBench:
        """SIGKILL: a new world that knows only what was on disk."""
        options = {**self.options, "now": self.now + after, "disk": self.disk}
        return WorldBench(**options)  # type: ignore[arg-type]

    def device(self, session_id: str, number: int = 0) -> Device:
        return self.world.devices(session_id)[number]

    def states(self, session_id: str) -> list[str]:
        return [device.state for device in self.world.devices(session_id)]

    def session(self, session_id: str) -> Session:
        return self.world.session(session_id)
