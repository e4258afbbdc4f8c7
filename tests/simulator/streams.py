"""Reading a stream as bytes, so that tests see what is on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.support.simulator import SimulatorProcess

EVENTS = "/api/v1/provisioning/batch/events"


class RawStream:
    """An open event stream; ``frames`` are the bytes between blank lines."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._bytes = response.iter_raw()
        self._buffer = b""

    def frames(self) -> Iterator[bytes]:
        while True:
            while b"\n\n" in self._buffer:
                frame, self._buffer = self._buffer.split(b"\n\n", 1)
                yield frame
            try:
                self._buffer += next(self._bytes)
            except StopIteration:
                return

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """Read events up to and including the first that is wanted."""
        seen = []
        for frame in self.frames():
            if frame.startswith(b"event:"):
                seen.append(json.loads(frame.split(b"\ndata:", 1)[1]))
                if wanted(seen[-1]):
                    return seen
        raise AssertionError(f"the stream ended after {[e['type'] for e in seen]}")


@contextmanager
def open_stream(simulator: SimulatorProcess, **query: str) -> Iterator[RawStream]:
    with (
        httpx.Client(trust_env=False, timeout=20) as client,
        client.stream("GET", simulator.url + EVENTS, params=query) as response,
    ):
        yield RawStream(response)
