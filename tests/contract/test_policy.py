"""The documents' intervals, ages and time-outs are the kiosk's (S3 §8, contract.md §7)."""

from pathlib import Path
from typing import NoReturn

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError, TransportError
from kiosk.services.client.http import Http, Request
from kiosk.services.runtime.sources import sources
from kiosk.services.state.known import Resource
from kiosk.services.wire.problem import Kind, Problem
from tests.contract.catalogue import Case, calls
from tests.contract.playing import called

# Seconds between two readings of what is shown, and for how long one counts as fresh.
DOCUMENTED = {
    Resource.HEALTH: (30.0, 30.0),
    Resource.WIFI: (10.0, 0.0),
    Resource.CONFIG: (60.0, 60.0),
    Resource.ALLOWLIST: (30.0, 30.0),
}
READ_SECONDS, ACTION_SECONDS = 10.0, 30.0
# A scan is a GET that makes the Pi do something.
SLOW_READS = {"wifi-scan"}


async def test_what_the_documents_say_of_polling_and_caching_is_kept() -> None:
    async with PiOrchestrator("http://127.0.0.1:1", api_key=lambda: None) as client:
        table = sources(client)
    kept = {name: (table[name].every, table[name].fresh) for name in DOCUMENTED}
    assert kept == DOCUMENTED


@pytest.mark.parametrize(
    "case", {case.operation: case for case in calls() if case.request}.values(), ids=str
)
async def test_actions_have_30_s_and_reads_10_s(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    async def send(_http: Http, request: Request) -> NoReturn:
        asked.append(request)
        raise TransportError(Problem(Kind.TRANSPORT))

    monkeypatch.setattr(Http, "send", send)
    with pytest.raises(ApiError):
        await called(case, "http://127.0.0.1:1", tmp_path)
    is_slow = asked[0].method != "GET" or case.operation in SLOW_READS
    assert asked[0].seconds == (ACTION_SECONDS if is_slow else READ_SECONDS)
