"""What is said is wrong, endless or meant to deceive: the rest is read, and nobody is fooled."""

import asyncio
import gc
import resource
import time
import tracemalloc
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.services.runtime import provisioning_feed
from tests.chaos.heartbeat import Heartbeat
from tests.chaos.script import EVENTS, SESSION, device, happened, listed, mac, pouring, scripted
from tests.chaos.sizes import sizes
from tests.chaos.watcher import Watcher
from tests.journeys.technician import technician_at
from tests.support.server import answer

_MIB = 1 << 20
_STATM = Path("/proc/self/statm")

# A record with one thing that is wrong, and the name that is left of it.
SPOILT = {
    "NaN": ('{"mac":"%s","state":"verified","rssi":NaN}', None),
    "1e999": ('{"mac":"%s","state":"verified","rssi":1e999}', None),
    "duplicate keys": ('{"mac":"%s","state":"failed","name":"no","state":"verified"}', "no"),
    "5,000-digit number": ('{"mac":"%s","state":"verified","rssi":' + "9" * 5000 + "}", None),
    "lone surrogates": ('{"mac":"%s","state":"verified","name":"Ha\\ud83dll"}', "Ha\ufffdll"),
    "wrong types": ('{"mac":"%s","state":"verified","name":{},"rssi":[],"ip":7}', None),
    "missing fields": ('{"mac":"%s","state":"verified"}', None),
    "invalid UTF-8": ('{"mac":"%s","state":"verified","name":"Ha\udcffll"}', "Ha\ufffdll"),
}
# A record of which nothing can be used.
USELESS = {
    "deep JSON": '{"mac":"AA:BB:CC:00:00:09","x":' + "[" * 40 + "]" * 40 + "}",
    "wrong types": '["AA:BB:CC:00:00:09"]',
    "missing fields": '{"state":"verified"}',
}
# What a name holds, and what is to be read of it as it is.
DECEITFUL = {
    "NUL": ("Hall\0 unapproved", "Hall"),
    "RTL": ("Hall \u202edeifirev\u202c", "deifirev"),
    "markup": ("[b]Hall[/b][color=ff0000]", "[b]Hall[/b][color=ff0000]"),
}


@asynccontextmanager
async def watching(*records: object):
    """Run the kiosk without its panel over a server that has a session with these devices."""
    async with scripted(*records) as (server, line), Watcher(server.base_url) as watcher:
        watcher.opens("s1")
        await watcher.reads("Live")
        yield server, line, watcher


def states(watcher):
    return {d.mac: d.state for d in watcher.batch.devices.values()}


def each(cases, how):
    """Return a parameter for each fault, marked as its test."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            id=name,
            marks=pytest.mark.fault(name, how=how),
        )
        for name, case in cases.items()
    ]


@pytest.mark.parametrize(("record", "name"), each(SPOILT, "in one device of three, in the list"))
async def test_a_spoilt_record_of_the_list_leaves_the_others_as_they_are(record, name, told):
    async with watching(device(1), record % mac(2), device(3, "failed")) as (_, _, watcher):
        assert states(watcher) == {mac(1): "discovered", mac(2): "verified", mac(3): "failed"}
        assert watcher.batch.devices[mac(2)].name == name
        assert watcher.batch.devices[mac(2)].rssi is None
        told.screen("Live, all three; what cannot be is unknown")


@pytest.mark.parametrize(("record", "name"), each(SPOILT, "in one event"))
async def test_a_spoilt_event_tells_what_can_be_read_of_it(record, name, told):
    async with watching(device(1), device(2)) as (server, line, watcher):
        line.say(happened(record % mac(1)), happened(device(2, "failed")))
        await watcher.until(lambda: watcher.batch.devices[mac(2)].state == "failed")
        assert watcher.batch.devices[mac(1)].state == "verified"
        assert watcher.batch.devices[mac(1)].name == name
        assert watcher.sees("Live")
        told.screen("Live, and the next event is shown")
        told.sent(f"{len(server.sent('GET', EVENTS))} stream")


@pytest.mark.parametrize("record", each(USELESS, "in one event of three"))
async def test_a_useless_event_is_counted_and_the_list_asked_for(record, told, monkeypatch):
    monkeypatch.setattr(provisioning_feed, "_REFRESH_SECONDS", 0.2)
    async with watching(device(1), device(2)) as (server, line, watcher):
        server.on("GET", SESSION, listed(device(1, "verified"), device(2, "verified")))
        line.say(happened(record), happened(device(2, "failed")))
        await watcher.until(lambda: watcher.batch.devices[mac(2)].state == "failed")
        assert watcher.batch.unknown_events == 1
        assert watcher.sees("Live")
        told.screen("Live; one event counted as unreadable")
        await watcher.until(lambda: watcher.batch.devices[mac(1)].state == "verified")
        told.kept("what the event may have meant: the list tells")
        told.sent(f"{len(server.sent('GET', SESSION))} lists, 1 stream")
        assert len(server.sent("GET", EVENTS)) == 1


@pytest.mark.fault("deep JSON", how="the list itself is nested too deeply, then well")
async def test_a_list_that_cannot_be_read_is_never_called_live(told):
    async with scripted(device(1)) as (server, _), Watcher(server.base_url) as watcher:
        deep = '{"success":true,"data":' + "[" * 5000 + "]" * 5000 + "}"
        server.on("GET", SESSION, answer(200, deep), listed(device(1)))
        watcher.opens("s1")
        await watcher.reads("Not live")
        told.screen("Not live, and why; live with the next list")
        await watcher.reads("Live")
        assert states(watcher) == {mac(1): "discovered"}


@pytest.mark.fault("null lists", how="devices, sessions and networks are null")
async def test_null_lists_are_empty(told):
    async with scripted() as (server, _), Watcher(server.base_url) as watcher:
        body = '{"success":true,"data":{"session":{"id":"s1","state":"active"},"devices":null}}'
        server.on("GET", SESSION, answer(200, body))
        nothing = answer(200, '{"success":true,"data":{"sessions":null}}')
        server.on("GET", "/api/v1/provisioning/sessions/recoverable", nothing)
        await watcher.reads("Service ready")
        watcher.opens("s1")
        await watcher.reads("Live", "No camera yet.")
        told.screen("Service ready; live, no camera yet")


@pytest.mark.parametrize(("name", "read"), each(DECEITFUL, "in the name of a device and its error"))
async def test_a_name_is_text_and_nothing_else(name, read, told):
    record = device(1, "failed", name=name, error_message=name)
    async with watching(record, device(2, "verified")) as (_, _, watcher):
        assert watcher.sees(read)
        assert not any(sign in text for text in watcher.texts() for sign in "\0\u202e\u202c")
        told.screen("the name as it is written, a sign where one has no shape")


@pytest.mark.fault("100 MB line", how="a line without end on the stream, then a sound stream")
async def test_an_endless_line_is_refused_and_the_connection_tried_again(told):
    async with scripted(device(1)) as (server, line), Watcher(server.base_url) as watcher:
        go, sent = asyncio.Event(), 0

        def endless():
            nonlocal sent
            for _ in range(1600):
                sent += 1 << 16
                yield b"x" * (1 << 16)

        server.on("GET", EVENTS, pouring((go, endless())), line)
        watcher.opens("s1")
        await watcher.reads("Live")
        tracemalloc.start()
        try:
            go.set()
            await watcher.reads("Not live", "Last update")
            grown = tracemalloc.get_traced_memory()[1] / _MIB
        finally:
            tracemalloc.stop()
        assert watcher.batch.connection.retry_at is not None
        assert grown < 10
        assert sent < 10 * _MIB
        told.screen(f"Not live, the age, a countdown; {grown:.1f} MiB at most")
        await watcher.until(lambda: watcher.batch.connection.state == "live")
        told.sent(f"2 streams; {sent / _MIB:.1f} MiB of the line were taken")
        told.kept("the devices")
        assert states(watcher) == {mac(1): "discovered"}


class Strain:
    """How much of one task's turn the loop's own work takes, and how much memory it holds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.peak = self._resident()
        self.before = self.peak

    async def __aenter__(self):
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_):
        self._task.cancel()
        await asyncio.wait({self._task})

    @property
    def grown(self):
        return (self.peak - self.before) / _MIB

    async def _watch(self):
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.thread_time() - before)
            self.peak = max(self.peak, self._resident())

    @staticmethod
    def _resident():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()


def burst_of(events, cameras, last, begun):
    """Yield events about cameras in turn, in slices; each tells its last signal at the end."""
    began = datetime(2026, 11, 20, 10, begun, tzinfo=UTC)
    for at in range(0, events, 250):
        yield b"".join(
            happened(
                device(
                    n % cameras, "verified", rssi=-(30 + n % 60) if n < events - cameras else last
                ),
                timestamp=(began + timedelta(milliseconds=n)).isoformat(),
            )
            for n in range(at, at + 250)
        )


@pytest.mark.usefixtures("window")
@pytest.mark.timeout(300)
@sizes(
    "events",
    "100,000-event burst",
    "{} of 50 cameras, as fast as they are taken",
    small=10_000,
    whole=100_000,
)
async def test_a_burst_is_drawn_in_time_and_ends_with_the_truth(events, told):
    async with scripted(*(device(n, "verified") for n in range(50))) as (server, _):
        warm_up, go = asyncio.Event(), asyncio.Event()
        phases = (warm_up, burst_of(5_000, 50, -97, 0)), (go, burst_of(events, 50, -99, 30))
        server.on("GET", EVENTS, pouring(*phases))
        async with technician_at(server.base_url) as technician:
            app = technician.kiosk.app
            await technician.taps("start")
            await technician.reads("Live")
            warm_up.set()
            await technician.until(lambda: {d.rssi for d in technician.devices()} == {-97})
            await technician.pilot.settle()
            gc.collect()

            renders, began = app.renders, time.monotonic()
            async with Strain() as strain, Heartbeat(most_seconds=10) as heart:
                go.set()
                await technician.pilot.wait_for(
                    lambda: {d.rssi for d in technician.devices()} == {-99}, 240
                )
            took = time.monotonic() - began
            await technician.reads("Live")
            a_second = (app.renders - renders) / took
            told.screen(
                f"{a_second:.1f} redraws/s for {took:.0f} s, then the last signals; {heart}; "
                f"at most {strain.longest * 1000:.0f} ms of work at a stretch, "
                f"{strain.grown:.1f} MiB of growth"
            )
            # Its first frames tell that it is a burst.
            assert app.renders - renders <= 10 * took + 4
            # The pause is also what else this machine does; the work is the kiosk's own, the
            # server's and, without a graphics processor, the drawing.
            assert strain.longest < 0.5
            assert strain.grown < 20
            assert len(server.sent("GET", EVENTS)) == 1
            told.sent("1 stream")
