"""No JSON value anywhere in an answer, an event or a message raises; unknown stays unknown."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from kiosk.services.wire.codes import delay_seconds, next_step, sentence
from kiosk.services.wire.envelope import Answer, decode, inner_verdict
from kiosk.services.wire.events import parse_event
from kiosk.services.wire.figures import Monitoring
from kiosk.services.wire.logs import LogEntry, identity, parse_log_event
from kiosk.services.wire.monitoring import (
    MAX_CAMERAS,
    from_system_info,
    is_news,
    merged,
    messages,
    monitoring_of,
)
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.system import SystemInfo
from tests.services.wire.documents import AREAS, EVENTS, MONITORING, NOW
from tests.services.wire.mutations import ANY_JSON, mutated, places, removed, replaced

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LOG = {"timestamp": NOW, "level": "info", "component": "mqtt", "message": "m", "id": 4}


def _dumped(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return [_dumped(item) for item in value]
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value  # type: ignore[arg-type]


@pytest.mark.parametrize("area", AREAS)
def test_every_document_is_read_and_can_be_written_again(area: str) -> None:
    document, read = AREAS[area]
    outcome = decode(200, {}, json.dumps(document).encode(), key_sent=False)
    assert isinstance(outcome, Answer)
    record = read(outcome.data)
    assert record
    if area != "capture":
        json.dumps(_dumped(record))


@pytest.mark.parametrize("area", AREAS)
@FEW
@given(data=st.data())
def test_no_mutation_of_a_document_raises(area: str, data: st.DataObject) -> None:
    document, read = AREAS[area]
    read(data.draw(mutated(document) | ANY_JSON))


ENVELOPE = {
    "success": False,
    "data": {"success": False, "error": "jammed"},
    "error": {
        "code": "RATE_LIMITED",
        "message": "slow down",
        "retryable": True,
        "retry_after_seconds": 30,
        "details": {"retry_after": 10},
    },
    "code": "UNAUTHORIZED",
    "meta": {"correlation_id": "c"},
    "request_id": "r",
}


@MANY
@given(
    st.sampled_from([200, 201, 204, 302, 400, 401, 404, 405, 408, 409, 429, 500, 502, 503, 504]),
    st.one_of([mutated(ENVELOPE | {"success": word}) for word in (True, False)]) | ANY_JSON,
    st.sampled_from(sorted(AREAS)),
)
def test_no_answer_raises(status: int, value: object, area: str) -> None:
    outcome = decode(status, {}, json.dumps(value).encode(), key_sent=True)
    if isinstance(outcome, Answer):
        AREAS[area][1](outcome.data)
        outcome = inner_verdict(outcome, key_sent=True)
    if isinstance(outcome, Problem):
        assert sentence(outcome)
        assert next_step(outcome)
        assert (delay_seconds(outcome) is not None) is outcome.retryable
        assert not (outcome.maybe_done and outcome.surely_not_done)


@MANY
@given(st.sampled_from(EVENTS).flatmap(mutated) | ANY_JSON, st.text())
def test_no_event_raises(envelope: object, name: str) -> None:
    event = parse_event(name, json.dumps(envelope))
    json.dumps(event.model_dump(mode="json"))
    parse_event(name, json.dumps(envelope, ensure_ascii=False))


@MANY
@given(mutated(LOG) | ANY_JSON, st.sampled_from(["log", "message", "", "keepalive"]), st.text())
def test_no_log_event_raises(raw: object, name: str, event_id: str) -> None:
    entry = parse_log_event(name, json.dumps(raw), event_id)
    parse_log_event(name, json.dumps(raw, ensure_ascii=False), event_id)
    if entry is not None:
        assert isinstance(entry, LogEntry)
        assert identity(entry)
        json.dumps(entry.model_dump(mode="json"))


@FEW
@given(st.text(), st.text(), st.text())
def test_no_text_raises(name: str, data: str, event_id: str) -> None:
    parse_event(name, data)
    parse_log_event(name, data, event_id)
    assert all(message.kind == "junk" or message.data is None for message in messages(data))


@MANY
@given(st.lists(mutated({"type": "monitoring_update", "data": MONITORING}) | ANY_JSON, max_size=3))
def test_no_monitoring_message_raises(batch: list[object]) -> None:
    known: dict[str, Any] | None = None
    for message in messages("\n".join(json.dumps(item) for item in batch)):
        known = merged(known, message.data or {})
    read = monitoring_of(known)
    json.dumps(read.model_dump(mode="json"))
    assert is_news(known) is (read != Monitoring()) or read.cameras


@FEW
@given(ANY_JSON | mutated(MONITORING), ANY_JSON | mutated(MONITORING))
def test_no_figures_raise(known: object, update: object) -> None:
    if isinstance(update, dict):
        whole = merged(known if isinstance(known, dict) else None, update)
        assert len(monitoring_of(whole).cameras) <= MAX_CAMERAS
    monitoring_of(update)
    is_news(update)


@FEW
@given(mutated(AREAS["system info"][0]))
def test_no_polled_figures_raise(raw: object) -> None:
    if isinstance(raw, dict):
        from_system_info(SystemInfo.model_validate(raw))


# What the contract itself gives a thing that nobody told, by the name of its field.
DEFAULTS = {
    ("used", False),
    ("editable", True),
    ("secret", False),
    ("level", "info"),
    ("security", "unknown"),
    ("status", "unknown"),
    ("type", "string"),
    ("value", ""),
    ("name", ""),
    ("name", "esp-1cdbd47a4f10"),
    # What the other spelling says, once the first is gone.
    ("id", "AA:BB:CC:DD:EE:01"),
}


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = dict(enumerate(value)).items()
    else:
        return {path: value}
    return {leaf: v for key, inner in pairs for leaf, v in _leaves(inner, (*path, key)).items()}


WRONG = {
    "null": None,
    "a list": [[1]],
    "an empty list": [],
    "an object": {"a": 1},
    "an empty object": {},
    "a number beyond reason": 10**400,
}


@pytest.mark.parametrize("wrong", ["absent", *WRONG])
@pytest.mark.parametrize("area", sorted(set(AREAS) - {"capture", "export"}))
def test_what_is_absent_or_of_the_wrong_type_is_unknown(area: str, wrong: str) -> None:
    document, read = AREAS[area]
    told = _leaves(_dumped(read(document)))
    for place in places(document):
        if "metadata" in place:
            continue  # whatever an entry's details are, they are shown as they are
        is_absent = wrong == "absent"
        worse = removed(document, place) if is_absent else replaced(document, place, WRONG[wrong])
        for leaf, value in _leaves(_dumped(read(worse))).items():
            is_default = bool(leaf) and (leaf[-1], value) in DEFAULTS
            is_unknown = value is None
            assert is_unknown or is_default or told.get(leaf) == value, (place, leaf, value)
