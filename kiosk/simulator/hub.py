"""Live streams: what happens is handed to every open one, and no slow reader holds the world up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

_LIMIT = 4 * 1024 * 1024  # bytes that may wait for one reader


class Stream:
    """One reader's queue. ``cut`` ends the connection at once, whatever is still on its way."""

    def __init__(self, session_id: str | None, cut: Callable[[], None]) -> None:
        self.session_id = session_id
        self._cut = cut
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._changed = asyncio.Event()
        self._open = True

    @property
    def crowded(self) -> bool:
        """Tell whether the reader lags far behind."""
        return self._open and self._size > _LIMIT // 4

    def put(self, frame: bytes) -> None:
        """Queue a frame; a reader that is too far behind is cut off."""
        if not self._open:
            return
        self._waiting.append(frame)
        self._size += len(frame)
        self._changed.set()
        if self._size > _LIMIT:
            self.cut()

    async def take(self, patience: float) -> bytes | None:
        """All that waits, b"" when nothing came for ``patience`` seconds, None at the end."""
        try:
            async with asyncio.timeout(patience):
                await self._changed.wait()
        except TimeoutError:
            return b""
        self._changed.clear()
        if not self._open:
            return None
        frames, self._size = b"".join(self._waiting), 0
        self._waiting.clear()
        return frames

    def close(self) -> None:
        """Let ``take`` return None."""
        self._open = False
        self._waiting.clear()
        self._changed.set()

    def cut(self) -> None:
        """End the connection without a goodbye."""
        self.close()
        self._cut()


class Hub:
    """All open streams."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()

    def __len__(self) -> int:
        return len(self._streams)

    def add(self, stream: Stream) -> None:
        """Let a stream hear what happens from now on."""
        self._streams.add(stream)

    def remove(self, stream: Stream) -> None:
        """Forget a stream."""
        stream.close()
        self._streams.discard(stream)

    def publish(self, session_id: str, frame: bytes) -> None:
        """Hand a frame to the readers of that session and to those of all sessions."""
        for stream in list(self._streams):
            if stream.session_id in {None, session_id}:
                stream.put(frame)

    async def room(self, patience: float) -> None:
        """Let the readers catch up; cut off those that are still behind after so many seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        await asyncio.sleep(0)
        while crowded := [stream for stream in self._streams if stream.crowded]:
            if loop.time() > until:
                for stream in crowded:
                    stream.cut()
            await asyncio.sleep(0.002)

    def close(self) -> None:
        """End every stream in good order."""
        for stream in list(self._streams):
            stream.close()

    def cut(self) -> int:
        """End every stream abruptly; how many there were."""
        streams = list(self._streams)
        for stream in streams:
            stream.cut()
        return len(streams)
