"""The machine's clock is wrong, and is set while the kiosk runs: a Pi keeps no time when it is off.

A whole process runs under libfaketime; the server's clock and the monotonic one are right.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.process import KioskProcess
from tests.support.simulator import SimulatorProcess

RIGHT = "+0d"
WRONG = {"clock +40 d": "+40d", "clock -3 d": "-3d", "clock 1970": "@1970-01-01 00:00:10"}
_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
# Figures are whole seconds, and both ends of what is compared are read one after the other.
_SLACK_SECONDS = 3

pytestmark = pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed")

CASES = [
    *((fault, "at start, set later", WRONG[fault], RIGHT) for fault in WRONG),
    *((fault, "set while it runs", RIGHT, WRONG[fault]) for fault in WRONG),
]
# Each takes ten seconds; a Pi that has just been switched on is the case of every day.
OF_EVERY_DAY = ("clock 1970", "at start, set later")


def marks(fault: str, how: str) -> list[pytest.MarkDecorator]:
    slow = [] if (fault, how) == OF_EVERY_DAY else [pytest.mark.slow]
    return [pytest.mark.fault(fault, how=how), *slow]


class Stopwatch:
    """Seconds since the beginning, by the clock that nobody sets."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began


def shown_seconds(kiosk: KioskProcess, pattern: str) -> int:
    """Return the time that the panel shows in a text: ``1:05 left`` or ``7 s ago``, in seconds."""
    found: list[re.Match[str]] = []

    def there() -> bool:
        found[:] = filter(None, (re.search(pattern, text) for text in kiosk.texts()))
        return bool(found)

    kiosk.until(there, f"no {pattern!r}")
    minutes, _, seconds = found[0][1].rpartition(":")
    return int(minutes or 0) * 60 + int(seconds)


def moved_on(kiosk: KioskProcess, pattern: str, direction: int) -> Callable[[], None]:
    """Return a check that what is shown has gone on by as much as time has."""
    first, watch = shown_seconds(kiosk, pattern), Stopwatch()

    def check() -> None:
        expected = first + direction * watch.seconds
        assert abs(shown_seconds(kiosk, pattern) - expected) <= _SLACK_SECONDS

    return check


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(before, after, marks=marks(fault, how), id=f"{fault}, {how}")
        for fault, how, before, after in CASES
    ],
)
def test_countdowns_ages_and_waits_go_on_as_if_nobody_had_set_the_clock(
    before, after, tmp_path, told
):
    set_to = tmp_path / "faketime"
    set_to.write_text(f"{before}\n")
    faked = {
        "LD_PRELOAD": str(_LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(set_to),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }
    options = {"devices": 3, "failing": 0, "dialect": "datamodel", "state": tmp_path / "state"}
    with (
        SimulatorProcess(speed=20, **options) as service,
        KioskProcess(service.url, environment=faked) as kiosk,
    ):
        kiosk.reads("Service ready")
        assert is_right(kiosk) is (before == RIGHT)
        kiosk.taps("start")
        kiosk.reads("Live", "Provision all (3)")
        session = str(kiosk.ask("state")["session"])
        left = shown_seconds(kiosk, r"(\d+:\d\d) left")
        assert abs(left - time_left(service, session)) <= _SLACK_SECONDS
        time_goes_down = moved_on(kiosk, r"(\d+:\d\d) left", -1)
        time_goes_up = moved_on(kiosk, r" · (\d+:\d\d)$", +1)

        set_to.write_text(f"{after}\n")
        time.sleep(1.2)  # a frame a second
        assert is_right(kiosk) is (after == RIGHT)
        time_goes_down()
        time_goes_up()
        assert kiosk.sees("Live")
        assert not kiosk.ask("state")["dimmed"]

        service.kill()
        kiosk.reads("Not live")
        age_goes_up = moved_on(kiosk, r"(\d+) s ago", +1)
        set_to.write_text(f"{before}\n")
        time.sleep(1.2)
        age_goes_up()
        watch = Stopwatch()
        service.start()
        kiosk.reads("is unfinished")
        # The waits are 1, 2, 4 and 8 seconds, and none of them began anew.
        assert watch.seconds < 10
        kiosk.ask("intend", "resume", session)
        kiosk.reads("Live")
        set_to.write_text(f"{after}\n")
        time.sleep(1.2)
        assert kiosk.sees("Live")
        told.screen("time left, elapsed time and age go on by the second; Live")
        assert service.count("POST", "/batch/start") == 0
    told.sent("no start after the server's return")
    told.kept("the session, its deadline")


def is_right(kiosk: KioskProcess) -> bool:
    """Return whether the clock of the kiosk's process shows what ours does."""
    return abs(kiosk.ask("usage")["wall"] - time.time()) < 60


def time_left(service: SimulatorProcess, session: str) -> int:
    """Return the seconds until the session ends, as the service has it: ``1m29s``."""
    words = re.findall(r"(\d+)([ms])", service.session(session)["timeout_remaining"])
    return sum(int(number) * {"m": 60, "s": 1}[unit] for number, unit in words)
