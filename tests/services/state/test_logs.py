"""The slice of the log: its latest lines, what of them is shown, and how they come."""

from __future__ import annotations

import pytest

from kiosk.services.state.logs import (
    MAX_LINES,
    LogConnection,
    LogLevelChosen,
    LogLines,
    Logs,
    LogsPaused,
)
from kiosk.services.state.model import State
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.logs import Level, LogEntry
from kiosk.services.wire.problem import Kind, Problem

LOST = Problem(Kind.TRANSPORT, retryable=True)


def _lines(*messages: str, level: str = "info") -> tuple[LogEntry, ...]:
    return tuple(LogEntry.model_validate({"message": m, "level": level}) for m in messages)


def _after(*actions: LogLines | LogConnection | LogLevelChosen | LogsPaused) -> Logs:
    state = State()
    for action in actions:
        state = reduce(state, action)
    return state.logs


def _shown(logs: Logs) -> list[str]:
    return [line.message for line in logs.shown]


def test_new_lines_come_last() -> None:
    logs = _after(LogLines(_lines("a", "b")), LogLines(_lines("c")))
    assert _shown(logs) == ["a", "b", "c"]


def test_only_the_latest_500_are_kept_and_the_others_counted() -> None:
    logs = _after(
        LogLines(_lines(*map(str, range(400)))), LogLines(_lines(*map(str, range(400, 1200))))
    )
    assert len(logs.lines) == MAX_LINES == 500
    assert (logs.lines[0].message, logs.lines[-1].message) == ("700", "1199")
    assert logs.dropped == 700


def test_what_could_not_be_read_is_counted() -> None:
    logs = _after(LogLines((), unreadable=2), LogLines(_lines("a"), unreadable=1))
    assert (logs.unreadable, logs.dropped, len(logs.lines)) == (3, 0, 1)


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (None, ["d", "i", "w", "e"]),
        ("debug", ["d", "i", "w", "e"]),
        ("info", ["i", "w", "e"]),
        ("warn", ["w", "e"]),
        ("error", ["e"]),
    ],
)
def test_a_level_shows_itself_and_what_is_worse(level: Level | None, shown: list[str]) -> None:
    words = {"d": "debug", "i": "info", "w": "warn", "e": "error"}
    lines = tuple(line for m, word in words.items() for line in _lines(m, level=word))
    logs = _after(LogLines(lines), LogLevelChosen(level))
    assert _shown(logs) == shown
    assert len(logs.lines) == 4


def test_paused_lines_stand_still_while_others_are_collected() -> None:
    more = LogLines(_lines(*(f"new {n}" for n in range(600))))
    paused = _after(LogLines(_lines("a", "b")), LogsPaused(True), more, LogsPaused(True))
    assert paused.paused
    assert _shown(paused) == ["a", "b"]
    assert len(paused.lines) == 500


def test_going_on_shows_the_latest() -> None:
    logs = _after(LogsPaused(True), LogLines(_lines("a")), LogsPaused(False), LogLines(_lines("b")))
    assert not logs.paused
    assert _shown(logs) == ["a", "b"]


def test_the_level_narrows_what_is_held_as_well() -> None:
    logs = _after(LogLines(_lines("a")), LogsPaused(True), LogLevelChosen("error"))
    assert _shown(logs) == []


def test_why_lines_do_not_come_stays_told_while_the_next_try_is_under_way() -> None:
    lost = LogConnection("reconnecting", "stream", LOST, 12.0)
    assert _after(lost).connection == lost
    trying = _after(lost, LogConnection("connecting")).connection
    assert (trying.state, trying.problem, trying.retry_at) == ("connecting", LOST, None)
    assert _after(lost, LogConnection("live", "polling")).connection == LogConnection(
        "live", "polling"
    )


@pytest.mark.parametrize("action", [LogLines(()), LogConnection(), LogLevelChosen(None)])
def test_news_that_are_none_change_nothing(action: LogLines | LogConnection) -> None:
    state = State()
    assert reduce(state, action) is state
