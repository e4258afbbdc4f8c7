"""After a start: what was left without an end is looked up, told, and never sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.journaling import End, Outcome
from kiosk.services.runtime.journal.journal import Journal
from kiosk.services.runtime.journal.looks import Seen, look
from kiosk.services.runtime.journal.record import Record
from kiosk.services.runtime.journal.rows import Entry
from kiosk.services.runtime.journal.settlement import Settlement
from kiosk.services.state.actions import ServiceReached, SessionOpened
from kiosk.services.state.feed import SnapshotLoaded
from kiosk.services.state.store import Store
from kiosk.services.wire.provisioning import Candidate, Session, SessionSnapshot
from tests.support.canary import KEY
from tests.support.clock import FakeClock
from tests.support.server import ScriptedServer, answer, failure, raw, success

API = "/api/v1"
BATCH = f"{API}/provisioning/batch"
SESSIONS = f"{API}/provisioning/sessions"
MAC, OTHER = "AA:BB:CC:DD:EE:01", "AA:BB:CC:DD:EE:02"
DEAD = "boot/999999999/1"
ASKED_AT = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
async def api(server: ScriptedServer) -> AsyncIterator[PiOrchestrator]:
    clock = FakeClock(auto=True)
    async with PiOrchestrator(server.base_url, api_key=lambda: KEY, clock=clock) as client:
        yield client


def session(state: str, session_id: str = "s", **more: object) -> dict[str, Any]:
    return {"id": session_id, "state": state, **more}


def of(state: str) -> dict[str, Any]:
    return {"session": session(state), "devices": []}


def devices(*states: str) -> dict[str, Any]:
    macs = (MAC, OTHER)
    listed = [{"mac": mac, "state": state} for mac, state in zip(macs, states, strict=False)]
    return {"devices": listed}


def began(seconds: float) -> dict[str, str]:
    return {
        "target_ssid": "Shop",
        "created_at": (ASKED_AT + timedelta(seconds=seconds)).isoformat(),
    }


# Operation, target, what the server says to which question, what that means.
Case = tuple[str, tuple[str, ...], dict[str, Any], Seen]
LOOKS: list[Case] = [
    (
        "start",
        ("Shop",),
        {f"{SESSIONS}/recoverable": {"sessions": [session("active", **began(1))]}},
        Seen(End.DONE, "active"),
    ),
    (
        "start",
        ("Shop",),
        {
            f"{SESSIONS}/recoverable": {"sessions": [session("active", **began(-60))]},
            f"{SESSIONS}/history": {"sessions": []},
        },
        Seen(End.NOT_DONE),
    ),
    (
        "start",
        ("Shop",),
        {
            f"{SESSIONS}/recoverable": {"sessions": []},
            f"{SESSIONS}/history": {"sessions": [session("closed", **began(1))]},
        },
        Seen(End.DONE, "closed"),
    ),
    ("stop", ("s",), {f"{BATCH}/s": of("closed")}, Seen(End.DONE, "closed")),
    ("stop", ("s",), {f"{BATCH}/s": of("active")}, Seen(End.NOT_DONE, "active")),
    ("stop", ("s",), {f"{BATCH}/s": failure("SESSION_NOT_FOUND", 404)}, Seen(End.DONE)),
    ("pause", ("s",), {f"{BATCH}/s": of("paused")}, Seen(End.DONE, "paused")),
    (
        "unpause",
        ("s",),
        {f"{BATCH}/s": of("paused")},
        Seen(End.NOT_DONE, "paused"),
    ),
    ("resume", ("s",), {f"{BATCH}/s": of("active")}, Seen(End.DONE, "active")),
    ("discard", ("s",), {f"{SESSIONS}/recoverable": {"sessions": []}}, Seen(End.DONE)),
    (
        "discard",
        ("s",),
        {f"{SESSIONS}/recoverable": {"sessions": [session("active")]}},
        Seen(End.NOT_DONE),
    ),
    ("provision-all", ("s",), {f"{BATCH}/s/devices": devices("verified")}, Seen(End.DONE)),
    (
        "provision-all",
        ("s",),
        {f"{BATCH}/s/devices": devices("discovered", "discovered")},
        Seen(End.NOT_DONE, "discovered"),
    ),
    (
        "provision-all",
        ("s",),
        {f"{BATCH}/s/devices": devices("verified", "discovered")},
        Seen(End.UNKNOWN, "discovered"),
    ),
    (
        "provision",
        ("s", MAC),
        {f"{BATCH}/s/devices": devices("verifying")},
        Seen(End.DONE, "verifying"),
    ),
    (
        "provision",
        ("s", MAC),
        {f"{BATCH}/s/devices": devices("discovered")},
        Seen(End.NOT_DONE, "discovered"),
    ),
    ("provision", ("s", MAC), {f"{BATCH}/s/devices": devices()}, Seen(End.UNKNOWN)),
    ("retry", ("s", MAC), {f"{BATCH}/s/devices": devices("verified")}, Seen(End.DONE, "verified")),
    ("retry", ("s", MAC), {f"{BATCH}/s/devices": devices("failed")}, Seen(End.UNKNOWN, "failed")),
    ("skip", ("s", MAC), {f"{BATCH}/s/devices": devices("skipped")}, Seen(End.DONE, "skipped")),
    (
        "retry",
        ("s", MAC),
        {f"{BATCH}/s/devices": failure("SESSION_NOT_FOUND", 404)},
        Seen(End.UNKNOWN, code="SESSION_NOT_FOUND"),
    ),
    (
        "allowlist-add",
        (MAC,),
        {f"{API}/provisioning/allowlist": {"entries": [{"mac": MAC}]}},
        Seen(End.DONE),
    ),
    (
        "allowlist-remove",
        (MAC,),
        {f"{API}/provisioning/allowlist": {"entries": [{"mac": MAC}]}},
        Seen(End.NOT_DONE),
    ),
    (
        "wifi-connect",
        ("Yard",),
        {f"{API}/wifi/status": {"connected": True, "ssid": "Yard"}},
        Seen(End.DONE, "Yard"),
    ),
    (
        "wifi-connect",
        ("Yard",),
        {f"{API}/wifi/status": {"connected": True, "ssid": "Shop"}},
        Seen(End.UNKNOWN, "Shop"),
    ),
    ("wifi-disconnect", (), {f"{API}/wifi/status": {"connected": False}}, Seen(End.DONE)),
    (
        "espcam-pair",
        (MAC,),
        {f"{API}/espcam/paired": {"cameras": [{"mac_address": MAC, "status": "online"}]}},
        Seen(End.DONE, "online"),
    ),
    (
        "camera-assign",
        ("fridge", "cam"),
        {
            f"{API}/containers": {
                "containers": [{"id": "fridge", "cameras": [{"device_id": "cam"}]}]
            }
        },
        Seen(End.DONE),
    ),
    (
        "camera-unassign",
        ("fridge", "cam"),
        {f"{API}/containers": {"containers": [{"id": "fridge", "cameras": []}]}},
        Seen(End.DONE),
    ),
    (
        "camera-reboot",
        ("cam",),
        {f"{API}/cameras/cam": {"id": "cam", "status": "offline"}},
        Seen(End.UNKNOWN, "offline"),
    ),
    ("door-open", (), {f"{API}/door/status": {"state": "closed"}}, Seen(End.UNKNOWN, "closed")),
    ("system-reset", (), {}, Seen(End.UNKNOWN)),
    ("config-set", ("log_level",), {}, Seen(End.UNKNOWN)),
    ("stop", (), {}, Seen(End.UNKNOWN)),
]


@pytest.mark.parametrize("case", LOOKS, ids=[f"{n}-{row[0]}" for n, row in enumerate(LOOKS)])
async def test_each_operation_is_looked_up_in_its_own_way(
    server: ScriptedServer, api: PiOrchestrator, case: Case
) -> None:
    operation, target, says, seen = case
    for path, said in says.items():
        server.on("GET", path, success(said) if isinstance(said, dict) else said)
    entry = Entry(operation, target, "2027-01-15T08:00:00.000Z")
    assert await look(api, entry) == seen
    assert {request.method for request in server.requests} <= {"GET"}


@pytest.mark.parametrize(
    "reply",
    [
        raw(b""),
        failure("UNAUTHORIZED", 401),
        failure("INTERNAL_ERROR", 500, retryable=True),
        answer(200, "<html>portal</html>", content_type="text/html"),
    ],
    ids=["cut", "key", "5xx", "portal"],
)
async def test_a_server_that_cannot_be_asked_leaves_it_open(
    server: ScriptedServer, api: PiOrchestrator, reply: Any
) -> None:
    server.on("GET", f"{BATCH}/s", reply)
    assert await look(api.once(), Entry("stop", ("s",), "now")) is None


# The whole


class Bench:
    """A journal that a run which has died has left, and a kiosk that starts."""

    def __init__(self, folder: Path, api: PiOrchestrator) -> None:
        self.folder, self.clock, self.store = folder, FakeClock(), Store()
        self.journal = Journal(folder, clock=self.clock)
        self.record = Record(self.journal, self.store, clock=self.clock)
        self.settlement = Settlement(self.journal, api, self.store, self.record, clock=self.clock)

    async def left(self, *operations: tuple[str, tuple[str, ...]]) -> None:
        dead = Journal(self.folder, clock=self.clock, process=DEAD)
        for operation, target in operations:
            await dead.intend(operation, target)

    async def entries(self) -> list[tuple[str, str | None, str | None]]:
        contents = await self.journal.contents(100)
        return [(e.operation, e.outcome, e.found) for e in contents.requests]

    async def macs(self) -> dict[str, str]:
        return {d.mac: d.state for d in (await self.journal.contents(100)).devices}


@pytest.fixture
async def bench(tmp_path: Path, api: PiOrchestrator) -> AsyncIterator[Bench]:
    made = Bench(tmp_path, api)
    yield made
    await made.journal.close()


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not what():  # noqa: ASYNC110 - a thread and a socket are waited for
            await asyncio.sleep(0.01)


async def test_what_was_left_is_told_at_once_and_settled_when_the_server_is_there(
    server: ScriptedServer, bench: Bench
) -> None:
    server.on("GET", f"{BATCH}/s/devices", raw(b""))
    await bench.left(("retry", ("s", MAC)), ("door-open", ()))
    running = asyncio.create_task(bench.settlement.run())
    await until(lambda: server.requests)
    recalled = bench.store.state.journal.recalled
    assert [(r.operation, r.end) for r in recalled.values()] == [
        ("retry", None),
        ("door-open", None),
    ]

    server.on("GET", f"{BATCH}/s/devices", success(devices("verifying")))
    server.on("GET", f"{API}/door/status", success({"state": "closed"}))
    bench.store.dispatch(ServiceReached((), None, 1.0))
    await until(lambda: all(r.end for r in bench.store.state.journal.recalled.values()))
    assert [(r.end, r.found) for r in bench.store.state.journal.recalled.values()] == [
        ("done", "verifying"),
        ("unknown", "closed"),
    ]
    assert await bench.entries() == [
        ("retry", "done", "verifying"),
        ("door-open", "unknown", "closed"),
    ]
    assert {request.method for request in server.requests} == {"GET"}
    running.cancel()


async def test_what_is_not_done_is_looked_up_once_more_before_that_is_told(
    server: ScriptedServer, bench: Bench
) -> None:
    waiting, moving = success(devices("discovered")), success(devices("provisioning"))
    server.on("GET", f"{BATCH}/s/devices", waiting, moving)
    await bench.left(("provision", ("s", MAC)))
    settling = asyncio.create_task(bench.settlement.settle())
    await until(lambda: bench.clock.slept)
    assert [one.end for one in bench.store.state.journal.recalled.values()] == [None]
    await bench.clock.advance(2.0)
    await settling
    assert await bench.entries() == [("provision", "done", "provisioning")]


async def test_what_a_process_that_lives_has_open_is_left_to_it(
    server: ScriptedServer, bench: Bench
) -> None:
    alive = Journal(bench.folder, clock=bench.clock)
    number = await alive.intend("stop", ("s",))
    running = asyncio.create_task(bench.settlement.run())
    await bench.clock.advance(60)
    await asyncio.sleep(0.1)
    assert not bench.store.state.journal.recalled
    assert await bench.entries() == [("stop", None, None)]
    await alive.settle(number, Outcome(End.DONE))
    await alive.close()
    running.cancel()
    assert not server.requests


async def test_what_became_ready_while_no_kiosk_ran_is_noted(
    server: ScriptedServer, bench: Bench
) -> None:
    await bench.left(("provision-all", ("s",)))
    snapshot = {
        "session": session("active", target_ssid="Shop"),
        "devices": [
            {"mac": MAC, "state": "verified", "verified_at": "2027-01-15T08:01:00Z"},
            {"mac": OTHER, "state": "failed"},
        ],
    }
    server.on("GET", f"{BATCH}/s/devices", success(snapshot))
    server.on("GET", f"{BATCH}/s", success(snapshot))
    running = asyncio.create_task(bench.settlement.run())
    await until(lambda: server.sent("GET", f"{BATCH}/s"))
    async with asyncio.timeout(10):
        while not await bench.macs():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    (noted,) = (await bench.journal.contents(10)).devices
    assert (noted.mac, noted.ssid, noted.ready_at) == (MAC, "Shop", "2027-01-15T08:01:00.000Z")
    running.cancel()


# The record


async def test_a_device_that_becomes_ready_is_noted_once_with_its_moment(bench: Bench) -> None:
    store, clock = bench.store, bench.clock
    running = asyncio.create_task(bench.record.run())
    await clock.advance(0)
    store.dispatch(SessionOpened(Session(id="s", target_ssid="Shop"), 1.0))

    def listed(*found: Candidate) -> None:
        whole = SessionSnapshot(session=Session(id="s", target_ssid="Shop"), devices=found)
        store.dispatch(SnapshotLoaded(whole, 2.0, "corr-list"))

    listed(Candidate(mac=MAC, state="verifying"), Candidate(mac=OTHER, state="discovered"))
    await until(lambda: bench.journal.held == ((), ()))
    for state in ("verified", "verified"):
        await clock.advance(1)
        listed(
            Candidate(mac=MAC, state=state, verified_at=ASKED_AT.isoformat()),
            Candidate(mac=OTHER, state=state),
        )
        await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    contents = await bench.journal.contents(10)
    assert {(d.mac, d.state, d.ready_at) for d in contents.devices} == {
        (MAC, "verified", "2027-01-15T08:00:00.000Z"),
        (OTHER, "verified", contents.devices[1].noted_at),
    }
    assert {d.correlation_id for d in contents.devices} == {"corr-list"}


async def test_what_is_ready_when_the_kiosk_ends_is_noted_before_the_end(bench: Bench) -> None:
    running = asyncio.create_task(bench.record.run())
    await asyncio.sleep(0)
    bench.store.dispatch(SessionOpened(Session(id="s"), 1.0))
    ready = SessionSnapshot(
        session=Session(id="s"), devices=(Candidate(mac=MAC, state="verified"),)
    )
    bench.store.dispatch(SnapshotLoaded(ready, 2.0))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await bench.macs() == {MAC: "verified"}


async def test_a_clock_that_was_never_set_is_told_beside_the_moment(bench: Bench) -> None:
    bench.clock = bench.record._clock = FakeClock(wall=300.0)
    bench.store.dispatch(SessionOpened(Session(id="s"), 1.0))
    ready = SessionSnapshot(
        session=Session(id="s"), devices=(Candidate(mac=MAC, state="verified"),)
    )
    bench.store.dispatch(SnapshotLoaded(ready, 2.0))
    await bench.record._note_ready()
    (noted,) = (await bench.journal.contents(10)).devices
    assert (noted.noted_at, noted.clock_set) == ("1970-01-01T00:05:00.000Z", False)
