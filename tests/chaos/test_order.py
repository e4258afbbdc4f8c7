"""What is said comes late, twice, out of order, for somebody else, or from nobody any more."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from kiosk.services.runtime import provisioning_feed
from tests.chaos.script import EVENTS, SESSION, device, happened, listed, mac, scripted
from tests.chaos.watcher import Watcher
from tests.support.clock import FakeClock
from tests.support.server import failure

EARLY, LATE = "2026-11-20T10:00:01Z", "2026-11-20T10:00:09Z"


@pytest.fixture(autouse=True)
def _lists_sooner(monkeypatch):
    monkeypatch.setattr(provisioning_feed, "_REFRESH_SECONDS", 0.2)


@asynccontextmanager
async def watching(*records, clock=None):
    """Run the kiosk without its panel over a server that has a session with these devices."""
    async with (
        scripted(*records) as (server, line),
        Watcher(server.base_url, clock=clock) as watcher,
    ):
        watcher.opens("s1")
        await watcher.reads("Live")
        yield server, line, watcher


def states(watcher):
    return {d.mac: d.state for d in watcher.batch.devices.values()}


def lists(server):
    return len(server.sent("GET", SESSION))


async def passes(clock, seconds, until):
    """Let time pass until something is so."""
    for _ in range(200):
        if until():
            return
        await clock.advance(seconds / 10)
        await asyncio.sleep(0.01)
    raise AssertionError("it never was so")


@pytest.mark.fault("phantom heartbeats", how="heartbeats go on, the session is gone (404)")
async def test_heartbeats_of_a_session_that_is_gone_do_not_keep_it_alive(told):
    clock = FakeClock()
    async with watching(device(1), clock=clock) as (server, line, watcher):
        server.on("GET", SESSION, failure("SESSION_NOT_FOUND", 404))
        began = clock.now

        def beat():
            line.say(b"event:connection.heartbeat\ndata:{}\n\n", b": still here\n\n")
            return watcher.store.state.batch is None

        await passes(clock, 30, beat)
        assert clock.now - began <= 40
        assert watcher.sees("PiOrchestrator no longer has the session.")
        told.screen(f"that the session is gone, after {clock.now - began:.0f} s without news")
        told.sent(f"{lists(server)} lists, {line.connections} stream")


@pytest.mark.fault("phantom heartbeats", how="a live proxy before a server that hangs")
async def test_heartbeats_before_a_server_that_does_not_answer_are_not_live(told):
    clock = FakeClock()
    async with watching(device(1), clock=clock) as (server, line, watcher):
        server.on("GET", SESSION, failure("SERVICE_UNAVAILABLE", 503))

        def beat():
            line.say(b": still here\n\n")
            return not watcher.sees("Live")

        await passes(clock, 30, beat)
        await watcher.reads("Not live", "Last update")
        told.screen("Not live, and the age of what is shown")
        server.on("GET", SESSION, listed(device(1)))
        await passes(clock, 10, lambda: watcher.sees("Live"))
        told.kept("the devices, live again as soon as it answers")
        assert states(watcher) == {mac(1): "discovered"}


@pytest.mark.fault("events out of order", how="an older event after a newer one of the device")
async def test_an_older_event_changes_nothing_and_the_list_is_asked_for(told):
    async with watching(device(1)) as (server, line, watcher):
        server.on("GET", SESSION, listed(device(1, "failed", error_message="burnt")))
        line.say(
            happened(device(1, "failed", error_message="burnt"), timestamp=LATE),
            happened(device(1, "provisioning"), timestamp=EARLY),
        )
        await watcher.until(lambda: lists(server) == 2)
        assert states(watcher) == {mac(1): "failed"}
        assert watcher.sees("burnt")
        told.screen("Live; the newer state stays")
        told.sent("1 more list, 1 stream")
        assert line.connections == 1


@pytest.mark.fault("events out of order", how="the server's clock is set back by an hour")
async def test_a_server_whose_clock_is_set_back_is_heard_after_one_list(told):
    async with watching(device(1)) as (server, line, watcher):
        line.say(happened(device(1, "provisioning"), timestamp="2026-11-20T11:00:00Z"))
        await watcher.until(lambda: states(watcher) == {mac(1): "provisioning"})
        server.on("GET", SESSION, listed(device(1, "provisioned")))
        line.say(happened(device(1, "provisioned"), timestamp="2026-11-20T10:00:00Z"))
        await watcher.until(lambda: states(watcher) == {mac(1): "provisioned"})
        line.say(happened(device(1, "verified"), timestamp="2026-11-20T10:00:01Z"))
        await watcher.until(lambda: states(watcher) == {mac(1): "verified"})
        told.screen("Live; each later state as it comes")
        told.sent(f"{lists(server) - 1} more list")
        assert (lists(server), line.connections) == (2, 1)


@pytest.mark.fault("events twice", how="each event of a device's way is sent twice")
async def test_an_event_that_comes_twice_counts_once(told):
    async with watching(device(1)) as (server, line, watcher):
        for n, state in enumerate(("provisioning", "provisioned", "verifying", "verified")):
            line.say(*2 * (happened(device(1, state), timestamp=f"2026-11-20T10:00:0{n}Z"),))
        await watcher.until(lambda: states(watcher) == {mac(1): "verified"})
        line.say(happened(device(1, "discovered")), happened(device(2)))
        await watcher.until(lambda: mac(2) in states(watcher))
        assert states(watcher) == {mac(1): "verified", mac(2): "discovered"}
        told.screen("one device, ready; a second discovery does not set it back")
        told.sent(f"{lists(server)} list")


@pytest.mark.fault("events for other sessions", how="another session's device, end and snapshot")
async def test_events_of_another_session_are_not_ours(told):
    async with watching(device(1)) as (_, line, watcher):
        line.say(
            happened(device(2, "failed"), session_id="s2"),
            happened(device(1, "failed", session_id="s2")),
            b'data:{"type":"session.closed","payload":{"session":{"id":"s2","state":"closed"}}}\n\n',
            happened(device(3)),
        )
        await watcher.until(lambda: mac(3) in states(watcher))
        assert states(watcher) == {mac(1): "discovered", mac(3): "discovered"}
        assert watcher.batch.ended_at is None
        told.screen("Live; only our own devices")


@pytest.mark.fault("events for unknown devices", how="devices that no list has, and no MAC at all")
async def test_a_device_that_no_list_has_becomes_a_row(told):
    async with watching() as (_, line, watcher):
        line.say(happened(device(1, "verifying")), happened({"mac": "a drone", "state": "failed"}))
        await watcher.until(lambda: len(states(watcher)) == 2)
        assert states(watcher) == {mac(1): "verifying", "a drone": "failed"}
        told.screen("a row for each")


@pytest.mark.fault("change between snapshot and stream", how="changes while the list is made")
async def test_no_change_is_lost_between_the_list_and_the_stream(told):
    async with scripted() as (server, line), Watcher(server.base_url) as watcher:

        async def made_before(request, writer):
            line.say(happened(device(1, "verified")), happened(device(2)))
            await asyncio.sleep(0.1)
            await listed(device(1, "provisioning"))(request, writer)

        server.on("GET", SESSION, made_before)
        watcher.opens("s1")
        await watcher.reads("Live")
        assert states(watcher) == {mac(1): "verified", mac(2): "discovered"}
        opened, asked = (
            next(n for n, r in enumerate(server.requests) if r.path == path)
            for path in (EVENTS, SESSION)
        )
        assert opened < asked
        told.screen("both changes, and only then Live")
        told.sent("the stream first, then 1 list")


@pytest.mark.fault("snapshot older than the buffered events", how="the list is a minute old")
async def test_an_old_list_does_not_set_back_what_was_heard_since(told):
    async with watching(device(1, "provisioning")) as (server, line, watcher):
        old = listed(device(1, "provisioning"))

        async def late(request, writer):
            line.say(happened(device(1, "verified"), timestamp=LATE))
            await asyncio.sleep(0.1)
            await old(request, writer)

        server.on("GET", SESSION, late)
        watcher.session.list_again()
        await watcher.until(lambda: lists(server) == 2)
        # It is live meanwhile: what happens is seen before the list has come.
        await watcher.until(lambda: states(watcher) == {mac(1): "verified"})
        seen = []
        watcher.store.subscribe(lambda: seen.append(states(watcher)[mac(1)]))
        await watcher.until(lambda: len(seen) >= 2)
        assert states(watcher) == {mac(1): "verified"}
        told.screen("Live, and the newer state")


@pytest.mark.fault("snapshot older than the buffered events", how="of a connection before")
async def test_the_list_of_a_connection_that_broke_is_not_published_later(told):
    async with watching(device(1, "verified")) as (server, line, watcher):
        release = asyncio.Event()

        async def held(request, writer):
            await release.wait()
            await listed(device(1))(request, writer)

        server.on("GET", SESSION, held, listed(device(1, "verified")))
        watcher.session.list_again()
        await watcher.until(lambda: lists(server) == 2)
        line.end()
        await watcher.reads("Not live")
        await watcher.until(lambda: watcher.batch.connection.state == "live")
        release.set()
        line.say(happened(device(2)))
        await watcher.until(lambda: mac(2) in states(watcher))
        assert states(watcher)[mac(1)] == "verified"
        told.screen("Not live at once, then live; the late list is not shown")
        told.sent(f"{line.connections} streams, {lists(server)} lists")
