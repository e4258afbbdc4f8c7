"""The service that the kiosk is soaked in: events at a rate, and trouble every minute."""

from __future__ import annotations

import itertools
import threading
import time
from types import TracebackType
from typing import Self

import httpx

from tests.support.simulator import SimulatorProcess

# Events come in slices of this length, as a busy workshop's do.
_SLICE_SECONDS = 0.1
_MOST_LATE_SECONDS = 30
# One of these each minute, half a minute into it.
_TROUBLES = ("streams cut", "half open", "down and up", "streams cut", "flapping")
_TROUBLE_SECONDS, _TROUBLE_AFTER_SECONDS = 60.0, 30.0


class Weather:
    """A simulator in a thread's hands, as a context manager."""

    def __init__(self, *, devices: int, rate: float) -> None:
        self.simulator = SimulatorProcess(devices=devices, scenario="workshop", speed=2)
        self.told = 0
        self.troubles = 0
        self._rate = rate
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="weather", daemon=True)

    def __enter__(self) -> Self:
        self.simulator.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self.simulator.__exit__(kind, error, trace)

    def _run(self) -> None:
        told_at, troubles = time.monotonic(), itertools.cycle(_TROUBLES)
        next_trouble = told_at + _TROUBLE_AFTER_SECONDS
        due = 0.0
        with httpx.Client(base_url=self.simulator.url, trust_env=False, timeout=5) as client:
            while not self._over.wait(_SLICE_SECONDS):
                if time.monotonic() >= next_trouble:
                    next_trouble += _TROUBLE_SECONDS
                    self._make(next(troubles))
                    self.troubles += 1
                # What could not be told while the service was away is told when it is back.
                before, told_at = told_at, time.monotonic()
                due = min(due + self._rate * (told_at - before), self._rate * _MOST_LATE_SECONDS)
                if due >= 1:
                    told = self._tell(client, int(due))
                    due -= told
                    self.told += told

    @staticmethod
    def _tell(client: httpx.Client, events: int) -> int:
        """Return how many events were told: none where no session runs, or nobody listens."""
        try:
            answer = client.post("/_simulator/burst", json={"events": events})
            return int(answer.raise_for_status().json()["events"])
        except httpx.HTTPError:
            return 0

    def _make(self, trouble: str) -> None:
        if trouble == "streams cut":
            self.simulator.cut_streams()
        elif trouble == "half open":
            self.simulator.pause()
            self._over.wait(8)
            self.simulator.go_on()
        elif trouble == "down and up":
            self.simulator.kill()
            self._over.wait(8)
            self.simulator.start()
        else:
            for _ in range(4):
                self.simulator.kill()
                self._over.wait(2)
                self.simulator.start()
                self._over.wait(2)
