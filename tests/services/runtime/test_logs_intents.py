"""What taps on the log mean."""

from __future__ import annotations

from kiosk.services.state.logs import LogLines
from kiosk.services.state.model import Route
from kiosk.services.wire.logs import LogEntry, identity
from tests.services.runtime.fakes import Kit


def kit_with(*levels: str) -> tuple[Kit, tuple[LogEntry, ...]]:
    lines = tuple(
        LogEntry.model_validate({"id": str(n), "message": f"{n}", "level": level})
        for n, level in enumerate(levels)
    )
    kit = Kit()
    kit.tell(LogLines(lines))
    return kit, lines


async def test_the_filter_goes_from_all_to_the_worst_and_round() -> None:
    kit, _lines = kit_with()
    levels = []
    for _ in range(5):
        kit.intents.next_log_level()
        levels.append(kit.state.logs.level)
    assert levels == ["info", "warn", "error", None, "info"]


async def test_pausing_and_going_on() -> None:
    kit, lines = kit_with("info")
    kit.intents.pause_logs()
    assert kit.state.logs.held == lines
    kit.intents.continue_logs()
    assert not kit.state.logs.paused


async def test_scrolling_pauses_and_the_end_is_one_tap_away() -> None:
    kit, lines = kit_with("info", "info")
    kit.intents.scroll_logs(identity(lines[0]))
    assert (kit.state.logs.paused, kit.state.logs.top) == (True, lines[0])
    kit.intents.end_of_logs()
    assert (kit.state.logs.paused, kit.state.logs.top) == (True, None)


async def test_from_error_to_error() -> None:
    kit, lines = kit_with("error", "info", "error")
    kit.intents.previous_log_error()
    assert kit.state.logs.focus is lines[2]
    kit.intents.previous_log_error()
    assert kit.state.logs.focus is lines[0]


async def test_a_line_opens_over_the_log_and_is_marked_when_its_sheet_is_left() -> None:
    kit, lines = kit_with("info", "warn")
    kit.intents.open_log_line(identity(lines[1]))
    shown = kit.state.navigation
    assert (shown.route, shown.subject) == (Route.LOG_LINE, identity(lines[1]))
    kit.intents.back()
    assert (kit.state.logs.paused, kit.state.logs.focus) == (True, lines[1])
