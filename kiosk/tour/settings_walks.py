"""The tour's walks through the kiosk's own settings."""

from __future__ import annotations

import time

from kiosk.tour.stage import Set, Stage

_PIN = "2580"


async def settings(stage: Stage) -> None:
    """See all settings, each list of choices, what waits for the next start."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("start")
            await _open(here)
            await here.picture("settings")
            await here.pilot.page_to("row:pin")
            await here.picture("settings-last-page")
            for name in ("lang", "theme", "display", "rotation", "dim_minutes", "brightness"):
                await here.pilot.page_to(f"row:{name}")
                await here.pilot.tap(f"row:{name}")
                await here.pilot.wait_for("back")
                await here.picture(f"choice-{name}")
                await here.pilot.tap("back")
            await here.pilot.page_to("row:sound")
            await here.pilot.tap("row:sound")
            await here.picture("settings-sound-on")
            await here.pilot.page_to("row:base_url")
            await here.pilot.tap("row:base_url")
            await here.picture("editor-address")
            await here.pilot.tap("erase", "accept")
            await here.pilot.wait_for("row:base_url")
            await here.picture("settings-after-the-next-start")


async def pin(stage: Stage) -> None:
    """Put the settings behind a PIN, miss it, enter it, take it away."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("start")
            await _open(here)
            await here.pilot.page_to("row:pin")
            await here.pilot.tap("row:pin")
            await here.pilot.type_keys("123")
            await here.pilot.tap("accept")
            await here.picture("editor-new-pin-too-short")
            await here.pilot.tap("erase", "erase", "erase")
            await here.pilot.type_keys(_PIN)
            await here.pilot.tap("accept")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.preferences.has_pin)
            await here.picture("settings-pin-set")
            await here.pilot.tap("menu")
            await here.pilot.wait_for("back")
            await here.pilot.page_to("row:start")
            await here.pilot.tap("row:start")
            await _open(here)
            await here.pilot.wait_for("accept")
            await here.picture("editor-pin")
            await here.pilot.type_keys("1111")
            await here.pilot.tap("accept")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.lock.tries)
            await here.picture("editor-pin-wrong")
            await here.pilot.wait_for(
                lambda: time.monotonic() > here.kiosk.store.state.lock.next_at
            )
            await here.pilot.type_keys(_PIN)
            await here.pilot.tap("accept")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.lock.is_open)
            await here.pilot.page_to("row:pin")
            await here.pilot.tap("row:pin")
            await here.picture("choice-pin")
            await here.pilot.hold("remove-pin")
            await here.pilot.wait_for(lambda: not here.kiosk.store.state.preferences.has_pin)


async def _open(here: Set) -> None:
    await here.pilot.tap("menu")
    await here.pilot.wait_for("back")
    await here.pilot.page_to("row:settings")
    await here.pilot.tap("row:settings")


SETTINGS_WALKS = {"the settings": settings, "the settings behind a pin": pin}
