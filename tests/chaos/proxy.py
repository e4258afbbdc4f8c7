"""A TCP proxy between the kiosk and its server that does to the bytes what networks do."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.support.server import accepted

_HEAD = re.compile(rb"(GET|POST|PUT|DELETE) (\S+) HTTP/1\.1\r\n")
_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Way:
    """What happens to connections and to the bytes of answers.

    ``swallows`` loses what is sent for good, ``holds_back`` keeps answers until another way is
    taken; ``cut_after`` breaks the connection after so many bytes of answers, ``end_after`` says
    there that nothing more comes.
    """

    accepts: bool = True
    hangs_up: bool = False
    swallows: bool = False
    holds_back: bool = False
    cut_after: int | None = None
    end_after: int | None = None
    slice_bytes: int | None = None
    slice_seconds: float = 0.0


PASS = Way()
REFUSE = Way(accepts=False)
HANG_UP = Way(hangs_up=True)
BLACK_HOLE = Way(swallows=True)
HOLD_BACK = Way(holds_back=True)


def cut_after(number: int) -> Way:
    """Break each connection after so many bytes of answers."""
    return Way(cut_after=number)


def end_after(number: int) -> Way:
    """Half close: after so many bytes of answers say that nothing more comes, and stay open."""
    return Way(end_after=number)


def slices(size: int, seconds: float = 0.0) -> Way:
    """Hand answers on in slices of so many bytes, with a pause before each."""
    return Way(slice_bytes=size, slice_seconds=seconds)


def rate(bytes_per_second: int) -> Way:
    """Hand answers on at so many bytes a second."""
    return slices(bytes_per_second // 10, 0.1)


class Proxy:
    """Passes bytes on to a port of loopback, in a way that a test may change at any time.

    ``connections`` counts those that were accepted; ``requests`` lists method and target.
    """

    def __init__(self, port: int, way: Way = PASS) -> None:
        self._upstream = port
        self._way = way
        self._changed = asyncio.Event()
        self._port = 0
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()
        self.connections = 0
        self.requests: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def asked(self, method: str, ending: str) -> int:
        """Return how many requests had that method, and that ending of their path."""
        paths = [target.partition("?")[0] for asked, target in self.requests if asked == method]
        return sum(path.endswith(ending) for path in paths)

    async def take(self, way: Way) -> None:
        """Go on in another way; what is open goes on in it, too, unless that refuses."""
        self._way = way
        self._changed.set()
        self._changed = asyncio.Event()
        if not way.accepts:
            await self._shut()
        elif self._server is None:
            await self._listen()

    async def cut(self) -> None:
        """Break all connections at once."""
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def __aenter__(self) -> Self:
        # The port is known, and nobody else's, before anybody listens there.
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            self._port = reserved.getsockname()[1]
        if self._way.accepts:
            await self._listen()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._shut()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._link, "127.0.0.1", self._port)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            await accepted()
        await self.cut()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        self.connections += 1
        try:
            if not self._way.hangs_up:
                await self._join(reader, writer)
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.CancelledError):
            # A reset, as when a process was killed.
            writer.transport.abort()
        finally:
            self._links.discard(task)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opening = asyncio.create_task(asyncio.open_connection("127.0.0.1", self._upstream))
        try:
            server_reader, server_writer = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # A connection that is cancelled while it is made is nobody's to close.
            (await opening)[1].transport.abort()
            raise
        directions = {
            asyncio.create_task(self._carry_requests(reader, server_writer)),
            asyncio.create_task(self._carry_answers(server_reader, writer)),
        }
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # First, because what follows may be cut short itself.
            server_writer.transport.abort()
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)

    async def _carry_requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(_READ):
            await self._lost_if_swallowed()
            for method, target in _HEAD.findall(data):
                self.requests.append((method.decode(), target.decode()))
            writer.write(data)
            await writer.drain()

    async def _carry_answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        carried = 0
        while data := await reader.read(_READ):
            for piece in _pieces(data, self._way.slice_bytes):
                while self._way.holds_back:
                    await self._changed.wait()
                await self._lost_if_swallowed()
                if self._way.slice_seconds:
                    await asyncio.sleep(self._way.slice_seconds)
                limits = (self._way.cut_after, self._way.end_after)
                limit = next((limit for limit in limits if limit is not None), None)
                part = piece if limit is None else piece[: max(0, limit - carried)]
                writer.write(part)
                await writer.drain()
                carried += len(piece)
                if limit is not None and carried >= limit:
                    if self._way.end_after is not None:
                        writer.write_eof()
                        await _for_ever()
                    return

    async def _lost_if_swallowed(self) -> None:
        """Lose a piece, and with it all that would come behind it."""
        if self._way.swallows:
            await _for_ever()


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()


def _pieces(data: bytes, size: int | None) -> Iterable[bytes]:
    size = size or len(data)
    return (data[at : at + size] for at in range(0, len(data), size))
