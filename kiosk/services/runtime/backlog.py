"""What a stream brings while the list is under way, until it can be told after it."""

from collections import deque

from kiosk.services.client.sse import Frame

# Characters. Read, they would take ten times as much, so they wait as they came.
_LIMIT = 4 << 20


class Backlog:
    """Frames in the order in which they came; ``add`` raises OverflowError when it is full."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._size = 0

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, frame: Frame) -> None:
        """Keep one more."""
        self._size += len(frame.data)
        if self._size > _LIMIT:
            raise OverflowError
        self._frames.append(frame)

    def take(self, most: int) -> list[Frame]:
        """Return the oldest frames and keep them no longer; none when there are none."""
        return [self._frames.popleft() for _ in range(min(most, len(self._frames)))]
