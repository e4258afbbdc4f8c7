"""The tour's walks through the log: what it shows, what can be done, what may go wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from kiosk.services.state.logs import Logs
from kiosk.tour.stage import Set, Stage, World

# The list and the stream begin alike.
_LOGS = "/api/v1/system/logs"
_STREAM = "/api/v1/system/logs/stream"
_OLDER_LOGS = "/api/dashboard/logs"
_SLOW = 60.0
_MANY, _FAILING = 24, 6
_ALWAYS = 1000


async def reading(stage: Stage) -> None:
    """Read the log of a session in which devices fail, also while the stream is lost."""
    with stage.world(devices=_MANY, failing=_FAILING, speed=16) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") == _MANY, _SLOW)
            await world.spoil(_LOGS, delay_seconds=1.5)
            await _enter(here)
            await here.picture("logs-loading")
            await _live(here)
            await here.pilot.wait_for(lambda: _logs(here).total)
            await here.picture("logs")
            await here.pilot.tap("level", "level", "level")
            await here.picture("logs-no-error")
            await here.pilot.tap("level", "session", "provision-all")
            await here.pilot.wait_for(lambda: here.count("failed") == _FAILING, _SLOW)
            await _enter(here)
            await _live(here)
            await _moving_about(here)
            await _not_live(here, world)


async def _moving_about(here: Set) -> None:
    await here.pilot.tap("level", "level")
    await here.picture("logs-warnings")
    await here.pilot.tap("page-up")
    await here.picture("logs-paused")
    await here.pilot.tap(_line(here))
    await here.pilot.wait_for("back")
    await here.picture("log-line")
    await here.pilot.tap("back", "level", "level", "go-on")
    await here.picture("logs-live")


async def _not_live(here: Set, world: World) -> None:
    await world.spoil(_LOGS, abort=True, times=_ALWAYS)
    await world.cut_streams()
    await here.pilot.wait_for("refresh")
    await here.picture("logs-not-live")
    await here.pilot.tap("details")
    await here.picture("logs-not-live-details")
    await here.pilot.tap("details")
    await world.heal()
    await here.pilot.tap("refresh")
    await _live(here)


async def errors(stage: Stage) -> None:
    """Jump to the error of a session in which no device comes online."""
    with stage.world(devices=_FAILING, scenario="wrong-password", speed=60) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("start")
            await here.pilot.wait_for(lambda: here.count("discovered") == _FAILING)
            await here.pilot.tap("provision-all")
            await here.pilot.wait_for(lambda: here.count("failed") == _FAILING, _SLOW)
            await _enter(here)
            await here.pilot.wait_for("error", _SLOW)
            await here.pilot.tap("error")
            await here.picture("logs-error")


async def asked(stage: Stage) -> None:
    """Ask a service for its log that has no stream, has no log, or wants a key."""
    with stage.world(devices=0) as world:
        await world.spoil(_STREAM, status=404, times=_ALWAYS)
        async with stage.kiosk(world.url) as here:
            await _enter(here)
            await _live(here)
            await here.picture("logs-asked")
    with stage.world(devices=0, routes="spec") as world:
        for path in (_LOGS, _OLDER_LOGS):
            await world.spoil(path, status=404, times=_ALWAYS)
        async with stage.kiosk(world.url) as here:
            await _enter(here)
            await here.pilot.wait_for(lambda: _logs(here).connection.state == "stopped")
            await here.picture("logs-absent")
    with stage.world(devices=0) as world:
        await world.spoil(_LOGS, code="UNAUTHORIZED", times=_ALWAYS)
        async with stage.kiosk(world.url) as here:
            await _enter(here)
            await here.pilot.wait_for("key")
            await here.picture("logs-no-key")


async def _enter(here: Set) -> None:
    await here.pilot.tap("menu")
    await here.pilot.wait_for("back")
    await here.pilot.page_to("row:logs")
    await here.pilot.tap("row:logs")
    await here.pilot.wait_for("level")


async def _live(here: Set) -> None:
    await here.pilot.wait_for(lambda: _logs(here).connection.state == "live")


def _logs(here: Set) -> Logs:
    return here.kiosk.store.state.logs


def _line(here: Set) -> str:
    lines = [t.name for t in here.pilot.targets() if t.name.startswith("line:")]
    return lines[0]


LOG_WALKS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "the log": reading,
    "errors in the log": errors,
    "ways to the log": asked,
}
