"""The corpus: seeds from the contract's examples, and the smallest inputs that reach everything."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

import kiosk.services
from tests.contract.catalogue import body_of, calls, read
from tests.fuzz.targets import STATUSES, TARGETS
from tests.services.wire.documents import AREAS, EVENTS, MONITORING

FOLDER = Path(__file__).with_name("corpus")
# A defect that was found keeps its input under a name with this in front, whatever it reaches.
DEFECT = "defect-"

_OURS = str(Path(kiosk.services.__file__).parent)
_PARSER_CASES = FOLDER.parents[1] / "services" / "client" / "cases" / "sse_parser.jsonl"


def kept(target: str) -> list[Path]:
    """Return the files of a target's corpus."""
    return sorted((FOLDER / target).glob("*"))


def seeds(target: str) -> Iterator[bytes]:
    """Yield what the contract's own examples are as inputs of a target."""
    return _SEEDS[target]()


def smallest(target: str, inputs: Iterable[bytes]) -> list[bytes]:
    """Return the inputs that reach a step of the code that no smaller one of them does."""
    reached: set[Any] = set()
    chosen = []
    for data in sorted(set(inputs), key=lambda each: (len(each), each)):
        steps = _steps(TARGETS[target], data)
        if not steps <= reached:
            reached |= steps
            chosen.append(data)
    return chosen


def keep(target: str, inputs: Iterable[bytes]) -> None:
    """Make the target's corpus of these; the defects stay as they are."""
    folder = FOLDER / target
    folder.mkdir(parents=True, exist_ok=True)
    for path in kept(target):
        if not path.name.startswith(DEFECT):
            path.unlink()
    for data in inputs:
        (folder / sha256(data).hexdigest()[:16]).write_bytes(data)


def _steps(run: Callable[[bytes], None], data: bytes) -> set[Any]:
    """Return each step from one line to the next within the services."""
    steps: set[Any] = set()

    def called(frame: FrameType, _what: str, _argument: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(_OURS):
            return None
        last = 0

        def stepped(inner: FrameType, what: str, _argument: object) -> Any:
            nonlocal last
            if what == "line":
                steps.add((code, last, inner.f_lineno))
                last = inner.f_lineno
            return stepped

        return stepped

    before = sys.gettrace()
    sys.settrace(called)
    try:
        run(data)
    finally:
        sys.settrace(before)
    return steps


def _streams() -> Iterator[bytes]:
    for line in _PARSER_CASES.read_text("utf-8").splitlines():
        yield b"\x02\x00\x05\n" + base64.b64decode(json.loads(line)["raw_b64"])


def _answers() -> Iterator[bytes]:
    for case in calls():
        for _request, response in case.exchanges:
            status = STATUSES.index(response["status"]) if response["status"] in STATUSES else 0
            yield bytes((status, 0, 0, 1)) + b"\n" + body_of(response)
    for number, (document, _read) in enumerate(AREAS.values()):
        body = {"success": True, "data": document, "correlation_id": "c1"}
        yield bytes((0, 0, number, 0)) + b"30\n" + json.dumps(body).encode()


def _frames() -> Iterator[bytes]:
    for envelope in EVENTS:
        yield f"{envelope['type']}\n{json.dumps(envelope)}".encode()
    for case in read("events"):
        for frame in case["stream"].split("\n\n"):
            name = next((x[6:].strip() for x in frame.split("\n") if x.startswith("event:")), "")
            data = [x[5:].strip() for x in frame.split("\n") if x.startswith("data:")]
            yield "\n".join((name, *data)).encode()


def _figures() -> Iterator[bytes]:
    whole = {"type": "initial_data", "data": MONITORING}
    update = {"type": "monitoring_update", "data": {"system_health": {"cpu_usage": 50}}}
    yield f"{json.dumps(whole)}\0{json.dumps(update)}".encode()
    for case in read("monitoring"):
        told = case["messages"]
        texts = [item if isinstance(item, str) else json.dumps(item) for item in told]
        yield "\0".join(texts).encode()


def _lines() -> Iterator[bytes]:
    document: Any = AREAS["logs"][0]
    for entry in document["logs"]:
        yield f"log\0\n{json.dumps(entry)}".encode()
    yield b"message\x0017\n" + json.dumps({"message": "m", "source": "s", "fields": "f"}).encode()


_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "sse": _streams,
    "envelope": _answers,
    "event": _frames,
    "monitor": _figures,
    "log": _lines,
}
