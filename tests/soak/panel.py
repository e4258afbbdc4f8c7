# ruff: noqa: PLC0415, T201 - Kivy reads its environment when it is imported
"""The real app, headless, with somebody who never stops walking through its screens.

``python -m tests.soak.panel URL SECONDS`` prints a census as a line of JSON every ten seconds.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import logging
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.soak.census import census
from tests.support.app import one_frame_at_a_time, running_kiosk
from tests.support.canary import PASSWORD

if TYPE_CHECKING:
    from kiosk.tour.pilot import Pilot
    from kiosk.wiring import Kiosk

SAMPLE_SECONDS = 10.0
# What a tap may wait for while the service is up and down.
_PATIENCE_SECONDS = 3.0
_LONGEST_SESSION_SECONDS = 240.0
# Screens whose rows open a sheet that changes nothing until something on it is tapped.
_WITH_SHEETS = frozenset({"sessions", "allowlist", "config", "logs", "provision", "settings"})
_SHEET_TARGETS = ("row:", "line:", "device:")
_WAYS_OUT = ("back", "cancel", "menu")


class Walker:
    """Opens one screen after another, a sheet on those that have some; keeps a session open."""

    def __init__(self, kiosk: Kiosk, pilot: Pilot) -> None:
        self._kiosk = kiosk
        self._pilot = pilot
        self._turn = itertools.count()
        self._visit = itertools.count()
        self._session_since = 0.0
        self.entered = 0
        self.sheets = 0
        self.sessions = 0
        # Steps that a service in trouble, or a row that has gone meanwhile, did not let end.
        self.missed = 0

    async def run(self, seconds: float, rest: Callable[[], None]) -> None:
        """Walk for so long; every ten seconds call ``rest`` at the menu, where nothing moves."""
        from kiosk.tour.pilot import NotOnScreenError

        now = time.monotonic()
        over, due = now + seconds, now + SAMPLE_SECONDS
        while time.monotonic() < over:
            try:
                if time.monotonic() >= due:
                    await self._to_menu()
                    await self._at_rest()
                    rest()
                    due = time.monotonic() + SAMPLE_SECONDS
                await self._keep_session()
                await self._to_menu()
                await self._open_place()
                await self._open_sheet()
            except NotOnScreenError:
                self.missed += 1

    async def _at_rest(self) -> None:
        """Let go of what the screens before this one were drawn with: OpenGL does it in a frame."""
        gc.collect()
        await self._pilot.settle()
        gc.collect()
        await self._pilot.settle()

    async def _keep_session(self) -> None:
        state = self._kiosk.store.state
        if state.batch is None and state.service.presence == "ready":
            await self._open_place("start")
            self._session_since = time.monotonic()
            await self._pilot.settle()
            await self._tap("resume" if "resume" in self._names() else "start")
            self.sessions += 1
        elif state.batch is not None and state.batch.ended_at is not None:
            await self._open_place("summary")
            await self._tap("done")
        elif time.monotonic() > self._session_since + _LONGEST_SESSION_SECONDS:
            await self._open_place("provision")
            await self._wait("stop")
            await self._pilot.hold("stop")
        elif next(self._turn) % 5 == 0:
            await self._open_place("provision")
            await self._pilot.settle()
            if "provision-all" in self._names():
                await self._tap("provision-all")

    async def _to_menu(self) -> None:
        for _ in range(4):
            # A screen that is only just coming still has the last one's targets.
            await self._pilot.settle()
            if self._route == "menu":
                return
            names = self._names()
            if way := next((name for name in _WAYS_OUT if name in names), None):
                await self._tap(way)

    async def _open_place(self, place: str | None = None) -> None:
        """Open a place of the menu, the next one when it is not said which."""
        if self._route == place:
            return
        await self._to_menu()
        target = f"row:{place or self._next_place()}"
        await self._pilot.page_to(target)
        await self._tap(target)
        await self._pilot.settle()
        self.entered += 1
        if "page-down" in self._names():
            await self._tap("page-down")

    def _next_place(self) -> str:
        from kiosk.services.views.menu import PLACES

        state = self._kiosk.store.state
        there = [place.route.value for place in PLACES if not place.absent(state)]
        return there[next(self._visit) % len(there)]

    async def _open_sheet(self) -> None:
        if self._route not in _WITH_SHEETS:
            return
        names = sorted(name for name in self._names() if name.startswith(_SHEET_TARGETS))
        if names:
            await self._tap(names[next(self._turn) % len(names)])
            await self._pilot.settle()
            self.sheets += 1

    async def _tap(self, name: str) -> None:
        await self._wait(name)
        await self._pilot.tap(name)

    async def _wait(self, name: str) -> None:
        await self._pilot.wait_for(name, _PATIENCE_SECONDS)

    def _names(self) -> set[str]:
        return {target.name for target in self._pilot.targets() if target.enabled}

    @property
    def _route(self) -> str:
        return self._kiosk.store.state.navigation.route.value


async def soaked(url: str, seconds: float) -> None:
    """Run the kiosk for so long and tell what it holds."""
    async with running_kiosk(base_url=url, target_ssid="Machine-Room", password=PASSWORD) as (
        kiosk,
        pilot,
    ):
        walker = Walker(kiosk, pilot)

        def sample() -> None:
            batch = kiosk.store.state.batch
            told = {
                **census(),
                "subscribers": len(kiosk.store._listeners),
                "renders": kiosk.app.renders,
                "entered": walker.entered,
                "sheets": walker.sheets,
                "sessions": walker.sessions,
                "missed": walker.missed,
                "devices": 0 if batch is None else len(batch.devices),
            }
            print(json.dumps(told), flush=True)

        with one_frame_at_a_time():
            await walker.run(seconds, sample)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(soaked(sys.argv[1], float(sys.argv[2])))
