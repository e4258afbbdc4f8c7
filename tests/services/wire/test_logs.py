"""Log entries: whatever spelling, whatever stream, and each of them once."""

import json
from typing import Any

import pytest

from kiosk.services.wire.logs import LogEntry, identity, level_of, parse_log_event

AT = "2026-01-20T16:07:57.5Z"


def _parsed(raw: object, *, name: str = "log", event_id: str = "") -> LogEntry | None:
    return parse_log_event(name, json.dumps(raw), event_id)


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("debug", "debug"), ("TRACE", "debug"), ("Info", "info"), ("warn", "warn"),
        ("WARNING", "warn"), ("error", "error"), ("fatal", "error"), ("panic", "error"),
        ("notice", "info"), ("", "info"), (None, "info"), (4, "info"),
    ],
)  # fmt: skip
def test_any_level_is_one_of_four(word: object, level: str) -> None:
    assert level_of(word) == level


@pytest.mark.parametrize(
    ("members", "details"),
    [
        ({"metadata": {"a": 1}, "details": {"b": 2}}, {"a": 1}),
        ({"metadata": None, "details": {"b": 2}}, {"b": 2}),
        ({"fields": {"c": 3}}, {"c": 3}),
        ({"details": "stack trace"}, {"details": "stack trace"}),
        ({"details": ["x"]}, {}),
        ({}, {}),
    ],
)
def test_the_details_are_the_first_that_say_anything(
    members: dict[str, Any], details: dict[str, Any]
) -> None:
    assert LogEntry.model_validate({"message": "m", **members}).details == details


def test_the_id_of_the_frame_stands_in_for_the_entrys_own() -> None:
    own, frames = _parsed({"id": 3, "message": "m"}, event_id="9"), _parsed({"message": "m"})
    assert own is not None
    assert frames is not None
    assert (own.id, frames.id) == ("3", None)
    stand_in = _parsed({"message": "m"}, event_id="9")
    assert stand_in is not None
    assert stand_in.id == "9"


@pytest.mark.parametrize("data", ["", "{", "{}", "null", "[]", '{"message": [5]}', '"text"', "NaN"])
def test_what_is_no_entry_is_none(data: str) -> None:
    assert parse_log_event("log", data, "4") is None


@pytest.mark.parametrize(("message", "text"), [(5, "5"), (-1.5, "-1.5"), (10**400, None)])
def test_a_bare_number_is_a_message_too(message: float, text: str | None) -> None:
    entry = _parsed({"message": message})
    assert (entry and entry.message) == text


def test_a_keepalive_is_no_entry() -> None:
    assert _parsed({"message": "m"}, name="keepalive") is None


def test_an_entry_that_is_sent_again_is_the_same() -> None:
    first, again = (_parsed({"message": "m", "timestamp": AT}, event_id="7") for _ in range(2))
    assert first is not None
    assert again is not None
    assert identity(first) == identity(again)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The id of a frame without one of its own is the last that was seen.
        ({"message": "a", "timestamp": AT, "id": 7}, {"message": "b", "timestamp": AT, "id": 7}),
        # A server that was restarted counts from one again.
        ({"message": "a", "timestamp": AT, "id": 1}, {"message": "a", "id": 1}),
        ({"message": "a", "timestamp": AT, "id": 1}, {"message": "a", "timestamp": AT, "id": 2}),
        ({"message": "a", "timestamp": AT}, {"message": "b", "timestamp": AT}),
    ],
)
def test_different_entries_are_never_taken_for_one(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert identity(LogEntry.model_validate(one)) != identity(LogEntry.model_validate(other))
