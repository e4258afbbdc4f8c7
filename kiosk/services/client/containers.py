"""Containers and the cameras that are placed in them (contract.md §2.13)."""

from kiosk.services.client.calls import Calls, endpoint
from kiosk.services.client.reply import Reply, refuse
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.containers import Container, Placement
from kiosk.services.wire.features import Feature

_CONTAINERS = endpoint("/containers")
_CAMERAS = endpoint("/containers/{}/cameras")
_CAMERA = endpoint("/containers/{}/cameras/{}")


class Containers:
    """Which camera is where. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.CAMERAS)

    async def containers(self) -> Reply[tuple[Container, ...]]:
        """Return the containers with their cameras."""
        answer = await self._calls.read(_CONTAINERS)
        return Reply(payloads.containers(answer.data), answer.correlation_id)

    async def assign(self, container_id: str, device_id: str, position: int) -> Reply[Placement]:
        """Put a camera at a position, 1 to 4; sent once.

        A server that does not return the place gets it echoed.
        """
        _check(container_id, device_id)
        refuse(checks.check_position(position))
        body = {"device_id": device_id, "position": position}
        answer = await self._calls.act_once(_CAMERAS, container_id, body=body)
        placed = payloads.record(Placement, answer.data)
        if placed is None or placed.device_id is None:
            placed = Placement.model_validate(body)
        return Reply(placed, answer.correlation_id)

    async def unassign(self, container_id: str, device_id: str) -> Reply[None]:
        """Take a camera out of its container; sent once."""
        _check(container_id, device_id)
        answer = await self._calls.act_once(_CAMERA, container_id, device_id, method="DELETE")
        return Reply(None, answer.correlation_id)


def _check(container_id: str, device_id: str) -> None:
    # Both are opaque, and an id that no setting may have would address something else here too.
    if checks.check_config_key(container_id):
        refuse(checks.refusal("CONTAINER_ID", "not the id of a container"))
    refuse(checks.check_camera_id(device_id))
