"""The tour's walks through the open session's sheet and the sessions that are not open."""

from __future__ import annotations

import tempfile

from kiosk.tour.stage import NOWHERE, Set, Stage, World

_SESSIONS = "/api/v1/provisioning/sessions/"
_BATCH = "/api/v1/provisioning/batch/"
_SLOW = 60.0
_FEW, _MANY = 5, 50


async def on_hold(stage: Stage) -> None:
    """Look at some of many devices; hold the session and let it go on; leave a device out."""
    with stage.world(devices=_MANY, scenario="field", speed=16) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") == _MANY, _SLOW)
            await here.pilot.tap("overview")
            await here.picture("session")
            await here.pilot.tap("about")
            await here.picture("session-details")
            await here.pilot.tap("about", "row:problems")
            await here.picture("provision-problems")
            await here.pilot.tap("show-all")
            await _show(here, "ready")
            await here.picture("provision-none-ready")
            await here.pilot.tap("show-all", "provision-all", "dismiss", "overview", "pause")
            await here.pilot.wait_for("unpause")
            await here.picture("session-paused")
            await here.pilot.tap("back")
            await here.picture("provision-paused")
            await _show(here, "busy")
            await here.picture("provision-paused-busy")
            await here.pilot.tap("show-all", "unpause")
            await _lacking(here, world)


async def _show(here: Set, group: str) -> None:
    await here.pilot.tap("overview")
    await here.pilot.page_to(f"row:{group}")
    await here.pilot.tap(f"row:{group}")


async def _lacking(here: Set, world: World) -> None:
    await here.pilot.wait_for("overview")
    await world.spoil(f"{_BATCH}{here.batch().session.id}/pause", status=404)
    await here.pilot.tap("overview", "pause")
    await here.pilot.wait_for("dismiss")
    await here.picture("session-refused")


async def left_out(stage: Stage) -> None:
    """Leave a device out of the session."""
    with stage.world(devices=_FEW, scenario="smooth", speed=16) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") == _FEW)
            mac = here.macs("discovered")[0]
            await here.pilot.tap(f"device:{mac}", "details")
            await here.picture("device-details")
            await here.pilot.tap("details")
            await here.pilot.hold("skip")
            await here.pilot.wait_for(lambda: here.count("skipped"))
            await here.picture("device-skipped")
            await here.pilot.tap("back")
            await here.picture("provision-skipped-one")


async def past_sessions(stage: Stage) -> None:
    """Find what can be continued and what is over; meet another client; give one up."""
    with tempfile.TemporaryDirectory(prefix="kiosk-tour-") as state:
        with stage.world(devices=_FEW, scenario="smooth", speed=30, state=state) as world:
            async with stage.kiosk(world.url) as here:
                await _all_ready(here)
                await here.pilot.hold("stop")
                await here.pilot.tap("done", "start")
                await here.pilot.wait_for(lambda: here.count("discovered") == _FEW, _SLOW)
        with stage.world(devices=_FEW, scenario="smooth", speed=30, state=state) as world:
            async with stage.kiosk(world.url) as here:
                await _look_around(here, world)
            async with stage.kiosk(world.url) as here:
                await here.pilot.tap("start")
                await here.pilot.wait_for(lambda: here.count("discovered"), _SLOW)
                await here.pilot.tap("menu", "row:sessions")
                await here.pilot.wait_for(lambda: here.kiosk.store.state.service.recoverable)
                await here.picture("sessions-one-open")


async def _all_ready(here: Set) -> None:
    await here.pilot.tap("start")
    await here.pilot.wait_for(lambda: here.count("discovered") == _FEW, _SLOW)
    await here.pilot.tap("provision-all")
    await here.pilot.wait_for(lambda: here.count("verified") == _FEW, _SLOW)


async def _look_around(here: Set, world: World) -> None:
    store = here.kiosk.store
    await here.pilot.wait_for("resume")
    await here.pilot.tap("menu", "row:sessions")
    await here.pilot.wait_for(lambda: store.state.recovery.history.value)
    await here.picture("sessions")
    waiting = store.state.service.recoverable[0].id
    over = (store.state.recovery.history.value or ())[0].id
    await here.pilot.tap(f"row:{over}")
    await here.picture("past-over")
    await here.pilot.hold("clear")
    await here.pilot.wait_for("dismiss")
    await here.picture("past-cleared")
    await here.pilot.tap("dismiss", "back", f"row:{waiting}")
    await here.picture("past")
    await world.spoil(f"{_SESSIONS}{waiting}", method="POST", code="SESSION_ALREADY_ACTIVE")
    await here.pilot.tap("resume")
    await here.pilot.wait_for("dismiss")
    await here.picture("past-another-runs")
    await here.pilot.tap("dismiss")
    await world.spoil(f"{_SESSIONS}{waiting}", method="POST", code="SESSION_EXPIRED")
    await here.pilot.tap("resume")
    await here.pilot.wait_for("dismiss")
    await here.picture("past-no-more")


async def no_sessions(stage: Stage) -> None:
    """Look for sessions where there are none, and where nobody answers."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("menu", "row:sessions")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.recovery.history.at)
            await here.picture("sessions-none")
    async with stage.kiosk(NOWHERE) as here:
        await here.pilot.wait_for("retry-now")
        await here.pilot.tap("menu", "row:sessions")
        await here.pilot.wait_for("refresh")
        await here.picture("sessions-away")


SESSION_WALKS = {
    "a session on hold": on_hold,
    "a session without a device": left_out,
    "past sessions": past_sessions,
    "no sessions": no_sessions,
}
