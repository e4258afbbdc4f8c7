"""Walks through the allowlist, its form, and what a scanner sets off."""

from __future__ import annotations

from kiosk.services.views.devices import is_blocked
from kiosk.tour.stage import NOWHERE, Set, Stage

_ALLOWLIST = "/api/v1/provisioning/allowlist"
_SOME, _MANY = 10, 24
_NEW, _WRONG, _REFUSED = "0A:1B:2C:3D:4E:5F", "0A:1B:2C:3D:4E:60", "0A:1B:2C:3D:4E:61"
_WIFI = "WIFI:T:WPA;S:Café São João;P:cameras-of-the-tour;;"


async def allowlist(stage: Stage) -> None:
    """Look at the allowlist, filter it, approve by keypad and by scanner, remove one."""
    with stage.world(devices=_MANY) as world:
        async with stage.kiosk(world.url) as here:
            await world.spoil(_ALLOWLIST, delay_seconds=1.5)
            await here.pilot.tap("menu", "row:allowlist")
            await here.picture("allowlist-loading")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.allowlist.entries.value)
            await here.picture("allowlist")
            await here.pilot.tap("filter:used")
            await here.picture("allowlist-used-none")
            await here.pilot.tap("filter:all", "add")
            await here.picture("approve-empty")
            await _typing(here)
            await here.pilot.tap("approve")
            await here.pilot.wait_for(f"row:result:{_NEW}")
            await _scanning(here)
            await world.spoil(_ALLOWLIST, abort=True, times=1000)
            await here.pilot.scan(_REFUSED)
            await here.pilot.wait_for("refused")
            await here.picture("approve-refused")
            await here.pilot.page_to(f"row:result:{_REFUSED}")
            await here.pilot.tap(f"row:result:{_REFUSED}")
            await here.picture("approval-refused")
            await world.heal()
            await here.pilot.tap("approve")
            await here.pilot.wait_for("remove")
            await here.picture("approval")
            await here.pilot.tap("back", "back")
            await here.picture("allowlist-page")


async def _typing(here: Set) -> None:
    await here.pilot.tap("row:mac")
    await here.picture("editor-mac-empty")
    await here.pilot.type_keys("0A1B2")
    await here.picture("editor-mac")
    await here.pilot.tap("accept")
    await here.picture("editor-mac-error")
    await here.pilot.type_keys("C3D4E5F")
    await here.picture("editor-mac-complete")
    await here.pilot.tap("accept", "row:description")
    await here.pilot.type_keys("rack 2")
    await here.pilot.tap("accept")
    await here.picture("approve")


async def _scanning(here: Set) -> None:
    known = here.kiosk.store.state.allowlist.entries.value or ()
    for mac in (known[0].mac or "", _WRONG):
        await here.pilot.scan(mac)
    await here.pilot.wait_for(lambda: "approve" not in here.kiosk.store.state.busy)
    await here.picture("approve-scanned")
    await here.pilot.scan(_WIFI)
    await here.picture("approve-wifi-scanned")
    await here.pilot.tap("dismiss")
    await here.pilot.scan("some-words-that-nobody-knows")
    await here.picture("approve-unknown-scanned")
    await here.pilot.tap("dismiss")


async def empty(stage: Stage) -> None:
    """Look at an allowlist with nobody on it, at one that fails, at one that is locked."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("menu", "row:allowlist")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.allowlist.entries.at)
            await here.picture("allowlist-empty")
    async with stage.kiosk(NOWHERE) as here:
        await here.pilot.tap("menu", "row:allowlist")
        await here.pilot.wait_for("refresh")
        await here.picture("allowlist-away")
        await here.pilot.tap("details")
        await here.picture("allowlist-away-details")
    with stage.world(devices=0, api_key="the-right-one") as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("menu", "row:allowlist")
            await here.pilot.wait_for("key")
            await here.picture("allowlist-key")


async def refused(stage: Stage) -> None:
    """Approve a refused device from its sheet, and one that is scanned before it is in range."""
    with stage.world(devices=_SOME, scenario="field", dialect="datamodel", speed=4) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: any(is_blocked(d) for d in here.devices()), 60.0)
            blocked = next(device.mac for device in here.devices() if is_blocked(device))
            await here.pilot.scan(blocked)
            await here.pilot.wait_for("approve")
            await here.picture("device-not-approved")
            await here.pilot.tap("approve")
            await here.pilot.wait_for("provision")
            await here.picture("device-approved")
            await here.pilot.scan(_NEW)
            await here.pilot.wait_for("approve")
            await here.picture("approval-not-in-range")
            await here.pilot.tap("approve")
            await here.pilot.wait_for("remove")
            await here.picture("approval-in-session")
            await here.pilot.tap("back", "back", "menu", "row:allowlist")
            await here.pilot.page_to(f"row:{blocked}")
            await here.picture("allowlist-in-session")


ALLOWLIST_WALKS = {
    "the allowlist": allowlist,
    "an empty allowlist": empty,
    "a refused device": refused,
}
