# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""A technician in front of the panel: touches and reads; a real keyboard may be plugged in."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.support.app import running_kiosk
from tests.support.canary import PASSWORD

if TYPE_CHECKING:
    from kiosk.services.state.model import Batch, Device
    from kiosk.tour.pilot import Pilot
    from kiosk.wiring import Kiosk

SSID = "Machine-Room"

# A machine that runs other things beside the tests may take its time.
PATIENCE_SECONDS = 30.0


class Technician:
    """Whoever stands there; ``touches`` counts every finger that came down on the panel."""

    def __init__(self, kiosk: Kiosk, pilot: Pilot) -> None:
        self.kiosk = kiosk
        self.pilot = pilot
        self.touches = 0
        self.opened: list[str] = [self.route]

    # To touch

    async def taps(self, *names: str) -> None:
        """Tap targets, each as soon as it can be."""
        for name in names:
            await self.pilot.wait_for(name, PATIENCE_SECONDS)
            await self.pilot.tap(name)

    async def goes_to(self, place: str) -> None:
        """Open a place of the menu, on whichever of its pages."""
        await self.taps("menu")
        await self.until(lambda: self.route == "menu")
        await self.pilot.page_to(f"row:{place}")
        await self.taps(f"row:{place}")

    async def stops(self) -> None:
        """Hold Stop until the summary is there."""
        await self.pilot.wait_for("stop", PATIENCE_SECONDS)
        await self.pilot.hold("stop")
        await self.comes("done")

    async def touches_disabled(self, name: str) -> None:
        """Touch a target that is on the panel but cannot be tapped."""
        assert not self.pilot.target(name).enabled
        x, y = self.pilot.target(name).visible.centre
        await self.pilot.drag((x, y), 0)

    # To read

    async def comes(self, name: str) -> None:
        """Wait until a target is there and can be tapped."""
        await self.pilot.wait_for(name, PATIENCE_SECONDS)

    async def reads(self, *parts: str) -> None:
        """Wait until the panel shows each of these."""
        for part in parts:
            await self.pilot.wait_for_text(part, PATIENCE_SECONDS)

    async def until(self, what: Callable[[], object]) -> None:
        """Wait until something is so."""
        await self.pilot.wait_for(what, PATIENCE_SECONDS)

    def sees(self, part: str) -> bool:
        """Return whether a text holds ``part``."""
        return self.pilot.text_on_screen(part)

    def can_tap(self, name: str) -> bool:
        """Return whether a target is there and enabled."""
        return any(t.name == name and t.enabled for t in self.pilot.targets())

    async def counts(self, **numbers: int) -> None:
        """Wait until the counts on the panel are these, as in ``Ready=5``."""

        def counted() -> bool:
            shown = self.shown_counts()
            return all(shown.get(word) == number for word, number in numbers.items())

        counted.__name__ = f"counts {numbers}"
        await self.until(counted)

    def shown_counts(self) -> dict[str, int]:
        """Return the big numbers by the words beside them."""
        return {
            word: int(number) for number, word in pairwise(self.pilot.texts()) if number.isdigit()
        }

    def tiles(self) -> list[str]:
        """Return the devices whose tiles are on the panel, in their order."""
        return [
            target.name.removeprefix("device:")
            for target in self.pilot.targets()
            if target.name.startswith("device:")
        ]

    def tile_words(self) -> Counter[str]:
        """Return the words of the states on the tiles, and how often each is there."""
        return Counter(
            widget.row.word for widget in self.widgets("DeviceTile") if widget.row is not None
        )

    def widgets(self, kind: str) -> list[Any]:
        """Return the attached widgets of a class."""
        return [w for w in self.kiosk.app.shell.walk() if type(w).__name__ == kind]

    # To compare with what the kiosk believes

    @property
    def batch(self) -> Batch:
        """Return the open session as the kiosk knows it."""
        return self.kiosk.store.state.open_batch()

    @property
    def route(self) -> str:
        """Return the name of the screen that is shown."""
        return str(self.kiosk.store.state.navigation.route)

    @property
    def session_id(self) -> str:
        """Return the id of the open session."""
        return self.batch.session.id

    def devices(self, *states: str) -> list[Device]:
        """Return the devices as the kiosk knows them, those in one of ``states`` if given."""
        batch = self.kiosk.store.state.batch
        known = batch.devices.values() if batch is not None else ()
        return [device for device in known if not states or device.state in states]

    def macs(self, *states: str) -> list[str]:
        """Return the MACs of these devices."""
        return [device.mac for device in self.devices(*states)]


@asynccontextmanager
async def technician_at(
    base_url: str, *, target: str | None = SSID, password: str | None = PASSWORD, **options: Any
) -> AsyncIterator[Technician]:
    """Run a kiosk and put a technician before it; the target network is known unless said."""
    async with running_kiosk(
        base_url=base_url, target_ssid=target, password=password, **options
    ) as (kiosk, pilot):
        from kivy.core.window import Window

        technician = Technician(kiosk, pilot)

        def count(_window: Any, _touch: Any) -> None:
            technician.touches += 1

        def note() -> None:
            if technician.opened[-1:] != [technician.route]:
                technician.opened.append(technician.route)

        Window.bind(on_touch_down=count)
        forget = kiosk.store.subscribe(note)
        try:
            yield technician
        finally:
            Window.unbind(on_touch_down=count)
            forget()


def type_on_keyboard(text: str) -> None:
    """Type on a real keyboard, or scan with a reader that types; Enter is a line feed."""
    from kivy.core.window import Window

    for character in text:
        key = {"\n": 13, "\b": 8, "\x1b": 27}.get(character, ord(character))
        Window.dispatch("on_key_down", key, 0, character, [])
        if character.isprintable():
            Window.dispatch("on_textinput", character)
        Window.dispatch("on_key_up", key, 0)
