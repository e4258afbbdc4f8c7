"""A session that is killed in the middle: what each side says, and what was done."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from kiosk.services.runtime.journal import export
from tests.support.canary import CANARY, PASSWORD, leaks
from tests.support.simulator import SimulatorProcess

REPOSITORY = Path(__file__).resolve().parents[2]
DEVICES = 20
# Everything is in sight for so long before somebody would doubt it.
TRUTH_SECONDS = 5.0
PATIENCE_SECONDS = 90.0
_LOOK_SECONDS = 0.05
_STEP = "/api/v1/provisioning"

# The words of the tiles by the service's states; what was asked for stands in line.
WORDS = {
    "discovered": {"Waiting", "In line"},
    "provisioning": {"Sending"},
    "provisioned": {"Sent"},
    "verifying": {"Checking"},
    "verified": {"Ready"},
    "failed": {"Failed", "In line"},
}
# The word of the journal by the last part of a path.
OPERATIONS = {"start", "stop", "provision-all", "provision", "retry", "resume"}


class Driven:
    """``tests.chaos.driven`` as a process; ``shown`` is what its panel shows now."""

    def __init__(self, url: str, folder: Path, devices: int = DEVICES) -> None:
        command = [sys.executable, "-m", "tests.chaos.driven", url, str(folder), str(devices)]
        self.process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(f"{PASSWORD}\n")
        self.process.stdin.flush()
        self.shown: dict[str, Any] = {}
        self.words: set[str] = set()
        self.is_up = threading.Event()
        self._errors: str | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.close()

    def ends(self) -> None:
        """Wait until the whole session is done."""
        status = self.process.wait(PATIENCE_SECONDS)
        assert status == 0, self.close()

    def close(self) -> str:
        """Kill it, if it still runs; return what it has complained of."""
        if self._errors is not None:
            return self._errors
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        errors = self.process.stderr.read()
        CANARY.look(errors, "what a driven kiosk said")
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        self._errors = errors
        return errors

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.shown = json.loads(line)
            self.words.update(self.shown["words"])
            CANARY.look(line, "the panel of a driven kiosk")
            self.is_up.set()


def strain() -> float:
    """Return how many times longer everything takes: what waits for each processor, at least 1."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass(frozen=True)
class Wait:
    """How long the truth took once both were up, and how long the service had been away."""

    seconds: float
    away: float = 0.0

    @property
    def is_short(self) -> bool:
        """Return whether it was in time, on a machine that may have more to do than it can.

        A kiosk asks again after 1, 2, 4, 8 … s: after a long absence the next time may be as far.
        """
        longest = self.away + 1.0 if self.away > TRUTH_SECONDS / 2 else 0.0
        return self.seconds <= max(TRUTH_SECONDS, longest) * strain()


@dataclass
class Story:
    """What the service has told before it was killed, and after."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    # By MAC, in order: what happened to it.
    happened: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def listen(self, simulator: SimulatorProcess) -> None:
        """Take down all that this life of the service can tell."""
        self.requests += simulator.requests()
        logs = simulator.call("GET", "/api/v1/system/logs?limit=1000").json()["data"]["logs"]
        for line in logs:
            words = str(line["message"]).split()
            if words[0] == "device":
                self.happened[words[1]].append(words[2])

    def new_life(self) -> None:
        """Note that what was under way ended with the service."""
        for kinds in self.happened.values():
            kinds.append("killed")

    def acknowledged(self) -> Counter[str]:
        """Return how often each change was acknowledged."""
        return Counter(
            request["path"].rsplit("/", 1)[-1]
            for request in self.requests
            if request["method"] != "GET" and 200 <= request["status"] < 300
        )

    def provisioned_twice(self) -> list[str]:
        """Return the devices that were begun with again though they were not given up."""
        return [mac for mac, kinds in self.happened.items() if _is_twice(kinds)]


def _is_twice(kinds: list[str]) -> bool:
    under_way = is_ready = False
    for kind in kinds:
        if kind == "started" and (under_way or is_ready):
            return True
        if kind == "started":
            under_way = True
        elif kind in {"failed", "killed"}:
            under_way = False
        is_ready = is_ready or kind == "verified"
    return False


def until(what: Callable[[], bool], otherwise: Callable[[], object], seconds: float) -> float:
    """Wait until something is so; return the seconds."""
    before = time.monotonic()
    while not what():
        waited = time.monotonic() - before
        assert waited < seconds, f"not within {seconds:g} s: {otherwise()}"
        time.sleep(_LOOK_SECONDS)
    return time.monotonic() - before


def is_true(simulator: SimulatorProcess, kiosk: Driven) -> bool:
    """Return whether the panel shows what the service says.

    That is each device of the session that runs; of one that waits to be continued how far it came;
    without any, that one can be started or how the last one ended.
    """
    shown, listed = kiosk.shown, _listed(simulator)
    if listed is None:
        return shown["route"] in {"start", "summary"} and not _waits(shown)
    answer = simulator.call("GET", f"{_STEP}/batch/{listed['id']}")
    if answer.status_code == HTTPStatus.NOT_FOUND:
        far = f"{listed['verified_count']} of {listed['device_count']} cameras ready."
        return shown["route"] == "start" and far in _waits(shown)
    devices, tiles = answer.json()["data"]["devices"], shown["tiles"]
    return tiles.keys() == {d["mac"] for d in devices} and all(
        tiles[device["mac"]] in WORDS[device["state"]] for device in devices
    )


def _waits(shown: dict[str, Any]) -> str:
    """Return what the start screen says of a session that can be continued."""
    return next((text for text in shown["words"] if "is unfinished." in text), "")


def _listed(simulator: SimulatorProcess) -> dict[str, Any] | None:
    """Return the session that runs or can be continued."""
    answer = simulator.call("GET", f"{_STEP}/sessions/recoverable").json()
    sessions: list[dict[str, Any]] = answer["data"]["sessions"] or []
    return sessions[0] if sessions else None


def is_over(simulator: SimulatorProcess) -> bool:
    """Return whether the whole session was done before the kill."""
    sessions = simulator.call("GET", f"{_STEP}/sessions/history").json()["data"]["sessions"] or []
    return any(session["state"] in {"closed", "completed"} for session in sessions)


@contextmanager
def service(seed: int) -> Iterator[SimulatorProcess]:
    """Run a service with 20 cameras, three of which fail at first."""
    with SimulatorProcess(
        devices=DEVICES, failing=3, speed=30, seed=seed, scenario="smooth"
    ) as simulator:
        yield simulator


def check_nothing_lost(story: Story, folder: Path) -> None:
    """Compare what the service acknowledged with what the kiosk has on its disk."""
    contents = export.read(folder, 10_000)
    assert all(entry.outcome for entry in contents.requests), contents.requests
    kept = Counter(e.operation for e in contents.requests if e.outcome in {"done", "unknown"})
    acknowledged = story.acknowledged()
    assert acknowledged.keys() <= OPERATIONS
    assert all(kept[name] >= number for name, number in acknowledged.items()), (acknowledged, kept)
    assert not story.provisioned_twice()
    ready = {mac for mac, kinds in story.happened.items() if "verified" in kinds}
    assert {device.mac for device in contents.devices} >= ready
    for path in folder.iterdir():
        assert not leaks(path.read_bytes()), path.name


def _is_settled(folder: Path) -> bool:
    """Return whether everything that was asked has its end, and every camera is in the record."""
    contents = export.read(folder, 99)
    return all(entry.outcome for entry in contents.requests) and len(contents.devices) == DEVICES


def kill_kiosk(seed: int, folder: Path) -> Wait:
    """Kill the kiosk at a random moment of a session; return how long the truth took."""
    moment = random.Random(seed).uniform(0.0, 5.0)
    story = Story()
    with service(seed) as simulator:
        first = Driven(simulator.url, folder)
        assert first.is_up.wait(PATIENCE_SECONDS), first.close()
        time.sleep(moment)
        first.kill()
        was_over = is_over(simulator)
        # When all was done nobody would begin another session.
        second = Driven(simulator.url, folder, 0 if was_over else DEVICES)
        assert second.is_up.wait(PATIENCE_SECONDS), second.close()
        try:
            seconds = until(
                lambda: is_true(simulator, second), lambda: second.shown, PATIENCE_SECONDS
            )
            if not was_over:
                second.ends()
            until(lambda: _is_settled(folder), lambda: export.read(folder, 99), PATIENCE_SECONDS)
        finally:
            second.close()
        story.listen(simulator)
        check_nothing_lost(story, folder)
    return Wait(seconds)


def kill_service(seed: int, folder: Path) -> Wait:
    """Kill the service at a random moment, start it a moment later; return how long it took."""
    dice = random.Random(seed)
    story = Story()
    with service(seed) as simulator:
        kiosk = Driven(simulator.url, folder)
        assert kiosk.is_up.wait(PATIENCE_SECONDS), kiosk.close()
        try:
            time.sleep(dice.uniform(0.0, 5.0))
            story.listen(simulator)
            simulator.kill()
            killed_at = time.monotonic()
            story.new_life()
            time.sleep(dice.uniform(0.0, 1.0))
            simulator.start()
            away = time.monotonic() - killed_at
            seconds = until(
                lambda: is_true(simulator, kiosk), lambda: kiosk.shown, PATIENCE_SECONDS
            )
            kiosk.ends()
        finally:
            kiosk.close()
        story.listen(simulator)
        check_nothing_lost(story, folder)
    return Wait(seconds, away)
