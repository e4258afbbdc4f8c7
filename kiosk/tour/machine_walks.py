"""The tour's walks around the machine: its Wi-Fi, cameras, door, links and settings."""

from __future__ import annotations

from kiosk.services.state.model import Route
from kiosk.tour.stage import NOWHERE, Set, Stage

_API = "/api/v1/"
_LONG = 30.0
_CODE, _OLD_CODE = "246810", "135790"


async def wifi(stage: Stage) -> None:
    """See what the Pi is connected to; join another network, be refused, leave it."""
    with stage.world(devices=0) as world:
        await world.spoil(f"{_API}wifi/status", delay_seconds=1.0)
        async with stage.kiosk(world.url) as here:
            await _to(here, "wifi")
            await here.picture("wifi-loading")
            await here.pilot.wait_for("row:link")
            await here.picture("wifi")
            await here.pilot.tap("rescan")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.scan.networks)
            await here.picture("wifi-scanned")
            await here.pilot.tap("row:link")
            await here.picture("wifi-join-here")
            await here.pilot.hold("leave")
            await here.pilot.wait_for("join")
            await here.picture("wifi-join-left")
            await here.pilot.tap("back", "row:network:Lobby Guests")
            await here.picture("wifi-join-open")
            await here.pilot.tap("back", "by-name")
            await here.pilot.type_keys("Cellar")
            await here.picture("wifi-name")
            await here.pilot.tap("accept", "password")
            await here.pilot.type_keys("cellar-pass")
            await here.pilot.tap("accept")
            await here.picture("wifi-join-typed")
            await world.spoil(f"{_API}wifi/connect", delay_seconds=4, code="NETWORK_ERROR")
            await here.pilot.hold("join")
            await here.picture("wifi-join-joining")
            await here.pilot.wait_for("dismiss")
            await here.picture("wifi-join-failed")


async def cameras(stage: Stage) -> None:
    """Look at the cameras; take a picture, meet one that is offline, restart one, move one."""
    with stage.world(devices=0) as world:
        await world.spoil(f"{_API}cameras", delay_seconds=1.0)
        async with stage.kiosk(world.url) as here:
            await here.pilot.tap("menu")
            await here.picture("menu-all")
            await here.pilot.page_to("row:cameras")
            await here.pilot.tap("row:cameras")
            await here.pilot.wait_for("row:espcam-000a01")
            await here.picture("cameras")
            await here.pilot.tap("row:espcam-000a01")
            await here.picture("camera")
            await world.spoil(f"{_API}cameras/espcam-000a01/capture", delay_seconds=1.5)
            await here.pilot.tap("capture")
            await here.picture("camera-taking")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.machine.pictures)
            await here.picture("camera-picture")
            await here.pilot.hold("reboot")
            await here.pilot.wait_for(lambda: _is_restarting(here))
            await here.picture("camera-restarting")
            await here.pilot.tap("back", "row:espcam-000a03", "capture")
            await here.pilot.wait_for("dismiss")
            await here.picture("camera-offline")
            await here.pilot.tap("dismiss", "place")
            await here.picture("place-taken")
            await here.pilot.hold("take-out")
            await here.pilot.wait_for("row:lobby-fridge-001:4")
            await here.picture("place-free")
            await here.pilot.tap("row:lobby-fridge-001:4")
            await here.pilot.wait_for("place")
            await here.picture("camera-placed")


async def pairing(stage: Stage) -> None:
    """Look for new cameras and pair one: with a code that ran out, then with the right one."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await _to(here, "cameras")
            await here.pilot.tap("scan-cameras")
            await here.picture("cameras-looking")
            await here.pilot.wait_for("scan-cameras", _LONG)
            await here.pilot.page_to("row:found:24:0A:C4:00:0B:01")
            await here.picture("cameras-found")
            await here.pilot.tap("row:found:24:0A:C4:00:0B:01")
            await here.picture("pair")
            await here.pilot.tap("code")
            await here.pilot.type_keys("12345")
            await here.pilot.tap("accept")
            await here.picture("pair-code")
            await here.pilot.tap("erase", "erase", "erase", "erase", "erase")
            await here.pilot.type_keys(_OLD_CODE)
            await here.pilot.tap("accept")
            await here.pilot.wait_for("dismiss")
            await here.picture("pair-refused")
            await here.pilot.tap("dismiss", "code")
            await here.pilot.type_keys(_CODE)
            await here.pilot.tap("accept")
            await here.pilot.wait_for_text("24:0A:C4:00:0B:01")
            await here.pilot.wait_for(lambda: "code" not in _names(here))
            await here.picture("pair-done")


async def door(stage: Stage) -> None:
    """Open the door, see it close by itself, lose sight of it."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await _to(here, "door")
            await here.pilot.wait_for("open-door")
            await here.picture("door-closed")
            await here.pilot.hold("open-door")
            await here.pilot.wait_for(lambda: _door_state(here) == "open")
            await here.picture("door-open")
            await here.pilot.tap("close-door")
            await here.pilot.wait_for(lambda: _door_state(here) == "closed")
            await here.picture("door-closed-again")
            await world.spoil(f"{_API}door/open", code="INTERNAL_ERROR")
            await here.pilot.hold("open-door")
            await here.pilot.wait_for("dismiss")
            await here.picture("door-failed")
            await here.pilot.tap("dismiss")
            await world.spoil(f"{_API}door/status", code="INTERNAL_ERROR", times=9)
            await here.pilot.wait_for("refresh")
            await here.picture("door-stale")


async def links(stage: Stage) -> None:
    """See the links; ping what answers, what does not, and what was typed."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await _to(here, "checks")
            await here.pilot.wait_for(lambda: here.kiosk.store.state.machine.tailscale.value)
            await here.picture("checks")
            await here.pilot.page_to("row:ping:100.84.12.3")
            await here.pilot.tap("row:ping:100.84.12.3", "row:ping:100.84.12.1")
            await here.pilot.wait_for(lambda: len(here.kiosk.store.state.machine.pings) > 1)
            await here.picture("checks-pinged")
            await here.pilot.tap("ping-other")
            await here.pilot.type_keys("-x")
            await here.pilot.tap("accept")
            await here.picture("ping-wrong")
            await here.pilot.tap("erase", "erase")
            await here.pilot.type_keys("8.8.8.8")
            await here.picture("ping-typed")
            await here.pilot.tap("accept")
            await here.pilot.page_to("row:ping:8.8.8.8")
            await here.picture("checks-typed")


async def settings(stage: Stage) -> None:
    """Look at the service's settings; change each kind, be refused, go back to a default."""
    with stage.world(devices=0) as world:
        async with stage.kiosk(world.url) as here:
            await _to(here, "config")
            await here.pilot.wait_for("row:device_name")
            await here.picture("config")
            await _open_setting(here, "log_level")
            await here.picture("setting-choice")
            await here.pilot.tap("row:choice:debug")
            await here.pilot.wait_for("reset")
            await here.picture("setting-changed")
            await here.pilot.tap("back")
            await _open_setting(here, "flash_enabled")
            await here.picture("setting-switch")
            await here.pilot.tap("back")
            await _open_setting(here, "capture_interval")
            await here.picture("setting-number")
            await here.pilot.tap("change", "erase")
            await here.pilot.tap("erase")
            await here.pilot.type_keys("4")
            await here.pilot.tap("accept")
            await here.picture("setting-outside")
            await here.pilot.tap("cancel", "back")
            await _open_setting(here, "bridge_token")
            await here.picture("setting-secret")
            await here.pilot.tap("change")
            await here.pilot.type_keys("abc")
            await here.picture("setting-secret-typed")
            await here.pilot.tap("cancel", "back")
            await _open_setting(here, "device_name")
            await here.pilot.tap("change")
            await here.pilot.type_keys("!")
            await here.pilot.tap("accept")
            await here.pilot.wait_for("dismiss")
            await here.picture("setting-refused")


async def settings_locked(stage: Stage) -> None:
    """Want to change a setting without the key."""
    with stage.world(devices=0, api_key="the-right-one") as world:
        async with stage.kiosk(world.url) as here:
            await _to(here, "config")
            await _open_setting(here, "flash_enabled")
            await here.pilot.tap("row:choice:true")
            await here.pilot.wait_for("key")
            await here.picture("setting-no-key")


async def machine_away(stage: Stage) -> None:
    """Open each of them while the service does not answer."""
    async with stage.kiosk(NOWHERE) as here:
        for name in ("wifi", "cameras", "door", "checks", "config"):
            await _to(here, name)
            await here.pilot.wait_for("refresh")
            await here.picture(f"{name}-away")


async def machine_lacking(stage: Stage) -> None:
    """Meet a service that has nothing of it: what is open says so, the menu leaves it out."""
    with stage.world(devices=0) as world:
        for path in ("wifi/", "cameras", "espcam", "door", "network", "config", "onboarding"):
            await world.spoil(f"{_API}{path}", status=404, body="404 page not found", times=99)
        for path in ("wifi", "dashboard", "cameras", "door"):
            await world.spoil(f"/api/{path}", status=404, body="404 page not found", times=99)
        async with stage.kiosk(world.url) as here:
            for name in ("wifi", "cameras", "door", "checks", "config"):
                here.kiosk.intents.open(Route(name))
                await here.pilot.wait_for(lambda: here.kiosk.store.state.busy == frozenset())
                await here.pilot.wait_for_text("")
                await here.picture(f"{name}-absent")
            await here.pilot.tap("menu")
            await here.picture("menu-few")


async def _to(here: Set, name: str) -> None:
    await here.pilot.tap("menu")
    await here.pilot.page_to(f"row:{name}")
    await here.pilot.tap(f"row:{name}")


async def _open_setting(here: Set, key: str) -> None:
    await here.pilot.wait_for(lambda: here.kiosk.store.state.navigation.route is Route.CONFIG)
    await here.pilot.wait_for(lambda: here.kiosk.store.state.machine.config.value)
    await here.pilot.settle()
    await here.pilot.page_to(f"row:{key}")
    await here.pilot.tap(f"row:{key}")


def _door_state(here: Set) -> str | None:
    door = here.kiosk.store.state.machine.door.value
    return None if door is None else door.state


def _is_restarting(here: Set) -> bool:
    cameras = here.kiosk.store.state.machine.cameras.value or ()
    return any(camera.status == "rebooting" for camera in cameras)


def _names(here: Set) -> set[str]:
    return {target.name for target in here.pilot.targets()}


MACHINE_WALKS = {
    "the machine's wi-fi": wifi,
    "the machine's cameras": cameras,
    "the machine's new cameras": pairing,
    "the machine's door": door,
    "the machine's links": links,
    "the machine's settings": settings,
    "the machine's settings locked": settings_locked,
    "the machine away": machine_away,
    "the machine lacking": machine_lacking,
}
