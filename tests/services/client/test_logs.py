"""The log's two routes, by their newer and their older names."""

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError, EndpointAbsent, NotApi, Unauthorized
from kiosk.services.client.sse import Frame
from tests.support.canary import KEY
from tests.support.server import (
    STREAM_HEAD,
    Reply,
    ScriptedServer,
    answer,
    document,
    failure,
    raw,
    success,
)

RECENT = "/api/v1/system/logs"
STREAM = "/api/v1/system/logs/stream"
OLDER_STREAM = "/api/v1/dashboard/logs"
PAGE = answer(200, "<html>", content_type="text/html")


def _entry(second: int, message: str) -> dict[str, object]:
    return {"timestamp": f"2026-01-11T12:00:{second:02}Z", "level": "info", "message": message}


async def test_the_latest_entries_are_asked_for_with_what_narrows_them(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", RECENT, success({"logs": [_entry(1, "a"), _entry(2, "b")]}))
    reply = await api.logs.recent()
    await api.logs.recent(20, "warn", "mqtt & co")
    assert [entry.message for entry in reply.data] == ["a", "b"]
    assert reply.correlation_id == "corr-1"
    plain, narrowed = (request.query for request in server.requests)
    assert plain == {"limit": ["100"]}
    assert narrowed == {"limit": ["20"], "level": ["warn"], "search": ["mqtt & co"]}


async def test_the_newest_is_last_however_the_server_sorts(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    entries = [{"message": "d"}, _entry(2, "c"), _entry(2, "b"), _entry(1, "a")]
    server.on("GET", RECENT, success({"logs": entries}))
    assert [entry.message for entry in (await api.logs.recent()).data] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("turned", [False, True])
async def test_a_clock_that_was_set_back_turns_nothing_round(
    server: ScriptedServer, api: PiOrchestrator, turned: bool
) -> None:
    entries = [_entry(30, "a"), _entry(31, "b"), _entry(10, "c"), _entry(11, "d")]
    server.on("GET", RECENT, success({"logs": entries[::-1] if turned else entries}))
    assert [entry.message for entry in (await api.logs.recent()).data] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("path", ["/api/v1/logs", "/api/dashboard/logs", "/api/logs/recent"])
async def test_an_older_name_is_found_and_remembered(
    server: ScriptedServer, api: PiOrchestrator, path: str
) -> None:
    server.on("GET", RECENT, PAGE)
    server.on("GET", "/health", document({"status": "ok"}))
    server.on("GET", path, document({"count": 1, "logs": [_entry(1, "a")]}))
    assert len((await api.logs.recent()).data) == 1
    asked = len(server.requests)
    await api.logs.recent()
    assert [request.path for request in server.requests[asked:]] == [path]


@pytest.mark.parametrize("nothing", [{"count": 0, "logs": []}, {"logs": None}, [], {}])
async def test_an_empty_log_is_no_error(
    server: ScriptedServer, api: PiOrchestrator, nothing: object
) -> None:
    server.on("GET", RECENT, success(nothing))
    assert (await api.logs.recent()).data == ()


async def test_the_stream_goes_on_after_the_last_id(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", STREAM, raw(STREAM_HEAD + b"id: 8\nevent: keepalive\ndata: {}\n\n"))
    async with api.logs.stream() as stream:
        assert await stream.next_batch() == [Frame("keepalive", "{}", "8")]
        last = stream.last_event_id
    async with api.logs.stream(last):
        pass
    first, second = server.requests
    assert "last-event-id" not in first.headers
    assert second.headers["last-event-id"] == "8"
    assert (first.headers["x-api-key"], first.query) == (KEY, {})


async def test_the_stream_has_an_older_name_and_perhaps_another_origin(
    server: ScriptedServer,
) -> None:
    async with (
        ScriptedServer() as events,
        PiOrchestrator(server.base_url, api_key=lambda: None, events_url=events.base_url) as client,
    ):
        events.on("GET", OLDER_STREAM, raw(STREAM_HEAD + b"data: x\n\n"))
        async with client.logs.stream() as stream:
            assert await stream.next_batch() == [Frame("message", "x", "")]
        assert [request.path for request in events.requests] == [STREAM, OLDER_STREAM]
    assert server.requests == []


@pytest.mark.parametrize(
    ("first", "older", "error"),
    [
        (PAGE, answer(404), NotApi),
        (answer(404), document({"logs": []}), EndpointAbsent),
    ],
)
async def test_without_a_stream_the_first_refusal_is_told(
    server: ScriptedServer, api: PiOrchestrator, first: Reply, older: Reply, error: type[ApiError]
) -> None:
    server.on("GET", STREAM, first)
    server.on("GET", OLDER_STREAM, older)
    with pytest.raises(error):
        async with api.logs.stream():
            pass
    assert len(server.sent("GET", STREAM)) == len(server.sent("GET", OLDER_STREAM)) == 1


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (failure("UNAUTHORIZED", 401), Unauthorized),
        (answer(204, content_type=None), EndpointAbsent),
        (answer(502, "<html>", content_type="text/html"), NotApi),
    ],
)
async def test_a_stream_that_refuses_is_not_looked_for_elsewhere(
    server: ScriptedServer, api: PiOrchestrator, refusal: Reply, error: type[ApiError]
) -> None:
    server.on("GET", STREAM, refusal)
    with pytest.raises(error):
        async with api.logs.stream():
            pass
    assert [request.path for request in server.requests] == [STREAM]
