"""Answers that are none, or not the one that was asked for: on the look-out, a stream and a tap."""

import asyncio
import gzip
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.chaos.scripted import START, Service, service
from tests.chaos.watcher import SSID, Watcher
from tests.support.canary import KEY
from tests.support.clock import FakeClock
from tests.support.server import Received, Reply, answer, document, failure

HTML = "text/html; charset=utf-8"
PAGE = "<!DOCTYPE html><html><body>Welcome</body></html>"
NOT_API = "The address answers, but it is not PiOrchestrator."
NOT_OFFERED = "This PiOrchestrator does not offer that."
GATEWAY = "A gateway answered in place of PiOrchestrator."
UNREADABLE = "The answer of PiOrchestrator cannot be read."
REFUSED = "PiOrchestrator refused the request."
TOO_MANY = "Too many requests."
KEY_REFUSED = "The access key was refused."
KEY_NEEDED = "An access key is needed."
ON_PAUSE = "Paused after repeated failures."
LOST = "PiOrchestrator no longer has the session."
GONE = "The session is no longer there"
BOMB = gzip.compress(bytes(64 << 20), 9)


@dataclass(frozen=True)
class Spoilt:
    """An answer, and what the panel says where the look-out, the stream or a tap gets it."""

    fault: str
    how: str
    reply: Reply
    look: str
    stream: str = ""
    tap: str = ""
    # A start is sent again only after a look, or where it surely was not done.
    starts: int = 1
    key: str | None = KEY
    countdown: str = "Try now ("

    def __str__(self) -> str:
        return f"{self.fault}: {self.how}"


def flat(status: int, code: str) -> Reply:
    return document({"success": False, "error": "no", "code": code, "retryable": False}, status)


def busy(retry_after: str) -> Reply:
    return answer(429, headers={"Retry-After": retry_after})


def busy_until(seconds: float) -> Reply:
    """Name a moment, by the clock of a server that has none of its own: it is 1970 there."""
    epoch = datetime.fromtimestamp(0, UTC)
    until = format_datetime(epoch + timedelta(seconds=seconds), usegmt=True)
    return answer(429, headers={"Retry-After": until, "Date": format_datetime(epoch, usegmt=True)})


async def circle(request: Received, writer: asyncio.StreamWriter) -> None:
    """Redirect to the very same address."""
    await answer(302, headers={"Location": request.target})(request, writer)


PORTAL = answer(200, PAGE, content_type=HTML)
NO_KEY = failure("UNAUTHORIZED", 401, retryable=False)
SPOILT = (
    Spoilt("captive portal", "200 text/html", PORTAL, NOT_API, tap=NOT_OFFERED),
    Spoilt(
        "HTML 404", "a web page", answer(404, PAGE, content_type=HTML), NOT_API, tap=NOT_OFFERED
    ),
    Spoilt("HTML 502", "a web page", answer(502, PAGE, content_type=HTML), GATEWAY, starts=2),
    Spoilt("401 flat and nested", "flat", flat(401, "UNAUTHORIZED"), KEY_REFUSED, countdown=""),
    Spoilt("401 flat and nested", "nested", NO_KEY, KEY_REFUSED, countdown=""),
    Spoilt("401 flat and nested", "no key sent", NO_KEY, KEY_NEEDED, key=None, countdown=""),
    Spoilt("403", "a refusal", failure("ODD", 403, retryable=False), REFUSED),
    Spoilt("404", "NOT_FOUND", failure("NOT_FOUND", 404), NOT_OFFERED, LOST),
    Spoilt("409", "a refusal", failure("ODD", 409, retryable=False), REFUSED),
    Spoilt("410", "a refusal", failure("ODD", 410, retryable=False), REFUSED, GONE),
    Spoilt("422", "a refusal", failure("ODD", 422, retryable=False), REFUSED),
    Spoilt("429 with seconds", "20", busy("20"), TOO_MANY, countdown="Try now (2"),
    Spoilt("429 with an HTTP date", "in 20 s", busy_until(20), TOO_MANY, countdown="Try now (2"),
    Spoilt("429 with garbage", "soon", busy("soon"), TOO_MANY, countdown="Try now (1"),
    Spoilt("429 with 9999", "9999 s", busy("9999"), TOO_MANY, countdown="Try now (30"),
    Spoilt("503 with a code", "CIRCUIT_OPEN", failure("CIRCUIT_OPEN", 503), ON_PAUSE, starts=3),
    Spoilt("503 without a code", "empty", answer(503), GATEWAY, tap=NOT_OFFERED),
    Spoilt(
        "gzip bomb",
        "64 MiB in 64 kB",
        answer(200, BOMB, headers={"Content-Encoding": "gzip"}),
        UNREADABLE,
        starts=2,
    ),
    Spoilt("redirect loop", "302 to itself", circle, NOT_API),
    Spoilt("redirect without Location", "302", answer(302), NOT_API),
)


def each(spoilt):
    return [pytest.param(s, marks=pytest.mark.fault(s.fault, how=s.how), id=str(s)) for s in spoilt]


async def passes(clock: FakeClock, watcher: Watcher, part: str) -> None:
    """Let time pass until the panel shows this."""
    for _ in range(80):
        if watcher.sees(part):
            return
        await clock.advance(5.0)
        await asyncio.sleep(0.01)
    await watcher.reads(part)


async def live(server: Service, watcher: Watcher) -> None:
    """Follow the session until it is live."""
    await watcher.reads("Service ready")
    watcher.opens("s1")
    await greeted(server)
    await watcher.reads("Live", "Provision all (2)")


async def greeted(server: Service) -> None:
    async with asyncio.timeout(10):
        await server.stream.opened.wait()
    server.stream.opened.clear()
    server.stream.event("connection.established", {})


async def back(server: Service, watcher: Watcher) -> None:
    """Tap Try now until the stream is there again."""
    async with asyncio.timeout(10):
        while not server.stream.opened.is_set():
            watcher.session.retry_now()
            await asyncio.sleep(0.02)
    await greeted(server)


@pytest.mark.parametrize("spoilt", each(SPOILT))
async def test_a_service_that_answers_so_is_not_there_and_found_again(spoilt, told):
    clock = FakeClock()
    async with service() as server, Watcher(server.base_url, clock=clock, key=spoilt.key) as kiosk:
        server.spoil(spoilt.reply)
        clock.now += 11
        kiosk.presence.look_now()
        await kiosk.reads(spoilt.look, spoilt.countdown)
        assert kiosk.sees("No service") or kiosk.sees("Key needed")
        assert kiosk.sees(SSID)
        told.screen(f"No service: {spoilt.look}" if spoilt.countdown else f"{spoilt.look}")
        before = len(server.requests)
        server.mend()
        await passes(clock, kiosk, "Service ready")
        assert len(server.requests) - before <= 6
        told.kept("the form")


@pytest.mark.parametrize("spoilt", each(SPOILT))
async def test_a_session_that_is_answered_so_is_not_live(spoilt, told):
    clock = FakeClock()
    async with service() as server, Watcher(server.base_url, clock=clock, key=spoilt.key) as kiosk:
        await live(server, kiosk)
        server.spoil(spoilt.reply)
        server.stream.end()
        await kiosk.reads("Not live")
        await passes(clock, kiosk, spoilt.stream or spoilt.look)
        told.screen(f"Not live: {spoilt.stream or spoilt.look}")
        assert not kiosk.sees("Live")
        if not spoilt.stream:
            server.mend()
            await back(server, kiosk)
            await kiosk.reads("Live", "Provision all (2)")
            told.kept("the session and its cameras")


@pytest.mark.parametrize("spoilt", each(SPOILT))
async def test_a_start_that_is_answered_so_is_told_and_not_stormed(spoilt, told):
    clock = FakeClock()
    async with service() as server, Watcher(server.base_url, clock=clock, key=spoilt.key) as kiosk:
        await kiosk.reads("Service ready")
        server.spoil(spoilt.reply, "POST", START)
        tap = asyncio.create_task(kiosk.starts())
        await passes(clock, kiosk, spoilt.tap or spoilt.look)
        await tap
        assert len(server.sent("POST", START)) == spoilt.starts
        assert kiosk.sees(SSID)
        told.screen(f"after Start: {spoilt.tap or spoilt.look}")
        told.sent(f"start {spoilt.starts} times" if spoilt.starts > 1 else "start once")
        server.mend()
        await kiosk.starts()
        await kiosk.reads("Reading the session …")
