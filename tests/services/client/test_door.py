"""The door moves once, for a person, and only the inner word says that it did."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import (
    ApiError,
    DomainError,
    EndpointAbsent,
    ValidationRefused,
)
from kiosk.services.wire.features import Feature
from tests.support.canary import KEY
from tests.support.server import Reply, ScriptedServer, answer, document, failure, raw, success

DOOR = "/api/v1/door"


async def test_the_doors_own_time_counts_unless_seconds_are_asked_for(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{DOOR}/open", success({"success": True, "door_state": "open"}))
    assert (await api.door.open()).data.state == "open"
    assert (await api.door.open(30)).correlation_id == "corr-1"
    assert [request.body for request in server.requests] == [b"", b'{"duration":30}']
    assert server.requests[0].headers["x-api-key"] == KEY


@pytest.mark.parametrize("seconds", [0, -1, 31, 5000])
async def test_a_time_out_of_range_is_refused_before_anything_moves(
    server: ScriptedServer, api: PiOrchestrator, seconds: int
) -> None:
    with pytest.raises(ValidationRefused) as refused:
        await api.door.open(seconds)
    assert refused.value.problem.code == "DOOR_SECONDS"
    assert server.requests == []


@pytest.mark.parametrize(
    "jammed",
    [
        success({"success": False, "error": "jammed"}),
        document({"success": False, "error": "jammed"}),
    ],
    ids=["nested", "flat"],
)
async def test_a_door_that_did_not_move_says_why(
    server: ScriptedServer, api: PiOrchestrator, jammed: Reply
) -> None:
    server.on("POST", f"{DOOR}/close", jammed)
    with pytest.raises(DomainError) as error:
        await api.door.close()
    assert error.value.problem.message == "jammed"


UNCLEAR = [
    raw(b""),
    failure("INTERNAL_ERROR", 500, retryable=True),
    failure("CIRCUIT_OPEN", 503, retryable=True),
    answer(502, "<html>gateway", content_type="text/html"),
]


@pytest.mark.parametrize("unclear", UNCLEAR, ids=["cut", "500", "circuit", "gateway"])
@pytest.mark.parametrize("move", [lambda api: api.door.open(), lambda api: api.door.close()])
async def test_no_door_is_moved_twice_nor_by_an_older_name(
    server: ScriptedServer,
    api: PiOrchestrator,
    move: Callable[[PiOrchestrator], Awaitable[Any]],
    unclear: Reply,
) -> None:
    for name in ("open", "close"):
        server.on("POST", f"{DOOR}/{name}", unclear)
    with pytest.raises(ApiError):
        await move(api)
    assert len(server.requests) == 1


async def test_a_server_that_knows_only_older_names_is_asked_by_them(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", "/api/dashboard/door/open", document({"success": True, "state": "open"}))
    server.on("GET", "/api/door/status", document({"state": "locked"}))
    assert (await api.door.open()).data.state == "open"
    assert [request.path for request in server.requests] == [
        f"{DOOR}/open",
        "/api/door/open",
        "/api/dashboard/door/open",
    ]
    status = (await api.door.status()).data
    assert (status.state, status.lock_state) == (None, "locked")


async def test_the_history_reads_both_records(server: ScriptedServer, api: PiOrchestrator) -> None:
    old = [{"action": "close", "success": False, "duration_ms": 12}]
    new = {"history": [{"id": 3, "command": "open", "result": "success"}]}
    server.on("GET", f"{DOOR}/history", success(new), document(old), success({"history": None}))
    read = [(await api.door.history(5)).data for _ in range(3)]
    assert [[(event.command, event.result) for event in events] for events in read] == [
        [("open", "success")],
        [("close", "failed")],
        [],
    ]
    assert server.requests[0].query == {"limit": ["5"]}


@pytest.mark.parametrize(
    ("reply", "available"),
    [
        (success({"available": True}), True),
        (success({"available": False}), False),
        (answer(503, content_type=None), False),
        (answer(204, content_type=None), None),
        (success({"available": "yes"}), None),
    ],
)
async def test_whether_there_is_a_door_is_told_only_as_far_as_it_is_known(
    server: ScriptedServer, api: PiOrchestrator, reply: Reply, available: bool | None
) -> None:
    server.on("GET", f"{DOOR}/available", reply)
    assert (await api.door.available()).data is available


async def test_a_server_that_cannot_say_whether_there_is_a_door_lacks_the_question(
    api: PiOrchestrator,
) -> None:
    with pytest.raises(EndpointAbsent):
        await api.door.available()


async def test_a_door_that_is_switched_off_is_not_asked(server: ScriptedServer) -> None:
    off = frozenset({Feature.DOOR})
    async with PiOrchestrator(server.base_url, api_key=lambda: None, off=off) as api:
        for call in (api.door.status, api.door.open, api.door.close, api.door.available):
            with pytest.raises(ValidationRefused) as refused:
                await call()
            assert refused.value.problem.code == "FEATURE_OFF"
    assert server.requests == []
