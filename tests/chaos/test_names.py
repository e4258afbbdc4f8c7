"""A name that takes its time to become an address."""

import asyncio
import socket
import time

import pytest

from tests.chaos.heartbeat import Heartbeat
from tests.chaos.scripted import service
from tests.chaos.watcher import Watcher

NAME = "vending-machine.example"


@pytest.fixture
def resolver(monkeypatch):
    """Let a name be found only after some seconds, which the test sets."""
    look_up = socket.getaddrinfo
    patience = {"seconds": 0.0}

    def slowly(host, *arguments, **options):
        if host in {NAME, NAME.encode()}:
            time.sleep(patience["seconds"])
            host = "127.0.0.1"
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    return patience


@pytest.mark.slow
@pytest.mark.fault("slow DNS", how="getaddrinfo takes 1.5 s, then 6 s")
async def test_a_slow_name_freezes_nothing_and_is_told(resolver, told):
    async with service() as server, Heartbeat() as heart:
        port = server.base_url.rpartition(":")[2]
        resolver["seconds"] = 1.5
        async with Watcher(f"http://{NAME}:{port}") as kiosk:
            await asyncio.sleep(0.5)
            assert kiosk.sees("Connecting")
            await kiosk.reads("Service ready")
            told.screen("Connecting, then Service ready")
        resolver["seconds"] = 6.0
        async with Watcher(f"http://{NAME}:{port}") as kiosk:
            await kiosk.reads("No service", "PiOrchestrator did not answer in time.")
            told.screen("No service: did not answer in time, after 5 s")
            # Look-ups that nobody waits for any more keep no thread from those who need one.
            async with asyncio.timeout(1):
                await asyncio.to_thread(time.monotonic)
            before = len(server.requests)
            resolver["seconds"] = 0.0
            kiosk.presence.look_now()
            await kiosk.reads("Service ready")
            told.sent(f"{len(server.requests) - before} requests once it was found")
    told.screen(str(heart))
    told.kept("the form")
