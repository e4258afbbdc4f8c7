"""SIGKILL at random moments of a session: of the kiosk, of the service, of the real app."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from kiosk.services.runtime.journal.export import read
from tests.chaos.killing import (
    TRUTH_SECONDS,
    Story,
    Wait,
    check_nothing_lost,
    kill_kiosk,
    kill_service,
    strain,
)
from tests.chaos.killing import service as service_with
from tests.chaos.process import KioskProcess
from tests.chaos.table import Told
from tests.journeys.service import states

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

# Another one is another run of the same length: KILL_SEED=7 make chaos
SEED = int(os.environ.get("KILL_SEED", "20260301"))
AT_ONCE = 3


def killed(
    kill: Callable[[int, Path], Wait], number: int, folder: Path
) -> tuple[list[Wait], float]:
    """Kill so many times, some at once; return the seconds until the truth, and those of it all."""
    before = time.monotonic()
    seeds = range(SEED, SEED + number)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waits = list(pool.map(partial(_one, kill, folder), seeds))
    return waits, time.monotonic() - before


def _one(kill: Callable[[int, Path], Wait], folder: Path, seed: int) -> Wait:
    try:
        return kill(seed, folder / f"{kill.__name__}-{seed}")
    except BaseException as error:
        error.add_note(f"with seed {seed}")
        raise


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Return what writes a line to the terminal, whether or not a test fails."""
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")

    def write(line: str) -> None:
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(line)

    return write


def spread(waits: list[Wait]) -> str:
    seconds, away = [wait.seconds for wait in waits], max(wait.away for wait in waits)
    return (
        f"seed {SEED}, {len(waits)} kills: the truth after {statistics.median(seconds):.1f} s"
        f" ({min(seconds):.1f} to {max(seconds):.1f} s)"
    ) + (f"; the service was away for up to {away:.1f} s" if away else "")


def tell(told: Told, waits: list[Wait]) -> None:
    told.screen(spread(waits))
    told.sent("no camera begun with twice, by the service's own log")
    told.kept("each acknowledged request in the journal, each ready camera in the record")


def in_all(seconds: float) -> str:
    return f"{seconds:.0f} s in all, {strain():.1f} processes for each processor"


@pytest.mark.parametrize(
    ("kill", "number"),
    [
        pytest.param(
            kill,
            number,
            id=f"{whom}, {number} times",
            marks=pytest.mark.fault(
                "killed mid-stream", how=f"SIGKILL to {whom} at {number} random moments"
            ),
        )
        for kill, whom, number in ((kill_kiosk, "the kiosk", 50), (kill_service, "the service", 20))
    ],
)
def test_a_kill_at_random_moments_loses_nothing_and_nothing_is_done_twice(
    kill, number, told, tmp_path, report
):
    waits, seconds = killed(kill, number, tmp_path)
    report(f"{spread(waits)}, {in_all(seconds)}")
    assert all(wait.is_short for wait in waits)
    tell(told, waits)


@pytest.mark.fault("killed mid-stream", how="SIGKILL to the whole app at 5 random moments")
def test_the_whole_app_is_killed_and_shows_the_truth_when_it_is_back(told, tmp_path):
    waits = []
    for seed in range(SEED, SEED + 5):
        story, folder = Story(), tmp_path / str(seed)
        with service_with(seed) as service:
            with KioskProcess(service.url, state=folder) as kiosk:
                kiosk.taps("start")
                kiosk.reads("Provision all (20)", "Live")
                session = kiosk.ask("state")["session"]
                kiosk.taps("provision-all")
                time.sleep(random.Random(seed).uniform(0.0, 3.0))
                kiosk.process.kill()
            with KioskProcess(service.url, state=folder) as kiosk:
                before = time.monotonic()
                kiosk.reads("A session for Machine-Room is unfinished.")
                waits.append(Wait(time.monotonic() - before))
                kiosk.taps("resume")
                kiosk.reads("Live")

                def is_shown(kiosk: KioskProcess = kiosk, session: str = session) -> bool:
                    said = states(service, session).values()
                    ready, failed = (
                        sum(s == word for s in said) for word in ("verified", "failed")
                    )
                    texts = kiosk.texts()
                    pairs = zip(texts[1:], texts, strict=False)
                    shown = {word: int(number) for word, number in pairs if number.isdigit()}
                    return (shown.get("Ready"), shown.get("Problem")) == (ready, failed)

                kiosk.until(is_shown, "not what the service says", TRUTH_SECONDS * strain())
                if any("Provision all (" in text for text in kiosk.texts()):
                    kiosk.taps("provision-all")
                # Three of the twenty fail at first, and nobody retries them here.
                kiosk.until(
                    lambda folder=folder: len(read(folder, 99).devices) == 17, "not all noted"
                )
            story.listen(service)
            check_nothing_lost(story, folder)
    assert all(wait.is_short for wait in waits)
    tell(told, waits)
