"""The walks through Health and Help: live, by polling, not live; errors and the bundle."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

from kiosk.displays import DISPLAYS
from kiosk.services.client.timing import SystemClock
from kiosk.services.runtime.monitor_feed import INTERVAL
from kiosk.services.state.monitoring import HISTORY_LENGTH, MonitoringLoaded, told_members
from kiosk.services.wire.monitoring import from_system_info
from kiosk.services.wire.system import SystemInfo
from kiosk.tour.stage import Set, Stage, World

_SCAN = "/api/v1/wifi/scan"
_INFO = "/api/v1/system/info"
_EXPORT = "/api/v1/dashboard/diagnostics/export"
_API = "/api/v1/"
_UNWATCHED = range(30, 42)


async def health(stage: Stage) -> None:
    """See the Pi's figures live, what there is beside them, and what is left without an answer."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("start")
            await world.monitor("stall")
            await _open(here, "health")
            await here.picture("health-connecting")
            await world.monitor("normal")
            await world.cut_streams()
            await here.pilot.wait_for(lambda: here.kiosk.store.state.monitor.history)
            await here.picture("health")
            await _facts(here, "health-facts")
            await world.spoil(_API, abort=True, times=1000)
            await world.monitor("refuse")
            await world.cut_streams()
            await here.pilot.wait_for("refresh")
            await here.picture("health-not-live")
            await here.pilot.tap("details")
            await here.picture("health-not-live-details")
            await here.pilot.tap("details")
            await _facts(here, "health-facts-not-live")
            await world.heal()
            await here.pilot.tap("refresh")
            await here.pilot.wait_for(lambda: _transport(here) == "polling")
            await here.picture("health-polled")
            await _facts(here, "health-facts-polled")


async def strain(stage: Stage) -> None:
    """See a Pi under strain after ten minutes, by polling."""
    with stage.world(devices=0) as world:
        await world.monitor("refuse")
        await world.spoil(_INFO, status=200, body=_envelope(_load(1.0)), times=1000)
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("start")
            _pass_ten_minutes(here)
            await _open(here, "health")
            await here.pilot.wait_for(lambda: _transport(here) == "polling")
            await here.picture("health-strain")


def _transport(here: Set) -> str | None:
    connection = here.kiosk.store.state.monitor.connection
    return connection.transport if connection.state == "live" else None


async def _facts(here: Set, name: str) -> None:
    """Picture the facts, which an upright panel shows with the figures."""
    display = DISPLAYS[here.stage.settings.display]
    upright = display.height > display.width
    if not upright:
        await here.pilot.tap("more")
    await here.picture(name)
    # A large panel shows all of them at once.
    if any(target.name == "page-down" for target in here.pilot.targets()):
        await here.pilot.tap("page-down")
        await here.picture(f"{name}-page")
        await here.pilot.tap("page-up")
    if not upright:
        await here.pilot.tap("figures")


def _load(share: float) -> dict[str, Any]:
    """Return what the Pi tells of itself when it has nothing (0) or far too much (1) to do."""
    return {
        "cpu": {"usage_percent": 20 + 78 * share},
        "memory": {"used_percent": 40 + 43 * share},
        "disk": {"used_percent": 64},
        "temperature_celsius": 45 + 37 * share,
        "uptime": 2_781_596_000_000_000,
        "load_average": {"load_1": 4.2, "load_5": 3.1, "load_15": 1.7},
    }


def _envelope(data: dict[str, Any]) -> str:
    return json.dumps({"success": True, "data": data})


def _pass_ten_minutes(here: Set) -> None:
    """Put ten minutes of figures behind this moment, with a pause that nobody watched."""
    now = SystemClock().monotonic()
    for index in range(HISTORY_LENGTH):
        if index in _UNWATCHED:
            continue
        share = index / HISTORY_LENGTH * (0.8 + 0.2 * math.sin(index))
        info = SystemInfo.model_validate(_load(share))
        figures, at = from_system_info(info), now - (HISTORY_LENGTH - index) * INTERVAL
        told = told_members(figures)
        here.kiosk.store.dispatch(MonitoringLoaded(figures, told, "polling", at))


async def help_(stage: Stage) -> None:
    """Look what this kiosk is, which errors there were, and save that for support."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await here.pilot.wait_for("start")
            await _open(here, "help")
            await here.picture("help")
            await here.pilot.tap("save")
            await here.pilot.wait_for("again")
            await here.picture("help-no-stick")
        await world.spoil(_SCAN, code="NETWORK_ERROR")
        with_stick = replace(
            stage, settings=stage.settings.model_copy(update={"export_dir": stage.secrets})
        )
        async with with_stick.kiosk(world.url) as here:
            await here.pilot.tap("network")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.scan.problem)
            await here.pilot.tap("back")
            await _open(here, "help")
            await here.picture("help-errors")
            await here.pilot.tap("row:problem-1")
            await here.picture("problem")
            await here.pilot.tap("back")
            await _saving(here, world)


async def _saving(here: Set, world: World) -> None:
    await world.spoil(_EXPORT, delay_seconds=1.5)
    await here.pilot.tap("save")
    await here.pilot.wait_for(lambda: here.kiosk.store.state.support.step)
    await here.picture("help-saving")
    await here.pilot.wait_for("dismiss")
    await here.picture("help-saved")


async def _open(here: Set, place: str) -> None:
    await here.pilot.tap("menu")
    await here.pilot.page_to(f"row:{place}")
    await here.pilot.tap(f"row:{place}")


HEALTH_WALKS = {
    "the health": health,
    "the health under strain": strain,
    "the help": help_,
}
