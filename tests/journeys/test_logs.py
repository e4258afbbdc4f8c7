"""The live log: what the service does is read on the panel, searched, and never in the way."""

# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported

import pytest

from kiosk.services.state.logs import LogLines
from kiosk.services.wire.logs import LogEntry
from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

LOGS = "/api/v1/system/logs"


@pytest.fixture
def built(monkeypatch):
    """Note the class of each widget that is built from now on."""
    from kivy.uix.widget import Widget

    widgets = []
    build = Widget.__init__

    def noting(self, **kwargs):
        widgets.append(type(self).__name__)
        build(self, **kwargs)

    monkeypatch.setattr(Widget, "__init__", noting)
    return widgets


async def goes_to(technician, place):
    await technician.taps("menu")
    await technician.comes("back")
    await technician.pilot.page_to(f"row:{place}")
    await technician.taps(f"row:{place}")


async def open_log(technician):
    await goes_to(technician, "logs")
    await technician.reads("Live")


def shown(technician):
    """Return the lines on the panel, the topmost first."""
    tiles = [tile for tile in technician.widgets("LogTile") if tile.parent is not None]
    return [tile.line for tile in sorted(tiles, key=lambda tile: -tile.y)]


def lines_in_sight(technician):
    return [t.name for t in technician.pilot.targets() if t.name.startswith("line:")]


def some_lines(number, level="info", start=0):
    return tuple(
        LogEntry.model_validate({"id": str(n), "message": f"line {n}", "level": level})
        for n in range(start, start + number)
    )


async def fail_all(technician, simulator, session_id, devices):
    """Have all devices of a session fail: what happens is written into the log."""

    def told(word):
        lines = technician.kiosk.store.state.logs.lines
        return sum(word in line.message for line in lines) >= devices

    await technician.until(lambda: told("(discovered)"))
    path = f"/api/v1/provisioning/batch/{session_id}/provision-all"
    simulator.call("POST", path).raise_for_status()
    await technician.until(lambda: told("(failed)"))
    await technician.pilot.settle()


async def test_a_session_is_followed_narrowed_paused_and_its_error_found():
    with SimulatorProcess(
        dialect="datamodel", devices=4, scenario="wrong-password", speed=60
    ) as simulator:
        async with technician_at(simulator.url) as technician:
            await open_log(technician)
            assert not technician.can_tap("error")
            session_id = simulator.start_session()
            await technician.reads(f"session {session_id}")
            await fail_all(technician, simulator, session_id, 4)
            assert len(lines_in_sight(technician)) >= 3
            newest = shown(technician)[-1]

            await technician.taps("error")
            await technician.reads("VERIFICATION_TIMEOUT: 3 devices", "Error", "paused, 0 new")
            assert [line.word for line in shown(technician) if line.selected] == ["Error"]
            assert not technician.can_tap("error")
            await technician.taps("to-end")
            await technician.pilot.settle()
            assert shown(technician)[-1].key == newest.key
            assert not technician.can_tap("to-end")

            simulator.call("POST", f"/api/v1/provisioning/batch/{session_id}/stop")
            await technician.until(lambda: not technician.sees("paused, 0 new"))
            assert shown(technician)[-1].key == newest.key
            await technician.taps("go-on")
            await technician.until(lambda: shown(technician)[-1].key != newest.key)
            assert not technician.sees("paused")

            await technician.taps("level", "level")
            await technician.reads("Warnings (")
            assert {line.word for line in shown(technician)} <= {"Warning", "Error"}
            await technician.taps("level")
            await technician.reads("Errors (1)")
            assert [line.word for line in shown(technician)] == ["Error"]
            await technician.taps(lines_in_sight(technician)[0])
            await technician.reads(
                "VERIFICATION_TIMEOUT: 3 devices in a row", "Session", session_id
            )
            await technician.taps("back")
            await technician.until(lambda: [line.selected for line in shown(technician)] == [True])


async def test_who_turns_a_page_or_drags_pauses_and_finds_the_same_lines_after_the_menu():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await open_log(technician)
            technician.kiosk.store.dispatch(LogLines(some_lines(400)))
            await technician.reads("line 399")
            per_page = len(lines_in_sight(technician))

            await technician.taps("page-up")
            await technician.reads("paused", f"line {399 - per_page}")
            await technician.taps("page-down")
            await technician.reads("line 399")
            await technician.taps("go-on")
            tile = lines_in_sight(technician)[0]
            await technician.pilot.drag(tile, -technician.pilot.target(tile).box.height * 1.2)
            await technician.reads("paused", f"line {399 - per_page}")
            assert not technician.sees("line 399")
            before = [line.key for line in shown(technician)]

            await goes_to(technician, "start")
            await technician.comes("start")
            await open_log(technician)
            await technician.pilot.settle()
            assert [line.key for line in shown(technician)] == before
            await technician.taps("go-on", "pause")
            await technician.reads("paused, 0 new", "line 399")
            known = technician.kiosk.store.state.logs.lines
            assert len({line.id for line in known}) == len(known)


async def test_a_flood_is_one_render_a_frame_and_builds_nothing(built):
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await open_log(technician)
            store = technician.kiosk.store
            store.dispatch(LogLines(some_lines(500)))
            await technician.reads("line 499")
            await technician.pilot.settle()
            renders, widgets = technician.kiosk.app.renders, len(built)

            for frame in range(10):
                for line in some_lines(100, start=500 + 100 * frame):
                    store.dispatch(LogLines((line,)))
                await technician.pilot.frame()
            await technician.reads("line 1499", "the last 500 of 1")

            assert technician.kiosk.app.renders - renders <= 14
            assert built[widgets:] == []
            assert [line.message for line in shown(technician)][-2:] == ["line 1498", "line 1499"]


async def test_lines_that_are_not_live_are_told_as_such_and_come_back_with_a_tap():
    with prompt_service(devices=0) as simulator:
        simulator.fault(f"{LOGS}/stream", status=404, times=100)
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "logs")
            await technician.reads("Asked every 3 s")
            simulator.clear_faults()
            simulator.fault("/api/", abort=True, times=1000)
            await technician.reads("Not live", "Last update ", "Try now (")
            simulator.clear_faults()
            await technician.taps("refresh")
            await technician.until(lambda: not technician.sees("Not live"))
            await technician.reads("Live")


async def test_a_log_that_wants_a_key_asks_for_it():
    with prompt_service(devices=0) as simulator:
        simulator.fault(LOGS, code="UNAUTHORIZED", times=100)
        async with technician_at(simulator.url) as technician:
            await goes_to(technician, "logs")
            await technician.reads("Not known.", "Enter key")
