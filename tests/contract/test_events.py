"""Frames of the provisioning stream in the three dialects, and the one vocabulary that they become.

What the documents' own examples say, byte for byte through the decoder; how a stream behaves over
time is tested where it is implemented.
"""

from typing import Any

import pytest

from kiosk.services.client.sse import SseDecoder
from kiosk.services.wire.events import parse_event
from tests.contract.catalogue import Json, read

CASES = read("events")
VOCABULARY = {
    "stream.opened",
    "stream.alive",
    "session.updated",
    "session.ended",
    "session.timeout_warning",
    "device.updated",
    "network.updated",
    "problem",
    "unknown",
}
# The types that each document lists (contract.md §3.3).
LISTED = {
    "datamodel": {
        "connection.established",
        "connection.heartbeat",
        "session.status",
        "device.state_changed",
        "network.status_changed",
    },
    "handoff": {
        "session.started",
        "session.state_changed",
        "session.closed",
        "session.timeout_warning",
        "device.discovered",
        "device.state_changed",
        "device.provisioning_started",
        "device.provisioning_completed",
        "device.provisioning_failed",
        "device.verified",
        "network.started",
        "network.stopped",
        "error.occurred",
    },
    "compat": {
        "connection.established",
        "device.discovered",
        "device.state_changed",
        "session.state_changed",
        "error",
    },
}


def _name(case: Json) -> str:
    return f"{case.get('dialect', 'any')}: {case['name']}"


def _heard(stream: bytes, size: int) -> list[Any]:
    decoder = SseDecoder()
    frames = []
    for start in range(0, len(stream), size):
        frames += decoder.feed(stream[start : start + size])
    events = [parse_event(frame.event, frame.data) for frame in frames]
    return [event.model_dump(mode="json", exclude_none=True) for event in events]


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_stream_becomes_the_documented_events_however_it_is_cut(case: Json) -> None:
    stream = case["stream"].encode()
    assert _heard(stream, len(stream)) == case["expect"]
    assert _heard(stream, 7) == case["expect"]


def test_every_word_of_the_vocabulary_has_a_case() -> None:
    assert {event["event"] for case in CASES for event in case["expect"]} == VOCABULARY


@pytest.mark.parametrize(("dialect", "types"), LISTED.items(), ids=LISTED)
def test_every_type_that_a_document_lists_has_a_case_that_is_understood(
    dialect: str, types: set[str]
) -> None:
    streams = [case for case in CASES if case.get("dialect") == dialect]
    shown = {kind for kind in types if any(f'"type":"{kind}"' in c["stream"] for c in streams)}
    assert shown == types
    assert not [c for c in streams if any(e["event"] == "unknown" for e in c["expect"])]
