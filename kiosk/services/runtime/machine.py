"""Commands of the machine: door, cameras, Wi-Fi, network checks, settings of the service.

What moves something is never repeated by itself. However its answer turned out, the state is read
back at once, so that the person decides with the truth in sight (reliability.md).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import SecretStr

from kiosk.services.client.api import Api
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.outcomes import Outcomes
from kiosk.services.runtime.reader import Readers
from kiosk.services.state.known import Resource
from kiosk.services.state.machine import CamerasDiscovered, PictureTaken, Pinged
from kiosk.services.state.store import Store

T = TypeVar("T")


class MachineCommands:
    """Each method is one command: it runs to its end and leaves the outcome in the store."""

    def __init__(self, client: Api, store: Store, readers: Readers, *, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._readers = readers
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
        """Look for cameras that are not paired yet."""
        if await self._outcomes.of("scan_cameras", self._client.espcam.scan) is None:
            return
        found = await self._outcomes.of("scan_cameras", self._client.espcam.discovered)
        if found is not None:
            self._store.dispatch(CamerasDiscovered(found.data))

    async def pair_camera(self, mac: str, totp: SecretStr) -> None:
        """Pair a camera with the code that it shows."""
        name = f"pair_camera:{mac}"
        await self._move(name, lambda: self._client.espcam.pair(mac, totp), Resource.PAIRED)

    async def place_camera(self, container_id: str, device_id: str, position: int) -> None:
        """Give a camera its place in a container."""
        name = f"place_camera:{device_id}"
        assign = self._client.containers.assign
        await self._move(
            name, lambda: assign(container_id, device_id, position), Resource.CONTAINERS
        )

    async def remove_camera(self, container_id: str, device_id: str) -> None:
        """Take a camera out of its container."""
        name = f"remove_camera:{device_id}"
        unassign = self._client.containers.unassign
        await self._move(name, lambda: unassign(container_id, device_id), Resource.CONTAINERS)

    async def join_wifi(self, ssid: str, password: SecretStr | None) -> None:
        """Have the Pi join a network."""
        await self._move(
            "join_wifi", lambda: self._client.wifi.connect(ssid, password), Resource.WIFI
        )

    async def leave_wifi(self) -> None:
        """Have the Pi leave its network."""
        await self._move("leave_wifi", self._client.wifi.disconnect, Resource.WIFI)

    async def set_config(self, key: str, value: SecretStr) -> None:
        """Change a setting of the service; its value may be a secret."""
        name = f"set_config:{key}"
        await self._move(name, lambda: self._client.config.put(key, value), Resource.CONFIG)

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
        self, command: str, call: Callable[[], Awaitable[Reply[T]]], *resources: Resource
    ) -> None:
        await self._outcomes.of(command, call)
        self._readers.refresh(*resources)
