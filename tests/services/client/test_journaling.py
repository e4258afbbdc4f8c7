"""Journal first: the intent is kept before anything is sent, the true end after (promise 9)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import httpx
import pytest
from pydantic import SecretStr

from kiosk.services.client import journaling
from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError, RequestTimeout
from kiosk.services.client.journaling import End, Outcome
from kiosk.services.wire.features import Feature
from tests.support.canary import KEY, PASSWORD
from tests.support.clock import FakeClock
from tests.support.server import ScriptedServer, failure, raw, success

STOP = "/api/v1/provisioning/batch/s/stop"
START = "/api/v1/provisioning/batch/start"
REBOOT = "/api/v1/cameras/c/reboot"
MAC = "AA:BB:CC:DD:EE:01"


@dataclass
class Kept:
    """A journal in memory; it can be made to wait for its disk."""

    server: ScriptedServer
    intents: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    ends: dict[int, Outcome] = field(default_factory=dict)
    sent_before: list[int] = field(default_factory=list)
    disk: asyncio.Event = field(default_factory=asyncio.Event)

    async def intend(self, operation: str, target: tuple[str, ...]) -> int:
        await self.disk.wait()
        self.sent_before.append(len(self.server.requests))
        self.intents.append((operation, target))
        return len(self.intents)

    async def settle(self, intent: int, outcome: Outcome) -> None:
        await self.disk.wait()
        self.ends[intent] = outcome


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not what():  # noqa: ASYNC110 - a server's list of requests is no event
            await asyncio.sleep(0.01)


@pytest.fixture
def journal(server: ScriptedServer) -> Kept:
    kept = Kept(server)
    kept.disk.set()
    return kept


@pytest.fixture
async def api(
    server: ScriptedServer, clock: FakeClock, journal: Kept
) -> AsyncIterator[PiOrchestrator]:
    async with PiOrchestrator(
        server.base_url, api_key=lambda: KEY, clock=clock, journal=journal, off={Feature.DOOR}
    ) as client:
        yield client


async def test_an_intent_is_kept_before_its_request_leaves_and_its_end_after(
    server: ScriptedServer, api: PiOrchestrator, journal: Kept
) -> None:
    server.on("POST", STOP, success({"session": {"id": "s"}}, "corr-7", 202))
    journal.disk.clear()
    stopping = asyncio.create_task(api.batch.stop("s"))
    await asyncio.sleep(0.05)
    assert not server.requests
    journal.disk.set()
    await stopping
    await until(lambda: journal.ends)
    assert journal.intents == [("stop", ("s",))]
    assert journal.sent_before == [0]
    assert journal.ends == {1: Outcome(End.DONE, None, 202, "corr-7")}


@pytest.mark.parametrize(
    ("answered", "end"),
    [
        (failure("SESSION_ALREADY_CLOSED", 409), End.REFUSED),
        (failure("INTERNAL_ERROR", 500, retryable=False), End.UNKNOWN),
        (raw(b""), End.UNKNOWN),
        (success({"success": False, "error": "no"}), End.REFUSED),
    ],
    ids=["refused", "5xx", "cut", "refused inside a success"],
)
async def test_each_end_has_its_word(
    server: ScriptedServer, api: PiOrchestrator, journal: Kept, answered: object, end: End
) -> None:
    server.on("POST", REBOOT, answered)
    with pytest.raises(ApiError):
        await api.cameras.reboot("c")
    await until(lambda: journal.ends)
    assert journal.ends[1].end is end


async def test_every_single_send_is_an_intent_of_its_own(clock: FakeClock) -> None:
    journal = Kept(ScriptedServer())
    journal.disk.set()
    # Nobody listens on the discard port.
    nowhere = "http://127.0.0.1:9"
    async with PiOrchestrator(nowhere, api_key=lambda: None, clock=clock, journal=journal) as api:
        with pytest.raises(ApiError):
            await api.batch.skip("s", MAC)
    assert journal.intents == [("skip", ("s", MAC))] * 3
    assert {outcome.end for outcome in journal.ends.values()} == {End.NOT_SENT}


@pytest.mark.parametrize("error", [httpx.ConnectTimeout("late"), httpx.PoolTimeout("full")])
async def test_what_was_out_of_time_before_it_could_be_sent_was_not_sent(
    api: PiOrchestrator, journal: Kept, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fails(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("kiosk.services.client.http.Http._round_trip", fails)
    with pytest.raises(RequestTimeout):
        await api.cameras.reboot("c")
    await until(lambda: journal.ends)
    assert journal.ends == {1: Outcome(End.NOT_SENT, "timeout")}


async def test_no_secret_is_in_an_intent(
    server: ScriptedServer, api: PiOrchestrator, journal: Kept
) -> None:
    server.on("POST", START, success({"session": {"id": "s"}}))
    server.on("PUT", "/api/v1/config/wifi_password", success({}))
    server.on("POST", "/api/v1/espcam/pair", success({}))
    server.on("POST", "/api/v1/wifi/connect", success({}))
    await api.batch.start("Shop", SecretStr(PASSWORD))
    await api.config.put("wifi_password", SecretStr(PASSWORD))
    await api.espcam.pair(MAC, SecretStr("246810"))
    await api.wifi.connect("Yard", SecretStr(PASSWORD))
    assert journal.intents == [
        ("start", ("Shop",)),
        ("config-set", ("wifi_password",)),
        ("espcam-pair", (MAC,)),
        ("wifi-connect", ("Yard",)),
    ]


async def test_the_true_end_is_kept_though_its_caller_has_left(
    server: ScriptedServer, api: PiOrchestrator, journal: Kept
) -> None:
    answered = asyncio.Event()

    async def slowly(request: object, writer: asyncio.StreamWriter) -> None:
        await answered.wait()
        await success({"session": {"id": "s"}})(request, writer)

    server.on("POST", STOP, slowly)
    stopping = asyncio.create_task(api.batch.stop("s"))
    await until(lambda: server.requests)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert not journal.ends
    answered.set()
    await until(lambda: journal.ends)
    assert journal.ends[1].end is End.DONE


async def test_an_answer_is_not_held_up_until_its_end_is_on_the_disk(
    server: ScriptedServer, api: PiOrchestrator, journal: Kept
) -> None:
    async def slow_disk(request: object, writer: asyncio.StreamWriter) -> None:
        journal.disk.clear()
        await success({"session": {"id": "s"}})(request, writer)

    server.on("POST", STOP, slow_disk)
    await api.batch.stop("s")
    assert not journal.ends
    journal.disk.set()
    await until(lambda: journal.ends)


async def test_what_is_cut_off_when_the_client_closes_stays_open_for_the_next_start(
    server: ScriptedServer, clock: FakeClock, journal: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_request: object, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("kiosk.services.client.http._CLOSING_SECONDS", 0.05)
    server.on("POST", STOP, never)
    async with PiOrchestrator(
        server.base_url, api_key=lambda: KEY, clock=clock, journal=journal
    ) as client:
        stopping = asyncio.create_task(client.batch.stop("s"))
        await until(lambda: server.requests)
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert journal.intents == [("stop", ("s",))]
    assert not journal.ends


async def test_what_a_defect_of_ours_cuts_off_is_unknown(
    server: ScriptedServer, api: PiOrchestrator, journal: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(_http: object, _request: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("kiosk.services.client.http.Http.send", breaks)
    with pytest.raises(asyncio.CancelledError):
        await api.batch.stop("s")
    await until(lambda: journal.ends)
    assert journal.ends == {1: Outcome(End.UNKNOWN)}


async def test_neither_a_reading_nor_what_is_switched_off_is_an_intent(
    server: ScriptedServer, api: PiOrchestrator, journal: Kept
) -> None:
    server.on("POST", "/api/v1/network/ping", success({"success": False}))
    await api.network.ping("broker")
    with pytest.raises(ApiError):
        await api.door.open()
    assert not journal.intents


def test_every_word_is_one_of_the_command_line_or_says_what_is_sent() -> None:
    assert len(set(journaling._WORDS.values())) == len(journaling._WORDS)
    assert journaling.operation_of("POST", "/new") == "POST /new"
