"""The Pi's live figures by WebSocket (contract.md §4)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from kiosk.services.client.calls import Calls
from kiosk.services.client.connection import explained
from kiosk.services.client.errors import error_of
from kiosk.services.wire.features import Feature
from kiosk.services.wire.monitoring import MonitorMessage, messages

if TYPE_CHECKING:
    from kiosk.services.client.socket import Socket

_PATH = "/ws/monitor"


class MonitorSocket:
    """An open monitor. Every method raises ApiError when the connection is over."""

    def __init__(self, socket: "Socket") -> None:
        self._socket = socket

    async def receive(self) -> list[MonitorMessage]:
        """Return the messages of the next frame; what cannot be read is junk."""
        return messages(await self._socket.receive())

    async def ping(self) -> None:
        """Ask for a pong."""
        await self._socket.send('{"type":"ping"}')

    async def pong(self) -> None:
        """Answer the server's own ping."""
        await self._socket.send('{"type":"pong"}')


class Monitor:
    """Live monitoring, where it is not switched off."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.MONITOR)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[MonitorSocket]:
        """Connect, with the key where there is one; raises ApiError."""
        # Nobody needs it before live figures are looked at, and it takes a while to be loaded.
        try:
            from kiosk.services.client.socket import open_socket  # noqa: PLC0415
        except OSError as error:
            # Without a descriptor its code cannot be read, no more than a connection be made.
            raise error_of(explained(error, key_sent=False)) from None

        self._calls.check_feature()
        address = self._calls.monitor
        async with AsyncExitStack() as stack:
            opening = stack.enter_async_context(open_socket(address, _PATH))
            yield MonitorSocket(await self._calls.opened(address, opening))
