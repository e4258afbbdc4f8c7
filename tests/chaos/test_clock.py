"""The machine's clock is wrong, and is set while the kiosk runs: a Pi keeps no time when it is off.

A whole process runs under libfaketime; the server's clock and the monotonic one are right.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.process import KioskProcess
from tests.support.simulator import SimulatorProcess

RIGHT = "+0d"
WRONG = {"clock +40 d": "+40d", "clock -3 d": "-3d", "clock 1970": "@1970-01-01 00:00:10"}
_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
# Figures are whole seconds, and the panel's are up to a second old.
_SLACK_SECONDS = 3
LEFT, ELAPSED, AGE = r"(\d+:\d\d) left", r" · (\d+:\d\d)$", r"(\d+) s ago"

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


@dataclass(frozen=True)
class Reading:
    """A time in seconds, read at some moment between two of the clock that nobody sets."""

    shown: int
    earliest: float
    latest: float

    def goes_with(self, earlier: Reading, direction: int) -> bool:
        """Return whether it has gone on since another reading by as much as time has."""
        gone = direction * (self.shown - earlier.shown)
        least, most = self.earliest - earlier.latest, self.latest - earlier.earliest
        return least - _SLACK_SECONDS <= gone <= most + _SLACK_SECONDS


def shown_time(kiosk: KioskProcess, pattern: str) -> Reading:
    """Return the time that the panel shows in a text: ``1:05 left`` or ``7 s ago``."""

    def shown() -> list[re.Match[str]]:
        return [found for text in kiosk.texts() if (found := re.search(pattern, text))]

    kiosk.until(shown, f"no {pattern!r}")
    earliest = time.monotonic()
    minutes, _, seconds = shown()[0][1].rpartition(":")
    return Reading(int(minutes or 0) * 60 + int(seconds), earliest, time.monotonic())


def time_left(service: SimulatorProcess, session: str) -> Reading:
    """Return the time until the session ends, as the service has it: ``1m29s``."""
    earliest = time.monotonic()
    words = re.findall(r"(\d+)([ms])", service.session(session)["timeout_remaining"])
    seconds = sum(int(number) * {"m": 60, "s": 1}[unit] for number, unit in words)
    return Reading(seconds, earliest, time.monotonic())


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
        left, elapsed = shown_time(kiosk, LEFT), shown_time(kiosk, ELAPSED)
        assert time_left(service, session).goes_with(left, -1)

        set_to.write_text(f"{after}\n")
        time.sleep(1.2)  # a frame a second
        assert is_right(kiosk) is (after == RIGHT)
        assert shown_time(kiosk, LEFT).goes_with(left, -1)
        assert shown_time(kiosk, ELAPSED).goes_with(elapsed, +1)
        assert kiosk.sees("Live")
        assert not kiosk.ask("state")["dimmed"]

        service.kill()
        kiosk.reads("Not live")
        age = shown_time(kiosk, AGE)
        set_to.write_text(f"{before}\n")
        time.sleep(1.2)
        assert shown_time(kiosk, AGE).goes_with(age, +1)
        service.start()
        # By a clock that was set, the wait for the next try would be days or months.
        kiosk.reads("is unfinished")
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
