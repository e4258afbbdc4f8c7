"""The slice of the log: its latest lines, what of them is shown, and how they come."""

from __future__ import annotations

import pytest

from kiosk.services.state.logs import (
    MAX_LINES,
    LogAction,
    LogConnection,
    LogErrorSought,
    LogLevelChosen,
    LogLinePicked,
    LogLines,
    Logs,
    LogsPaused,
    LogsScrolled,
)
from kiosk.services.state.model import State
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.logs import Level, LogEntry, identity
from kiosk.services.wire.problem import Kind, Problem

LOST = Problem(Kind.TRANSPORT, retryable=True)


def _lines(*messages: str, level: str = "info") -> tuple[LogEntry, ...]:
    return tuple(LogEntry.model_validate({"message": m, "level": level}) for m in messages)


def _after(*actions: LogAction) -> Logs:
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
    assert logs.total == 1200


def test_what_could_not_be_read_is_counted() -> None:
    logs = _after(LogLines((), unreadable=2), LogLines(_lines("a"), unreadable=1))
    assert (logs.unreadable, logs.total, len(logs.lines)) == (3, 1, 1)


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


def test_what_came_during_a_pause_is_counted_and_forgotten_when_it_goes_on() -> None:
    more = LogLines(_lines("b", "c"))
    paused = (LogLines(_lines("a")), LogsPaused(True), more)
    assert _after(*paused).new == 2
    assert _after(*paused, LogsPaused(False)).new == 0
    assert _after(*paused, LogsPaused(False), LogsPaused(True)).new == 0


def test_who_scrolls_pauses_with_that_line_on_top() -> None:
    lines = _lines("a", "b", "c")
    logs = _after(LogLines(lines), LogsScrolled(identity(lines[1])), LogLines(_lines("d")))
    assert logs.paused
    assert logs.top is lines[1]
    assert _shown(logs) == ["a", "b", "c"]
    at_the_end = _after(LogLines(lines), LogsScrolled(identity(lines[1])), LogsScrolled(None))
    assert (at_the_end.paused, at_the_end.top) == (True, None)


def test_a_line_that_has_gone_can_be_neither_scrolled_to_nor_picked() -> None:
    for action in (LogsScrolled("gone"), LogLinePicked("gone")):
        assert _after(LogLines(_lines("a")), action) == _after(LogLines(_lines("a")))


def test_the_end_of_what_goes_on_is_where_it_is_already() -> None:
    assert not _after(LogLines(_lines("a")), LogsScrolled(None)).paused


def test_errors_are_sought_backwards_from_the_last_one_on() -> None:
    first, last = (_lines(m, level="error")[0] for m in "az")
    lines = LogLines((first, *_lines("b"), last, *_lines("c")))
    once, twice = _after(lines, LogErrorSought()), _after(lines, *[LogErrorSought()] * 2)
    assert once.paused
    assert (once.top, once.focus) == (last, last)
    assert (twice.top, twice.focus, twice.earlier_error) == (first, first, None)
    assert _after(lines, *[LogErrorSought()] * 3) == twice
    anew = _after(lines, LogErrorSought(), LogErrorSought(), LogsScrolled(None), LogErrorSought())
    assert anew.focus is last


def test_without_an_error_the_search_changes_nothing() -> None:
    assert _after(LogLines(_lines("a", level="warn")), LogErrorSought()) == _after(
        LogLines(_lines("a", level="warn"))
    )


def test_a_line_that_was_picked_stays_until_it_goes_on() -> None:
    (line,) = _lines("a")
    flood = LogLines(_lines(*(f"new {n}" for n in range(600))))
    picked = _after(LogLines((line,)), LogLinePicked(identity(line)), flood)
    assert picked.focus is line
    assert line in picked.there
    going_on = _after(LogLines((line,)), LogLinePicked(identity(line)), LogsPaused(False))
    assert (going_on.focus, going_on.top, going_on.paused) == (None, None, False)


def test_the_level_narrows_what_is_held_as_well() -> None:
    logs = _after(LogLines(_lines("a")), LogsPaused(True), LogLevelChosen("error"))
    assert _shown(logs) == []


def test_why_lines_do_not_come_stays_told_while_the_next_try_is_under_way() -> None:
    lost = LogConnection("reconnecting", "stream", LOST, 12.0, heard_at=2.0)
    assert _after(lost).connection == lost
    trying = _after(lost, LogConnection("connecting")).connection
    assert trying == LogConnection("connecting", "stream", LOST, heard_at=2.0)
    assert _after(lost, LogConnection("live", "polling")).connection == LogConnection(
        "live", "polling"
    )


@pytest.mark.parametrize("action", [LogLines(()), LogConnection(), LogLevelChosen(None)])
def test_news_that_are_none_change_nothing(action: LogLines | LogConnection) -> None:
    state = State()
    assert reduce(state, action) is state
