# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""Taps without sense, from the same seed each time: nothing breaks and there is a way on."""

import logging
import random
from collections import Counter

import pytest

from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at

TAPS = 30
# One of these is on every screen; the menu leads elsewhere by its rows.
WAYS_OUT = {"menu", "back", "cancel"}


class Monkey:
    """Taps or holds what is on the panel, and looks for a way on after each."""

    def __init__(self, technician, seed):
        self._technician = technician
        self._pilot = technician.pilot
        self._choice = random.Random(seed)
        self._times = Counter()
        self.tapped = []

    async def taps_something(self):
        from kiosk.screens.widgets.target import HoldTarget

        found = {target.name: target for target in self._pilot.targets() if target.enabled}
        assert WAYS_OUT & found.keys() or self._is_at("menu"), self._told("no way out")
        name = self._choice.choice(self._newest(sorted(found)))
        self._times[self._kind(name)] += 1
        self.tapped.append(f"{self._route}: {name}")
        held = any(
            widget.name == name
            for widget in self._technician.kiosk.app.shell.walk()
            if isinstance(widget, HoldTarget)
        )
        finger = self._pilot.finger
        finger.down(*found[name].visible.centre)
        await self._passes(1.2 if held else 0.0)
        finger.up()
        await self._pilot.settle()

    def _newest(self, names):
        """Return what was tapped least so far, so that a few taps get far."""
        least = min(self._times[self._kind(name)] for name in names)
        return [name for name in names if self._times[self._kind(name)] == least]

    def _kind(self, name):
        """Return what many targets have in common: the keys, the rows of a list."""
        return self._route, name if self._is_at("menu") else name.partition(":")[0]

    def _is_at(self, route):
        return self._route == route

    @property
    def _route(self):
        return self._technician.route

    def _told(self, what):
        return f"{what} after {self.tapped[-8:]}\n{self._pilot.describe()}"

    async def _passes(self, seconds):
        from kivy.clock import Clock

        end = Clock.time() + seconds
        await self._pilot.frame()
        while Clock.time() < end:
            await self._pilot.frame()


@pytest.mark.parametrize(("seed", "lang", "display"), [(3, "en", "td1"), (8, "pt_BR", "td2-7")])
async def test_taps_without_sense_break_nothing(seed, lang, display, caplog):
    with prompt_service(devices=4, failing=1, speed=20) as simulator:
        async with technician_at(simulator.url, lang=lang, display=display) as technician:
            await technician.comes("start")
            monkey = Monkey(technician, seed)
            for _ in range(TAPS):
                await monkey.taps_something()
            wrong = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
            assert wrong == [], monkey.tapped
            # Whatever was asked for comes to its end.
            await technician.until(lambda: not technician.kiosk.store.state.busy)
