"""Whoever walks through the screens for a day, or drums on the panel, leaves nothing behind."""

import asyncio
import itertools
import logging
import random
import statistics

import pytest

from tests.chaos.heartbeat import Heartbeat
from tests.chaos.sizes import sizes
from tests.journeys.technician import technician_at
from tests.soak.census import census
from tests.support.app import one_frame_at_a_time
from tests.support.simulator import SimulatorProcess

pytestmark = pytest.mark.usefixtures("window")

ROUTES = (
    "menu",
    "allowlist",
    "sessions",
    "health",
    "logs",
    "wifi",
    "cameras",
    "door",
    "checks",
    "config",
    "help",
    "settings",
    "provision",
    "session",
)


async def at_rest(technician):
    """Return what the process holds when what was under way has come to its end."""
    technician.kiosk.intents.open("settings")
    await technician.until(lambda: not technician.kiosk.store.state.busy)
    await asyncio.sleep(0.5)
    await technician.pilot.settle()
    return census()


async def walks(technician, visits):
    """Enter one screen after another, and leave it after two frames."""
    for route in itertools.islice(itertools.cycle(ROUTES), visits):
        technician.kiosk.intents.open(route)
        await technician.pilot.frame()
        await technician.pilot.frame()
        assert technician.kiosk.store.state.navigation.route == route


@pytest.mark.timeout(600)
@sizes(
    "visits",
    "leaving and entering screens 1,500 times",
    "{} visits to 14 screens",
    small=70,
    whole=1500,
)
async def test_going_from_screen_to_screen_leaves_nothing_behind(visits, told, caplog):
    # pytest keeps every line of the log, which would count as growth.
    caplog.set_level(logging.WARNING, logger="kiosk")
    smooth = SimulatorProcess(devices=5, scenario="smooth", dialect="datamodel")
    with smooth as simulator, one_frame_at_a_time():
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (5)", "Live")
            await walks(technician, 3 * len(ROUTES))
            before = await at_rest(technician)
            asked = len(simulator.requests())

            # So many seconds of work find a machine that is busy otherwise at some moment.
            lap = visits // 5
            held = [before["malloc"]]
            async with Heartbeat(most_seconds=10) as heart:
                for _ in range(5):
                    await walks(technician, lap)
                    after = await at_rest(technician)
                    held.append(after["malloc"])
            asked = len(simulator.requests()) - asked
            grown = {
                name: after[name] - before[name]
                for name in ("widgets", "tasks", "fds", "malloc", "rss")
            }
            assert grown["widgets"] <= 10
            assert grown["tasks"] <= 2
            assert grown["fds"] <= 4
            # A buffer of a megabyte comes or goes once, a leak in each lap; lines of the log, words
            # and figures fill what is kept of them, by 4 KiB a visit at most.
            steps = [new - old for old, new in itertools.pairwise(held)]
            assert statistics.median(steps) < max(0.25, lap / 256)
            # What is held, and the holes between.
            assert grown["rss"] < 10
            # What is fresh, or under way, is not asked for at each glance.
            assert asked <= 3 * visits
            technician.kiosk.intents.open("provision")
            await technician.reads("Provision all (5)", "Live")
            told.screen(
                f"the session as it was; {heart}; {grown['widgets']:+d} of "
                f"{before['widgets']} widgets, {grown['tasks']:+d} tasks, "
                f"{grown['malloc']:+.1f} MiB held"
            )
            told.sent(f"{asked} requests for {visits} visits")
            told.kept("the session and its stream")
            assert simulator.count("POST", "/batch/start") == 1


@pytest.mark.fault("UI blocked for 30 s", how="50 touches on Start at once, then 10 a frame")
async def test_a_flood_of_touches_starts_one_session_and_holds_nobody_up(told):
    with SimulatorProcess(devices=3, scenario="smooth", dialect="datamodel") as simulator:
        async with technician_at(simulator.url) as technician, Heartbeat() as heart:
            await technician.comes("start")
            pilot, finger = technician.pilot, technician.pilot.finger
            centre = pilot.target("start").visible.centre

            async def flood(places):
                for place in places:
                    finger.down(*place)
                    finger.up()
                await pilot.frame()

            await flood(centre for _ in range(50))
            await technician.reads("Provision all (3)", "Live")
            assert simulator.count("POST", "/batch/start") == 1

            width, height = technician.kiosk.app.shell.size
            choice = random.Random(5)
            for _ in range(30):
                await flood(
                    (choice.uniform(0, width), choice.uniform(0, height)) for _ in range(10)
                )
            await pilot.settle()
            technician.kiosk.intents.open("provision")
            await technician.comes("stop")
            await technician.goes_to("health")
            await technician.reads("Processor")
            told.screen(f"the session, and the next tap is answered; {heart}")
            told.sent("1 start")
            assert simulator.count("POST", "/batch/start") == 1
            assert simulator.count("POST", "/stop") == 0
