"""Commands of the machine: door, cameras, Wi-Fi, network checks, settings of the service.

What moves something is never repeated by itself. However its answer turned out, the state is read
back at once, so that the person decides with the truth in sight (reliability.md).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import SecretStr

from kiosk.services.client.api import Api
from kiosk.services.client.errors import ApiError
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.outcomes import Outcomes
from kiosk.services.runtime.reader import Readers
from kiosk.services.state.known import Resource
from kiosk.services.state.machine import (
    CamerasDiscovered,
    JoiningTyped,
    PictureTaken,
    Pinged,
)
from kiosk.services.state.store import Store

T = TypeVar("T")

# A search for cameras is watched for so long.
_LOOKS, _LOOK_SECONDS = 8, 1.0
_PAIRINGS = (Resource.PAIRED, Resource.CAMERAS)
# Who says at which position a camera is.
_PLACES = (Resource.CONTAINERS, *_PAIRINGS)


class MachineCommands:
    """Each method is one command: it runs to its end and leaves the outcome in the store."""

    def __init__(self, client: Api, store: Store, readers: Readers, *, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._readers = readers
        self._clock = clock
        self._outcomes = Outcomes(store, clock=clock)

    async def open_door(self) -> None:
        """Open the door for as long as the service thinks right."""
        await self._move("open_door", self._client.door.open, Resource.DOOR, Resource.DOOR_HISTORY)

    async def close_door(self) -> None:
        """Close the door."""
        await self._move(
            "close_door", self._client.door.close, Resource.DOOR, Resource.DOOR_HISTORY
        )

    async def capture(self, camera_id: str) -> None:
        """Have a camera take a picture; it may take half a minute."""
        name = f"capture:{camera_id}"
        reply = await self._outcomes.of(name, lambda: self._client.cameras.capture(camera_id))
        if reply is not None:
            self._store.dispatch(PictureTaken(camera_id, reply.data))

    async def reboot_camera(self, camera_id: str) -> None:
        """Reboot a camera."""
        name = f"reboot_camera:{camera_id}"
        await self._move(name, lambda: self._client.cameras.reboot(camera_id), Resource.CAMERAS)

    async def scan_cameras(self) -> None:
        """Look for cameras that are not paired yet, and show each as soon as it has answered.

        No server says when its search is over, so it is given a while.
        """
        espcam = self._client.espcam
        try:
            await espcam.scan()
            for _ in range(_LOOKS):
                await self._clock.sleep(_LOOK_SECONDS)
                self._store.dispatch(CamerasDiscovered((await espcam.discovered()).data))
        except ApiError as error:
            self._outcomes.failed("scan_cameras", error.problem)
            return
        self._outcomes.ended("scan_cameras")

    async def pair_camera(self, mac: str, totp: SecretStr) -> None:
        """Pair a camera with the code that it shows."""
        name = f"pair_camera:{mac}"
        await self._move(name, lambda: self._client.espcam.pair(mac, totp), *_PAIRINGS)

    async def place_camera(self, container_id: str, device_id: str, position: int) -> None:
        """Give a camera its place in a container."""
        name = f"place_camera:{device_id}"
        assign = self._client.containers.assign
        await self._move(
            name,
            lambda: assign(container_id, device_id, position),
            *_PLACES,
            arguments=(container_id, str(position)),
        )

    async def remove_camera(self, container_id: str, device_id: str) -> None:
        """Take a camera out of its container."""
        name = f"remove_camera:{device_id}"
        unassign = self._client.containers.unassign
        await self._move(name, lambda: unassign(container_id, device_id), *_PLACES)

    async def join_wifi(self, ssid: str, password: SecretStr | None) -> None:
        """Have the Pi join a network."""
        name = f"join_wifi:{ssid}"
        connect = self._client.wifi.connect
        if await self._move(name, lambda: connect(ssid, password), Resource.WIFI):
            self._store.dispatch(JoiningTyped(None))

    async def leave_wifi(self) -> None:
        """Have the Pi leave its network."""
        await self._move("leave_wifi", self._client.wifi.disconnect, Resource.WIFI)

    async def set_config(self, key: str, value: SecretStr, *again: str) -> None:
        """Change a setting of the service; ``again`` is its value, unless that is a secret."""
        await self._move(
            f"set_config:{key}",
            lambda: self._client.config.put(key, value),
            Resource.CONFIG,
            arguments=again,
        )

    async def reset_config(self, key: str) -> None:
        """Put a setting of the service back to its default."""
        name = f"reset_config:{key}"
        await self._move(name, lambda: self._client.config.reset(key), Resource.CONFIG)

    async def ping(self, host: str) -> None:
        """Ping a host from the Pi."""
        reply = await self._outcomes.of(f"ping:{host}", lambda: self._client.network.ping(host))
        if reply is not None:
            self._store.dispatch(Pinged(host, reply.data))

    async def _move(
        self,
        command: str,
        call: Callable[[], Awaitable[Reply[T]]],
        *resources: Resource,
        arguments: tuple[str, ...] = (),
    ) -> bool:
        reply = await self._outcomes.of(command, call, *arguments)
        self._readers.refresh(*resources)
        return reply is not None
