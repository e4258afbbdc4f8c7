"""What the Pi looks after besides provisioning: door, cameras, containers, Wi-Fi, configuration."""

from __future__ import annotations

from kiosk.simulator.cameras import Cameras
from kiosk.simulator.config import Config
from kiosk.simulator.containers import Containers
from kiosk.simulator.door import Door
from kiosk.simulator.network import Network
from kiosk.simulator.notes import Level, Note
from kiosk.simulator.pairing import Pairing
from kiosk.simulator.records import Records
from kiosk.simulator.timeline import Timeline
from kiosk.simulator.wifi import Wifi


class Installation:
    """Everything of one machine; the records are what of it survives a restart."""

    def __init__(self, timeline: Timeline, seed: int, records: Records) -> None:
        self._timeline = timeline
        self._notes: list[Note] = []
        self.config = Config(records.shelf("config"), self._tell)
        self.wifi = Wifi(seed, timeline, records.shelf("wifi"), self._tell)
        self.door = Door(timeline, records.shelf("door"), self._tell)
        self.cameras = Cameras(timeline, records.shelf("cameras"), self._tell)
        self.containers = Containers(
            timeline, records.shelf("containers"), self.cameras, self._tell
        )
        self.pairing = Pairing(timeline, self.cameras, self._tell)
        self.network = Network(self.wifi, self.config, self.cameras)

    def reset(self) -> None:
        """Be as at the very beginning."""
        parts = (self.config, self.wifi, self.door, self.cameras, self.containers, self.pairing)
        for part in parts:
            part.reset()
        self._tell("warn", "system", "reset to the beginning")

    def take_notes(self) -> list[Note]:
        """Return what happened since the last call, in order."""
        notes, self._notes = self._notes, []
        return notes

    def _tell(self, level: Level, component: str, message: str) -> None:
        self._notes.append(Note(level, component, message, self._timeline.now))
