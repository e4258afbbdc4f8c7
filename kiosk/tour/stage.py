"""Where the tour is played: simulated worlds, kiosks over them, and the camera."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from kiosk.displays import DISPLAYS
from kiosk.embedded import simulator
from kiosk.services.state.model import Batch, Device
from kiosk.settings import Settings
from kiosk.tour.audit import Measures, measure
from kiosk.tour.contrast import contrast_in
from kiosk.tour.flight import piloted
from kiosk.tour.foreign import foreign_words
from kiosk.tour.inspect import picture_of
from kiosk.tour.pilot import Pilot, pixels
from kiosk.wiring import Kiosk

# A network of the simulated world; any password of the right length will do there.
TARGET_SSID = "Machine-Room"
TARGET_PASSWORD = "cameras-of-the-tour"  # noqa: S105 - guards nothing but a simulation
# With this seed no device waits for the longest time-out.
_SEED = "8"
# Nobody listens on the discard port of a kiosk.
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture that was taken, with what was measured on it."""

    name: str
    png: str
    measures: Measures


class World:
    """A running simulator and its test hooks."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def spoil(self, path_prefix: str, **how: Any) -> None:
        """Have the next matching requests go wrong, as ``kiosk simulate --help`` says."""
        await self._hook("POST", "faults", {"path_prefix": path_prefix, **how})

    async def heal(self) -> None:
        """Forget what was to go wrong."""
        await self._hook("DELETE", "faults")

    async def cut_streams(self) -> None:
        """Cut every open stream without a goodbye."""
        await self._hook("POST", "cut-streams")

    async def monitor(self, mode: str) -> None:
        """Treat every connection of the monitor so from now on."""
        await self._hook("POST", "monitor", {"mode": mode})

    async def _hook(self, method: str, name: str, body: object = None) -> None:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            answer = await client.request(method, f"/_simulator/{name}", json=body)
            answer.raise_for_status()


@dataclass(slots=True)
class Stage:
    """Gives the walks their worlds and kiosks, and collects their pictures in ``out``."""

    settings: Settings
    out: Path
    secrets: Path
    progress: Callable[[str], None]
    shots: list[Shot] = field(default_factory=list)

    @contextmanager
    def world(self, **options: object) -> Iterator[World]:
        """Run a simulator with these options of its command line."""
        arguments = ["--seed", _SEED]
        for name, value in options.items():
            arguments += [f"--{name.replace('_', '-')}", str(value)]
        with simulator(arguments) as embedded:
            yield World(embedded.url())

    @asynccontextmanager
    async def kiosk(self, url: str, *, known_target: bool = True) -> AsyncIterator[Set]:
        """Run the kiosk against ``url``, with or without a target network that it knows."""
        password = self.secrets / "target-password"
        password.write_text(TARGET_PASSWORD, encoding="utf-8")
        settings = self.settings.model_copy(
            update={
                "base_url": url,
                "api_key_file": None,
                "state_dir": self.secrets / "state",
                "target_ssid": TARGET_SSID if known_target else None,
                "target_password_file": password if known_target else None,
            }
        )
        async with piloted(settings) as (kiosk, pilot):
            yield Set(self, kiosk, pilot)

    async def shoot(self, name: str, kiosk: Kiosk, pilot: Pilot) -> None:
        """Picture and measure what is on the screen, both in one and the same frame."""
        await pilot.settle()
        foreign = foreign_words(kiosk.store.state)
        image, picture = await pilot.drawn(lambda: (pixels(), picture_of(name, foreign)))
        png = f"{len(self.shots) + 1:02}-{name}.png"
        image.save(self.out / png)
        contrasts = tuple(contrast_in(image, text.area, text.colour) for text in picture.texts)
        scale = DISPLAYS[self.settings.display].pixels_per_mm
        shot = Shot(name, png, measure(picture, contrasts, scale))
        self.shots.append(shot)
        number = len(shot.measures.shortfalls)
        self.progress(f"{png}: {number} fall short" if number else png)


@dataclass(frozen=True, slots=True)
class Set:
    """One kiosk on the stage: what a walk works with."""

    stage: Stage
    kiosk: Kiosk
    pilot: Pilot

    async def picture(self, name: str) -> None:
        """Picture the screen under this name."""
        await self.stage.shoot(name, self.kiosk, self.pilot)

    def batch(self) -> Batch:
        """Return the open session."""
        return self.kiosk.store.state.open_batch()

    def devices(self, *states: str) -> list[Device]:
        """Return the session's devices, those in one of ``states`` when there are any."""
        batch = self.kiosk.store.state.batch
        known = batch.devices.values() if batch is not None else ()
        return [device for device in known if not states or device.state in states]

    def count(self, *states: str) -> int:
        """Return how many devices are in one of these states."""
        return len(self.devices(*states))

    def macs(self, *states: str) -> list[str]:
        """Return the devices in one of these states."""
        return [device.mac for device in self.devices(*states)]
