"""What is fuzzed, and what must hold of it for any bytes at all.

Each input is a first line that says how to read the rest: bytes chosen by their number, so that
whatever a fuzzer writes there means something. A target returns nothing; it raises AssertionError
for what must not be, and lets any exception through that the product should not raise.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from kiosk.services.client import sse
from kiosk.services.client.errors import ApiError, error_of
from kiosk.services.client.reply import whole
from kiosk.services.client.sse import EventTooLargeError, Frame, SseDecoder
from kiosk.services.runtime.monitor_figures import MonitorFigures
from kiosk.services.state.devices import MAX_DEVICES
from kiosk.services.state.logs import LogLines
from kiosk.services.state.model import State
from kiosk.services.state.monitoring import HISTORY_LENGTH, MonitoringLoaded
from kiosk.services.state.reducer import reduce
from kiosk.services.views import health, logs, provision, status
from kiosk.services.wire.codes import delay_seconds, next_step, sentence
from kiosk.services.wire.envelope import Answer, decode, inner_verdict
from kiosk.services.wire.events import DeviceUpdated, UnknownEvent, parse_event
from kiosk.services.wire.logs import identity, parse_log_event
from kiosk.services.wire.monitoring import MAX_CAMERAS, MAX_MESSAGES, is_news, messages
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.provisioning import DEVICE_RANK
from tests.services.state.build import live, mac, snapshot
from tests.services.wire.documents import AREAS

# The decoder's own limit is more than a fuzzer writes; the code around it is the same.
SSE_LIMIT = 512
STATUSES = (200, 201, 204, 302, 400, 401, 404, 405, 408, 409, 410, 422, 429, 500, 502, 503, 504)
CONTENT_TYPES = ("application/json", "", "text/html", "image/jpeg", "text/plain; charset=x", "json")
READERS = tuple(AREAS.values())
DATE = "Tue, 20 Jan 2026 16:07:57 GMT"
NOW = 100.0

_LINE_END = re.compile(r"\r\n|\n|\r")


def sse_reader(data: bytes) -> None:
    """Decode a stream in chunks whose sizes the first line's bytes are, in turn."""
    plan, _, stream = data.partition(b"\n")
    with _small_limit():
        expected, is_too_large = _by_the_book(stream)
        for sizes in ([len(stream) or 1], [1], [size + 1 for size in plan] or [2]):
            frames, refused = _decoded(stream, sizes)
            assert refused is is_too_large
            # In the chunk that is refused events may have come before what is too large.
            assert frames == expected[: len(frames)] if refused else frames == expected


def envelope(data: bytes) -> None:
    """Decode an answer: status, content type, reader and key by number, then ``Retry-After``."""
    head, _, body = data.partition(b"\n")
    status, kind, reader, flags = (*head[:4], 0, 0, 0, 0)[:4]
    headers = {
        "Content-Type": CONTENT_TYPES[kind % len(CONTENT_TYPES)],
        "Retry-After": head[4:].decode("latin-1"),
        "Date": DATE,
        "X-Request-Id": "r1" if flags & 2 else "",
    }
    arguments = STATUSES[status % len(STATUSES)], headers, body
    outcome = decode(*arguments, key_sent=bool(flags & 1))
    assert outcome == decode(*arguments, key_sent=bool(flags & 1))
    if isinstance(outcome, Answer):
        _read_by(READERS[reader % len(READERS)][1], outcome)
        outcome = inner_verdict(outcome, key_sent=bool(flags & 1))
    if isinstance(outcome, Problem):
        _is_sound(outcome)


def event(data: bytes) -> None:
    """Take a frame of the provisioning stream all the way to the screen: name, then its data."""
    name, _, text = _text(data).partition("\n")
    found = parse_event(name, text)
    assert found == parse_event(name, text)
    json.dumps(found.model_dump(mode="json"))
    before = live(snapshot({"mac": mac(1), "state": "provisioning"}, {"mac": mac(2)}))
    once = reduce(before, found)
    if not isinstance(found, UnknownEvent):
        assert reduce(once, found) == once
    if isinstance(found, DeviceUpdated):
        _went_on(before, once)
    provision.view_of(once, NOW)
    status.view_of(once, NOW)


def monitor(data: bytes) -> None:
    """Take the frames of a monitoring socket, cut at each NUL, all the way to the screen."""
    figures, state = MonitorFigures(), State()
    for number, frame in enumerate(_text(data).split("\0")):
        found = messages(frame)
        assert found == messages(frame)
        assert len(found) <= MAX_MESSAGES + 1
        for message in found:
            told = figures.news(message)
            is_news(message.data)
            if told:
                at = NOW + 5 * number
                state = reduce(state, MonitoringLoaded(figures.whole, told, "websocket", at))
    monitored = state.monitor
    assert len(monitored.figures.cameras) <= MAX_CAMERAS
    assert len(monitored.history) <= HISTORY_LENGTH
    json.dumps(monitored.figures.model_dump(mode="json"))
    health.view_of(state, NOW)


def log(data: bytes) -> None:
    """Take a frame of the log stream all the way to the screen: name, id, then its data."""
    head, _, text = _text(data).partition("\n")
    name, _, event_id = head.partition("\0")
    entry = parse_log_event(name, text, event_id)
    assert entry == parse_log_event(name, text, event_id)
    if entry is None:
        return
    assert identity(entry)
    json.dumps(entry.model_dump(mode="json"))
    logs.view_of(reduce(State(), LogLines((entry,))), NOW)


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {
        "sse": sse_reader,
        "envelope": envelope,
        "event": event,
        "monitor": monitor,
        "log": log,
    }
)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@contextmanager
def _small_limit() -> Iterator[None]:
    before, sse.LIMIT = sse.LIMIT, SSE_LIMIT
    try:
        yield
    finally:
        sse.LIMIT = before


def _decoded(stream: bytes, sizes: list[int]) -> tuple[list[Frame], bool]:
    """Return the frames, and whether the decoder refused to go on; it never holds too much."""
    decoder, frames, at = SseDecoder(), list[Frame](), 0
    for size in itertools.cycle(sizes):
        try:
            frames += decoder.feed(stream[at : at + size])
        except EventTooLargeError:
            return frames, True
        assert len(decoder._line) <= SSE_LIMIT
        assert len(decoder._data) <= SSE_LIMIT
        at += size
        if at >= len(stream):
            return frames, False
    raise AssertionError("unreachable")


def _by_the_book(stream: bytes) -> tuple[list[Frame], bool]:
    """Return the same by the standard's own words (WHATWG HTML §9.2.6), the whole at once."""
    text = stream.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    frames, last_id, name, data, size = list[Frame](), "", "", list[str](), 0
    *lines, rest = _LINE_END.split(text)
    for line in lines:
        if len(line) > SSE_LIMIT:
            return frames, True
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                frames.append(Frame(_utf8(name) or "message", _utf8("\n".join(data)), last_id))
            name, data, size = "", [], 0
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
            size += len(value) + 1
            if size > SSE_LIMIT:
                return frames, True
        elif field == "id" and "\0" not in value:
            last_id = _utf8(value)
    return frames, len(rest) > SSE_LIMIT


def _utf8(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "replace")


def _read_by(read: Callable[[object], object], answer: Answer) -> None:
    record = read(answer.data)
    # Not a number is equal to nothing, not even to itself.
    assert repr(record) == repr(read(answer.data))
    try:
        whole(record, answer)
    except ApiError as error:
        assert record is None
        _is_sound(error.problem)


def _is_sound(problem: Problem) -> None:
    assert error_of(problem).problem is problem
    assert sentence(problem)
    assert next_step(problem)
    assert (delay_seconds(problem) is not None) is problem.retryable
    assert not (problem.maybe_done and problem.surely_not_done)
    assert (problem.retry_after_seconds or 0.0) >= 0
    assert len(problem.message) <= 600


def _went_on(before: State, after: State) -> None:
    """Without a snapshot no device is lost, and none steps back."""
    old, new = before.open_batch().devices, after.open_batch().devices
    assert old.keys() <= new.keys()
    assert len(new) <= MAX_DEVICES
    for address, device in old.items():
        if device.state in DEVICE_RANK and new[address].state in DEVICE_RANK:
            assert DEVICE_RANK[new[address].state] >= DEVICE_RANK[device.state]
