"""Nobody takes the connection at all: one socket finds out for everybody."""

import asyncio
import random
import socket
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import RequestTimeout
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.reader import Readers
from kiosk.services.runtime.sources import sources
from kiosk.services.state.known import Resource
from kiosk.services.state.model import State
from kiosk.services.state.reading import known
from kiosk.services.state.store import Store
from kiosk.services.views.parts import words

SHOWN = (Resource.TAILSCALE, Resource.MQTT, Resource.BRIDGE, Resource.ONBOARDING)
_SYN_SENT = "02"


@contextmanager
def full_house():
    """Give a port whose queue is full: who wants to connect hears nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            yield port
        finally:
            for one in waiting:
                one.close()


def knocking(port):
    """Return how many connections to a port are still to be made."""
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(line[2].endswith(f":{port:04X}") and line[3] == _SYN_SENT for line in lines)


@pytest.mark.slow
@pytest.mark.fault("black hole", how="connections that nobody takes, four resources in sight")
async def test_four_resources_knock_with_one_socket_and_all_say_why(told):
    store, clock = Store(State()), SystemClock()
    with full_house() as port:
        before = knocking(port)
        async with PiOrchestrator(f"http://127.0.0.1:{port}", api_key=lambda: None) as api:
            with pytest.raises(RequestTimeout):
                await api.once().system.health()
            readers = Readers(sources(api), store, clock=clock, rng=random.Random(7))
            readers.show(SHOWN)
            worst = 0
            while any(known(store.state, resource).problem is None for resource in SHOWN):
                await asyncio.sleep(0.1)
                worst = max(worst, knocking(port) - before)
            await readers.close()
    problems = [known(store.state, resource).problem for resource in SHOWN]
    assert len(set(problems)) == 1
    told.screen(words(problems[0]))
    assert worst == 1
    told.sent("one connection at a time for four resources")
