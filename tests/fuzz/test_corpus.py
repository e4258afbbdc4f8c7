"""What fuzzing has reached and found, again and without a fuzzer: `make fuzz` looks for more."""

from pathlib import Path

import pytest

from kiosk.services.client import sse
from kiosk.services.wire import envelope
from tests.fuzz import targets
from tests.fuzz.keeping import FOLDER, kept, seeds, smallest
from tests.fuzz.mutating import changed
from tests.fuzz.targets import TARGETS

MOST_FILES, MOST_BYTES = 250, 1_000_000
INPUTS = [(name, path) for name in TARGETS for path in kept(name)]


@pytest.mark.parametrize(("target", "path"), INPUTS, ids=[f"{t}-{p.name}" for t, p in INPUTS])
def test_an_input_that_was_kept_does_no_harm(target: str, path: Path) -> None:
    TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_the_contracts_own_examples_do_no_harm(target: str) -> None:
    for data in seeds(target):
        TARGETS[target](data)


def test_the_corpus_is_small_and_belongs_to_targets() -> None:
    assert len(INPUTS) <= MOST_FILES
    assert sum(path.stat().st_size for _, path in INPUTS) <= MOST_BYTES
    assert {path.name for path in FOLDER.iterdir()} == set(TARGETS)


def test_only_what_reaches_more_is_kept() -> None:
    data = b"\n" + b"data:x\n\n"
    twice = b"\n" + b"data:x\n\n" * 2
    assert smallest("sse", [twice, data, data]) == [data]


def test_a_changed_input_is_read_the_same_way_and_is_still_json() -> None:
    for seed in range(200):
        new = changed(b'head\x00\n{"a": [1, {"b": "c"}]}', seed)
        assert new is None or new.startswith(b"head\x00\n")


def test_what_is_no_json_is_left_to_the_fuzzer() -> None:
    assert changed(b"head\nno json", 1) is None


# A target that notices nothing would keep the whole corpus green for ever.


def test_the_targets_notice_an_event_that_depends_on_the_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = sse.SseDecoder.feed
    monkeypatch.setattr(
        sse.SseDecoder, "feed", lambda self, chunk: feed(self, chunk.replace(b"\r\n", b"\n\n"))
    )
    with pytest.raises(AssertionError):
        targets.sse_reader(b"\x01\nevent:a\r\ndata:x\r\n\r\n")


def test_the_targets_notice_a_decoder_without_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse.SseDecoder, "_check_length", lambda *_: None)
    with pytest.raises(AssertionError):
        targets.sse_reader(b"\n" + b"x" * 600)


def test_the_targets_notice_an_exception_of_another_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: bytes) -> object:
        raise RecursionError

    monkeypatch.setattr(envelope, "loads", broken)
    with pytest.raises(RecursionError):
        targets.envelope(b'\x00\n{"a": 1}')
