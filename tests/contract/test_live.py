"""The log's stream and the monitoring socket: what the documents' examples are read as."""

from typing import Any

import pytest

from kiosk.services.client.sse import SseDecoder
from kiosk.services.wire.logs import parse_log_event
from kiosk.services.wire.monitoring import merged, messages, monitoring_of
from tests.contract.catalogue import Json, read

LOG_STREAMS = [case for case in read("logs") if "stream" in case]
SOCKETS = read("monitoring")


def _entries(stream: bytes, size: int) -> list[Any]:
    decoder = SseDecoder()
    frames = []
    for start in range(0, len(stream), size):
        frames += decoder.feed(stream[start : start + size])
    entries = [parse_log_event(frame.event, frame.data, frame.id) for frame in frames]
    return [entry.model_dump(mode="json", exclude_none=True) for entry in entries if entry]


@pytest.mark.parametrize("case", LOG_STREAMS, ids=lambda case: case["name"])
def test_a_log_stream_becomes_entries_however_it_is_cut(case: Json) -> None:
    stream = case["stream"].encode()
    assert _entries(stream, len(stream)) == case["expect"]
    assert _entries(stream, 5) == case["expect"]


def test_the_last_id_of_a_log_stream_counts_keepalives() -> None:
    decoder = SseDecoder()
    decoder.feed(LOG_STREAMS[0]["stream"].encode())
    assert decoder.last_event_id == "42"


@pytest.mark.parametrize("case", SOCKETS, ids=lambda case: case["name"])
def test_messages_add_up_to_what_is_known(case: Json) -> None:
    heard = [message for frame in case["messages"] for message in messages(frame)]
    assert [message.kind for message in heard] == case["expect"]["kinds"]
    known: dict[str, Any] = {}
    for message in heard:
        known = merged(known, message.data or {})
    figures = monitoring_of(known).model_dump(mode="json", exclude_none=True)
    assert figures == case["expect"]["figures"]


def test_an_error_of_the_socket_is_told_with_its_code() -> None:
    (case,) = (case for case in SOCKETS if case["name"] == "an error")
    (message,) = messages(case["messages"][0])
    assert (message.code, message.message) == ("INTERNAL_ERROR", "hub is full")
