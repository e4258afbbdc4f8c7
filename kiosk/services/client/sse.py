"""The event-stream parser of the WHATWG HTML standard §9.2.6, without any I/O."""

import re
from dataclasses import dataclass

LIMIT = 1 << 20

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_SLICE = 1 << 16
# Longer than any delay that is meant; CPython refuses to read 4,300 digits at all.
_LONGEST_RETRY = 40


class EventTooLargeError(ValueError):
    """A line or an event of more than 1 MiB."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One dispatched event; ``id`` is the last event id at that moment."""

    event: str
    data: str
    id: str


class SseDecoder:
    """Turns the bytes of one connection into frames, wherever the chunks are cut.

    ``last_event_id`` and ``retry_ms`` are for the next connection, which needs a new decoder.
    ``lines`` counts complete lines, comments included: each is a sign of life.
    """

    def __init__(self, last_event_id: str = "") -> None:
        self.last_event_id = last_event_id
        self.retry_ms: int | None = None
        self.lines = 0
        self._start: bytes | None = b""
        self._after_cr = False
        self._line = bytearray()
        self._id = last_event_id
        self._event = b""
        self._data = bytearray()

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the events that these bytes complete; raises EventTooLargeError over 1 MiB."""
        frames: list[Frame] = []
        for at in range(0, len(chunk), _SLICE):
            self._feed(self._without_bom(chunk[at : at + _SLICE]), frames)
        return frames

    def _without_bom(self, chunk: bytes) -> bytes:
        if self._start is None:
            return chunk
        start = self._start + chunk
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._start = start
            return b""
        self._start = None
        return start.removeprefix(_BOM)

    def _feed(self, chunk: bytes, frames: list[Frame]) -> None:
        if not chunk:
            return
        # A CR ends its line at once; the LF that may follow in the next chunk belongs to it.
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        *complete, rest = _LINE_END.split(chunk)
        for piece in complete:
            self._check_length(piece)
            line = bytes(self._line + piece) if self._line else piece
            self._line.clear()
            self.lines += 1
            if line:
                self._field(line)
            elif frame := self._dispatch():
                frames.append(frame)
        self._check_length(rest)
        self._line += rest

    def _check_length(self, piece: bytes) -> None:
        if len(self._line) + len(piece) > LIMIT:
            raise EventTooLargeError("a line of more than 1 MiB")

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            if len(self._data) + len(value) + 1 > LIMIT:
                raise EventTooLargeError("an event of more than 1 MiB")
            self._data += value + b"\n"
        elif name == b"event":
            self._event = value
        elif name == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) <= _LONGEST_RETRY:
            self.retry_ms = int(value)

    def _dispatch(self) -> Frame | None:
        self.last_event_id = self._id
        event, self._event = self._event, b""
        if not self._data:
            return None
        data = self._data[:-1].decode("utf-8", "replace")
        self._data.clear()
        return Frame(event.decode("utf-8", "replace") or "message", data, self._id)
