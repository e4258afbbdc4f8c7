"""Containers (machines) and which camera is at which position of them (contract.md §2.13)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from kiosk.simulator.cameras import FIRST_CONTAINER, Camera, Cameras
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.notes import Tell
from kiosk.simulator.records import Shelf
from kiosk.simulator.timeline import Timeline

POSITIONS = range(1, 5)


@dataclass(frozen=True, slots=True)
class Container:
    """One machine."""

    id: str
    label: str | None
    created_at: float
    updated_at: float


class Containers:
    """Every machine that is known, and the places of the cameras in them."""

    def __init__(self, timeline: Timeline, shelf: Shelf, cameras: Cameras, tell: Tell) -> None:
        self._timeline = timeline
        self._shelf = shelf
        self._cameras = cameras
        self._tell = tell
        if not shelf:
            self.know(FIRST_CONTAINER, "Lobby fridge")

    def all(self) -> list[Container]:
        """Return every container in the order in which it became known."""
        return [Container(**record) for record in self._shelf.values()]

    def get(self, id_: str) -> Container:
        """Raise CONTAINER_NOT_FOUND."""
        if (record := self._shelf.get(id_)) is None:
            raise RefusalError("CONTAINER_NOT_FOUND", id_)
        return Container(**record)

    def know(self, id_: str, label: str | None = None) -> None:
        """Take in a container, unless it is known."""
        if id_ not in self._shelf:
            now = self._timeline.now
            self._put(Container(id_, label, now, now))

    def cameras(self, container: Container) -> list[Camera]:
        """Return the cameras of a container by position."""
        inside = [c for c in self._cameras.all() if c.container_id == container.id]
        return sorted(inside, key=lambda camera: camera.position or 0)

    def assign(self, id_: str, camera_id: str, position: int) -> Camera:
        """Put a camera at a free position.

        Raise CONTAINER_NOT_FOUND, CAMERA_NOT_FOUND, INVALID_POSITION, CAMERA_ALREADY_ASSIGNED
        or POSITION_OCCUPIED.
        """
        container = self.get(id_)
        camera = self._cameras.get(camera_id)
        if position not in POSITIONS:
            raise RefusalError("INVALID_POSITION", str(position))
        if camera.container_id is not None:
            place = f"{camera.id} is at {camera.container_id}/{camera.position}"
            raise RefusalError("CAMERA_ALREADY_ASSIGNED", place)
        if any(other.position == position for other in self.cameras(container)):
            raise RefusalError("POSITION_OCCUPIED", str(position))
        self._touch(container)
        self._tell("info", "camera", f"{camera.id} assigned to {id_}/{position}")
        return self._cameras.place(camera, id_, position)

    def unassign(self, id_: str, camera_id: str) -> None:
        """Take a camera out. Raise CONTAINER_NOT_FOUND or CAMERA_NOT_FOUND."""
        container = self.get(id_)
        camera = self._cameras.get(camera_id)
        if camera.container_id != id_:
            raise RefusalError("CAMERA_NOT_FOUND", f"{camera.id} is not in {id_}")
        self._cameras.place(camera, None, None)
        self._touch(container)
        self._tell("info", "camera", f"{camera.id} taken out of {id_}")

    def reset(self) -> None:
        """Know only the first container."""
        self._shelf.clear()
        self.know(FIRST_CONTAINER, "Lobby fridge")

    def _touch(self, container: Container) -> None:
        now = self._timeline.now
        self._put(Container(container.id, container.label, container.created_at, now))

    def _put(self, container: Container) -> None:
        self._shelf[container.id] = asdict(container)
