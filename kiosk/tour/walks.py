"""The tour's walks: through every screen and what may go wrong on it, by touch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from kiosk.services.views.devices import MOVING, is_blocked
from kiosk.tour.allowlist_walks import ALLOWLIST_WALKS
from kiosk.tour.health_walks import HEALTH_WALKS
from kiosk.tour.log_walks import LOG_WALKS
from kiosk.tour.machine_walks import MACHINE_WALKS
from kiosk.tour.session_walks import SESSION_WALKS
from kiosk.tour.settings_walks import SETTINGS_WALKS
from kiosk.tour.stage import NOWHERE, Set, Stage, World

Walk = Callable[[Stage], Awaitable[None]]

_API = "/api/v1/"
_SCAN = "/api/v1/wifi/scan"
_BATCH = "/api/v1/provisioning/"
_SLOW = 60.0
_SOME = 3
_FEW, _HALF_A_DOZEN, _MANY = 5, 6, 50


async def start_screen(stage: Stage) -> None:
    """Fill in the form: nothing, something wrong, a password; its time-outs."""
    with stage.world(devices=0) as world:
        await world.spoil(_SCAN, code="NETWORK_ERROR")
        async with stage.kiosk(world.url, known_target=False) as here:
            await here.pilot.wait_for("start")
            await here.picture("start-empty")
            await here.pilot.tap("start")
            await here.picture("start-errors")
            await here.pilot.tap("network")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.scan.problem)
            await here.picture("networks-refused")
            await here.pilot.tap("by-name")
            await here.pilot.type_keys("Mach")
            await here.picture("editor-name")
            await here.pilot.tap("accept", "password")
            await _typing(here)
            await here.pilot.tap("timeouts")
            await here.picture("timeouts")


async def _typing(here: Set) -> None:
    await here.picture("editor-password")
    await here.pilot.tap("key:shift")
    await here.picture("editor-capitals")
    await here.pilot.type_keys("Cam1")
    await here.pilot.tap("accept")
    await here.picture("editor-error")
    await here.pilot.type_keys("-é ras")
    await here.picture("editor-hidden")
    await here.pilot.tap("eye")
    await here.picture("editor-shown")
    await here.pilot.tap("accept")
    await here.pilot.wait_for("start")


async def networks(stage: Stage) -> None:
    """Scan for networks; start a session that nobody joins."""
    with stage.world(devices=0) as world:
        await world.spoil(_SCAN, delay_seconds=1.5)
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("start")
            await here.picture("start")
            await here.pilot.tap("menu")
            await here.picture("menu")
            await here.pilot.tap("row:start")
            await here.pilot.tap("network")
            await here.picture("networks-scanning")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.scan.networks)
            await here.picture("networks")
            await here.pilot.tap("back", "start")
            await here.pilot.wait_for("stop")
            await here.pilot.wait_for(lambda: here.batch().loaded)
            await here.picture("provision-empty")
            await here.pilot.hold("stop")
            await here.pilot.wait_for("done")
            await here.picture("summary-empty")


async def away(stage: Stage) -> None:
    """Look for a service that does not answer."""
    async with stage.kiosk(NOWHERE) as here:
        await here.pilot.wait_for("retry-now")
        await here.picture("start-away")
        await here.pilot.tap("details")
        await here.picture("start-away-details")


async def keys(stage: Stage) -> None:
    """Meet a service that wants a key: know none, enter a wrong one."""
    with stage.world(devices=0, api_key="the-right-one") as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("key")
            await here.picture("start-key-missing")
            await here.pilot.tap("key")
            await here.pilot.type_keys("wrong")
            await here.picture("editor-key")
            await here.pilot.tap("keep")
            await here.picture("editor-key-kept")
            await here.pilot.tap("keep")
            await here.pilot.tap("accept", "key", "cancel", "details")
            await here.picture("start-key-refused")


async def few(stage: Stage) -> None:
    """Set up a few devices: large cards, one device's sheet, all ready in the end."""
    with stage.world(devices=_FEW, failing=1, speed=4) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") == _FEW)
            await here.picture("provision-few")
            first = here.macs("discovered")[0]
            await _open(here, first)
            await here.picture("device-waiting")
            await here.pilot.tap("provision")
            await here.pilot.wait_for(lambda: first in here.macs(*MOVING))
            await here.picture("device-moving")
            await here.pilot.tap("back", "provision-all")
            await here.pilot.wait_for(lambda: here.count(*MOVING) > 1)
            await here.picture("provision-few-moving")
            await here.pilot.wait_for(lambda: here.count("verified") == _FEW - 1, _SLOW)
            await here.pilot.wait_for(lambda: here.count("failed"), _SLOW)
            await here.picture("provision-few-failed")
            await _open(here, here.macs("failed")[0])
            await here.picture("device-failed")
            await here.pilot.tap("details")
            await here.picture("device-failed-details")
            await here.pilot.tap("retry", "back")
            await here.pilot.wait_for(lambda: here.count("verified") == _FEW, _SLOW)
            await here.picture("provision-few-ready")
            await here.pilot.hold("stop")
            await here.pilot.wait_for("done")
            await here.picture("summary-ready")


async def _open(here: Set, mac: str) -> None:
    await here.pilot.page_to(f"device:{mac}")
    await here.pilot.tap(f"device:{mac}")
    await here.pilot.wait_for("back")


async def many(stage: Stage) -> None:
    """Set up many devices in the field: tiles, refusals, failures, an end with leftovers."""
    with stage.world(devices=_MANY, scenario="field", speed=16) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") == _MANY, _SLOW)
            await here.picture("provision-many")
            await here.pilot.tap("page-down")
            await here.picture("provision-many-page")
            await here.pilot.tap("page-up")
            await _refused(here, world)
            await _provisioning(here)
            await _not_live(here, world)
            await here.pilot.tap("retry-failed")
            await here.pilot.hold("stop")
            await here.pilot.wait_for("done")
            await here.picture("summary-leftovers")


async def _refused(here: Set, world: World) -> None:
    await world.spoil(_BATCH, method="POST", code="CIRCUIT_OPEN")
    await here.pilot.tap("provision-all")
    await here.pilot.wait_for("dismiss")
    await here.picture("provision-refused")
    await here.pilot.tap("details")
    await here.picture("provision-refused-details")
    await here.pilot.tap("details")
    await here.pilot.tap("dismiss")


async def _provisioning(here: Set) -> None:
    await here.pilot.tap("provision-all")
    await here.pilot.wait_for("dismiss")
    await here.picture("provision-skipped")
    await here.pilot.tap("dismiss")
    await here.picture("provision-moving")
    await here.pilot.wait_for(lambda: here.count("failed") > _SOME, _SLOW)
    await here.picture("provision-failed")
    await here.pilot.wait_for(lambda: not here.count(*MOVING), _SLOW)
    blocked = next(d for d in here.devices() if is_blocked(d))
    await _open(here, blocked.mac)
    await here.picture("device-blocked")
    await here.pilot.tap("back")


async def _not_live(here: Set, world: World) -> None:
    await world.spoil(_API, abort=True, times=1000)
    await world.cut_streams()
    await here.pilot.wait_for("retry-now")
    await here.picture("provision-not-live")
    await here.pilot.tap("details")
    await here.picture("provision-not-live-details")
    await here.pilot.tap("details")
    await world.heal()
    await here.pilot.tap("retry-now")
    await here.pilot.wait_for(lambda: here.batch().connection.state == "live")


async def unfinished(stage: Stage) -> None:
    """Leave a session: it is offered to be continued, and in the way of a new one."""
    with stage.world(devices=_FEW, speed=4) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") > 1)
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("resume")
            await here.picture("start-resume")
            await here.pilot.tap("start")
            await here.pilot.wait_for("open-running")
            await here.picture("start-running")
            await here.pilot.tap("open-running")
            await here.pilot.wait_for("stop")


async def wrong_password(stage: Stage) -> None:
    """See all devices fail for the same reason."""
    with stage.world(devices=_HALF_A_DOZEN, scenario="wrong-password", speed=60) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") == _HALF_A_DOZEN)
            await here.pilot.tap("provision-all")
            await here.pilot.wait_for(lambda: here.count("failed") == _HALF_A_DOZEN, _SLOW)
            await here.picture("provision-wrong-password")


WALKS: dict[str, Walk] = {
    "the start screen": start_screen,
    "the networks": networks,
    "the service away": away,
    "the access key": keys,
    "a few devices": few,
    "many devices": many,
    "an unfinished session": unfinished,
    "a wrong password": wrong_password,
    **ALLOWLIST_WALKS,
    **SESSION_WALKS,
    **HEALTH_WALKS,
    **LOG_WALKS,
    **MACHINE_WALKS,
    **SETTINGS_WALKS,
}
