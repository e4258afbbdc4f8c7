"""The log's screen: what is shown of it, how the lines come, and that a stranger wrote them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.logs import (
    LogConnection,
    LogErrorSought,
    LogLevelChosen,
    LogLinePicked,
    LogLines,
    LogsPaused,
    LogsScrolled,
)
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views import log_line, logs, menu
from kiosk.services.views.log_lines import LineView
from kiosk.services.views.logs import LogsView
from kiosk.services.wire.logs import Level, LogEntry, identity
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after

LOST = Problem(Kind.TRANSPORT, retryable=True)
NO_KEY = Problem(Kind.UNAUTHORIZED, http_status=401)
ABSENT = Problem(Kind.ENDPOINT_ABSENT)
LIVE = LogConnection("live")


@pytest.fixture(autouse=True)
def brazilian_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "<-03>3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def entry(message: str, level: str = "info", **fields: Any) -> LogEntry:
    return LogEntry.model_validate({"message": message, "level": level, **fields})


def entries(*levels: str) -> LogLines:
    return LogLines(tuple(entry(f"{n}", level) for n, level in enumerate(levels)))


def shown(*actions: a.Action, now: float = 100.0) -> LogsView:
    return logs.view_of(after(State(), *actions), now)


def line(**fields: Any) -> LineView:
    return shown(LogLines((entry(**{"message": "m", **fields}),))).lines[0]


def messages(view: LogsView) -> list[str]:
    return [line.message for line in view.lines]


# One line


@pytest.mark.parametrize(
    ("level", "look"),
    [
        ("debug", ("dots-horizontal", "Debug", "quiet")),
        ("info", ("information-outline", "Info", "plain")),
        ("warn", ("alert", "Warning", "waiting")),
        ("error", ("close-octagon", "Error", "bad")),
    ],
)
def test_a_level_is_told_by_shape_word_and_colour(level: str, look: tuple[str, str, str]) -> None:
    view = line(level=level)
    assert (view.icon, view.word, view.tone) == look


@pytest.mark.parametrize(
    ("timestamp", "told"),
    [
        ("2026-03-01T15:04:05Z", "12:04:05"),
        ("0001-01-01T00:00:00Z", "–"),
        ("1970-01-01T00:00:09Z", "–"),
        (None, "–"),
    ],
)
def test_the_time_is_local_and_a_clock_that_was_not_set_tells_none(
    timestamp: str | None, told: str
) -> None:
    assert line(timestamp=timestamp).time == told


def test_what_a_stranger_wrote_stays_on_its_line_and_is_no_markup() -> None:
    view = line(message="a\x1b[31m\r\n\tb\u202e\x85c [b]d[/b]", component="x\ny")
    assert view.message == "a [31m b c [b]d[/b]"
    assert view.component == "x y"


def test_a_message_of_any_length_is_cut_before_it_is_measured() -> None:
    assert len(line(message="x" * 8000).message) == 241


def test_a_line_is_worked_out_only_when_it_is_looked_at() -> None:
    view = shown(entries(*["info"] * 500))
    assert len(view.lines) == 500
    assert [line.message for line in view.lines[498:]] == ["498", "499"]


# The list


@pytest.mark.parametrize(
    ("level", "label", "left"),
    [
        (None, "All (4)", ["0", "1", "2", "3"]),
        ("info", "Info (3)", ["1", "2", "3"]),
        ("warn", "Warnings (2)", ["2", "3"]),
        ("error", "Errors (1)", ["3"]),
    ],
)
def test_the_filter_says_what_is_shown_and_how_many(
    level: Level | None, label: str, left: list[str]
) -> None:
    view = shown(entries("debug", "info", "warn", "error"), LogLevelChosen(level))
    assert view.buttons[0].text == label
    assert messages(view) == left


def test_the_last_page_is_shown_until_a_line_is_asked_for() -> None:
    lines = entries("info", "warn", "debug", "warn")
    assert shown(lines).first is None
    asked = LogsScrolled(identity(lines.lines[2]))
    assert shown(lines, asked).first == 2
    assert [shown(lines, *more).end.enabled for more in ((), (asked,))] == [False, True]
    narrowed = shown(lines, asked, LogLevelChosen("warn"))
    assert narrowed.first == 1
    assert messages(narrowed)[1:] == ["3"]


def test_paused_it_says_how_many_lines_came_meanwhile() -> None:
    paused = (LIVE, entries("info"), LogsPaused(True))
    assert shown(*paused).facts == "Live · paused, 0 new"
    assert shown(*paused, entries("info", "info")).facts == "Live · paused, 2 new"
    flood = shown(*paused, entries(*["info"] * 620))
    assert flood.facts == "Live · paused, 620 new, the last 500 kept"
    assert messages(flood) == ["0"]
    assert [b.intent for b in flood.buttons] == [
        "next_log_level",
        "continue_logs",
        "previous_log_error",
    ]


def test_going_on_is_offered_only_after_a_pause() -> None:
    view = shown(LIVE, entries("info"))
    assert view.buttons[1].intent == "pause_logs"


def test_the_error_that_was_sought_is_marked_and_the_button_ends_with_the_first() -> None:
    lines = entries("error", "info", "error", "info")
    once, twice = shown(lines, LogErrorSought()), shown(lines, *[LogErrorSought()] * 2)
    assert (once.first, [line.selected for line in once.lines]) == (2, [False, False, True, False])
    assert (twice.first, twice.lines[0].selected) == (0, True)
    assert [view.buttons[2].enabled for view in (once, twice)] == [True, False]
    assert not shown(entries("info", "warn")).buttons[2].enabled


def test_what_was_left_out_is_counted() -> None:
    assert shown(LIVE, entries(*["info"] * 501)).facts == "Live · the last 500 of 501 lines"
    assert shown(LIVE, LogLines((), unreadable=2)).facts == "Live · 2 unreadable"


# How the lines come


@pytest.mark.parametrize(
    ("connection", "facts", "tone", "empty"),
    [
        (LogConnection(), "Connecting", "waiting", "Loading …"),
        (LIVE, "Live", "good", "No line yet."),
        (LogConnection("live", "polling"), "Asked every 3 s", "good", "No line yet."),
        (LogConnection("reconnecting", "stream", LOST, 103.5), "Not live", "bad", "Not known."),
        (LogConnection("stopped", "stream", NO_KEY, 130.0), "Not live", "bad", "Not known."),
        (
            LogConnection("stopped", "stream", ABSENT, 400.0),
            "",
            "quiet",
            "This PiOrchestrator does not offer that.",
        ),
    ],
)
def test_the_way_of_the_lines_is_told_in_words(
    connection: LogConnection, facts: str, tone: str, empty: str
) -> None:
    view = shown(connection)
    assert (view.facts, view.tone, view.empty) == (facts, tone, empty)


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("info", "Nothing but debugging so far. Show all to see it."),
        ("warn", "No warning and no error among the lines so far."),
        ("error", "No error among the lines so far."),
    ],
)
def test_no_line_of_a_level_is_not_no_line_at_all(level: Level, text: str) -> None:
    assert shown(LIVE, entries("debug"), LogLevelChosen(level)).empty == text


def test_lines_that_are_not_live_say_why_how_old_they_are_and_when_it_is_tried_again() -> None:
    lost = LogConnection("reconnecting", "stream", LOST, 103.5, heard_at=60.0)
    view = shown(entries("info"), lost)
    assert view.banner.text.startswith("Last update 40 s ago. The connection")
    assert (view.banner.buttons[-1].text, view.banner.buttons[-1].intent) == (
        "Try now (4)",
        "refresh",
    )
    assert view.empty == ""
    assert messages(view) == ["0"]
    trying = shown(lost, LogConnection("connecting"))
    assert (trying.facts, trying.banner.buttons[-1].text) == ("Not live", "Try now")


def test_a_key_is_asked_for_and_absence_raises_no_alarm() -> None:
    refused = shown(LogConnection("stopped", "stream", NO_KEY, 130.0))
    assert refused.banner.buttons[-1].intent == "edit_api_key"
    assert shown(LogConnection("stopped", "stream", ABSENT)).banner.text == ""


def test_what_a_person_asked_for_elsewhere_is_said_first() -> None:
    lost = LogConnection("reconnecting", "stream", LOST)
    view = shown(lost, a.CommandEnded("stop", Notice("stop", LOST)))
    assert view.banner.tone == "bad"


def test_a_log_that_is_not_offered_is_not_in_the_menu() -> None:
    absent = after(State(), LogConnection("stopped", "stream", ABSENT))
    places = [[row.key for row in menu.view_of(s, 0.0).rows] for s in (State(), absent)]
    assert [Route.LOGS in rows for rows in places] == [True, False]


# The sheet of a line


def sheet(picked: LogEntry, *more: a.Action) -> log_line.LogLineView:
    state = after(State(), LogLines((picked,)), *more)
    on_sheet = replace(state.navigation, route=Route.LOG_LINE, subject=identity(picked))
    return log_line.view_of(replace(state, navigation=on_sheet), 0.0)


def test_the_sheet_has_the_whole_message_and_every_detail() -> None:
    view = sheet(
        entry(
            "first\n\tsecond\x00 " + "x" * 300,
            "error",
            id="7",
            component="wifi",
            timestamp="2026-03-01T15:04:05Z",
            metadata={"mac": "AA:BB", "tries": 3, "correlation_id": "c-1", "more": {"a": [1]}},
        )
    )
    assert (view.title, view.word, view.tone) == ("wifi", "Error", "bad")
    assert [(text.label, text.value) for text in view.texts] == [
        ("", "first"),
        ("", " second  " + "x" * 300),
        ("Correlation id", "c-1"),
        ("Time", "2026-03-01 12:04:05"),
        ("MAC address", "AA:BB"),
        ("tries", "3"),
        ("more", '{"a": [1]}'),
        ("Number", "7"),
    ]


def test_a_bare_line_says_what_is_not_known() -> None:
    view = sheet(entry("m"))
    assert view.title == "Log line"
    assert [(text.label, text.value) for text in view.texts] == [("", "m"), ("Time", "–")]


def test_an_opened_line_stays_while_the_log_goes_on() -> None:
    opened = entry("opened")
    flood = entries(*["info"] * 600)
    assert sheet(opened, LogLinePicked(identity(opened)), flood).texts[0].value == "opened"
    gone = sheet(opened, flood)
    assert gone.texts[0].value == "This line has gone: only the latest ones are kept."
