"""The event-stream parser on a table of bytes, cut everywhere."""

import base64
import itertools
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from kiosk.services.client.sse import EventTooLargeError, Frame, SseDecoder

_LINES = (Path(__file__).parent / "cases" / "sse_parser.jsonl").read_text("utf-8").splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in _LINES]


def _decode(chunks: list[bytes]) -> tuple[list[dict[str, str]], SseDecoder]:
    decoder = SseDecoder()
    frames = [frame for chunk in chunks for frame in decoder.feed(chunk)]
    return [{"event": f.event, "data": f.data, "id": f.id} for f in frames], decoder


def _chunkings(case: dict[str, Any]) -> dict[str, list[bytes]]:
    raw = base64.b64decode(case["raw_b64"])
    ways = {
        str(size): [raw[i : i + size] for i in range(0, len(raw), size)]
        for size in (1, 2, 3, len(raw) or 1)
    }
    if "chunks" in case:
        offsets = [0, *case["chunks"], len(raw)]
        ways["named"] = [raw[a:b] for a, b in itertools.pairwise(offsets)]
    return ways


def test_the_table_has_all_its_cases() -> None:
    assert len(CASES) == 64


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_case_decodes_alike_however_it_is_cut(case: dict[str, Any]) -> None:
    for chunks in _chunkings(case).values():
        frames, decoder = _decode(chunks)
        assert frames == case["expected_events"]
        assert decoder.last_event_id == case["expected_last_event_id"]
        if case["expected_retry_ms"] != "any":
            assert decoder.retry_ms == case["expected_retry_ms"]


@pytest.mark.parametrize(
    "case", [c for c in CASES if "prompt_offsets" in c], ids=lambda c: c["name"]
)
def test_an_event_is_out_as_soon_as_its_last_byte_is_in(case: dict[str, Any]) -> None:
    raw = base64.b64decode(case["raw_b64"])
    decoder = SseDecoder()
    out_at = [i + 1 for i in range(len(raw)) for _ in decoder.feed(raw[i : i + 1])]
    assert out_at == case["prompt_offsets"]


def test_comments_count_as_lines_but_make_no_event() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b": ping\n: pi") == []
    assert decoder.lines == 1


def test_a_stream_that_resumes_keeps_the_last_id() -> None:
    assert SseDecoder("7").feed(b"data:x\n\n") == [Frame("message", "x", "7")]


@pytest.mark.parametrize(
    "chunk",
    [b"data:" + b"x" * 60_000, b"data:" + b"x" * 60_000 + b"\n", b"data:xx\n" * 7_500],
    ids=["one line", "long lines", "short lines"],
)
def test_an_event_over_one_mebibyte_is_refused_without_much_growth(chunk: bytes) -> None:
    decoder = SseDecoder()

    def feed_for_ever() -> None:
        while True:
            decoder.feed(chunk)

    tracemalloc.start()
    try:
        with pytest.raises(EventTooLargeError):
            feed_for_ever()
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()


def test_one_enormous_chunk_is_refused_too() -> None:
    with pytest.raises(EventTooLargeError):
        SseDecoder().feed(b"data:" + b"x" * (4 << 20) + b"\n\n")


def test_an_event_of_almost_one_mebibyte_passes() -> None:
    frames = SseDecoder().feed(b"data:" + b"x" * 1_000_000 + b"\n\n")
    assert len(frames[0].data) == 1_000_000
