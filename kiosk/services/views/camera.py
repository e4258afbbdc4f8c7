"""One camera's sheet: how it is, its last picture, its place, what can be done with it."""

from __future__ import annotations

from kiosk.services.state.model import Route, State
from kiosk.services.views.cameras import camera_of, look_of, source_of
from kiosk.services.views.language import _
from kiosk.services.views.parts import BannerView, ButtonView
from kiosk.services.views.readings import (
    bytes_text,
    duration_text,
    known,
    seen_text,
    signal_text,
    under_way,
)
from kiosk.services.views.rows import FactView, SheetView, banner_of, nav
from kiosk.services.views.when import ago_text
from kiosk.services.wire.cameras import Camera
from kiosk.services.wire.containers import Container

# So long a picture may take (contract.md §2.7).
_LONGEST = 30


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet at ``now``."""
    camera_id = state.navigation.subject or ""
    camera = camera_of(state, camera_id)
    banner = banner_of(state, now, source_of(state))
    if camera is None:
        text = _("The Pi does not know this camera any more.")
        return SheetView(camera_id, nav(state), "help-circle-outline", text=text, banner=banner)
    icon, word, tone = look_of(camera.status)
    picture = state.machine.pictures.get(camera.id)
    return SheetView(
        title=camera.name,
        nav=nav(state),
        icon=icon,
        word=word,
        tone=tone,
        text="" if banner.text else _waiting(state, camera, now),
        facts=_facts(state, camera, now)[: _most_facts(state, camera, banner)],
        picture=picture.image if picture is not None else b"",
        banner=banner,
        buttons=_buttons(state, camera),
    )


def place_of(state: State, camera: Camera) -> tuple[str, int | None] | None:
    """Return container and position of a camera, as the containers tell or else it itself."""
    for container in state.machine.containers.value or ():
        for placed in container.cameras:
            if placed.device_id in {camera.id, camera.mac_address}:
                return container.id, placed.position
    if state.machine.containers.value is not None or camera.container_id is None:
        return None
    return camera.container_id, camera.position


def label_of(container: Container) -> str:
    """Return what a container is called; one without a label by its id."""
    return container.label or container.id


def _waiting(state: State, camera: Camera, now: float) -> str:
    taking = under_way(state, f"capture:{camera.id}", now)
    if taking is not None:
        text = _("Taking a picture … {n} s, at most {most} s.")
        return text.format(n=taking, most=_LONGEST)
    if under_way(state, f"reboot_camera:{camera.id}", now) is not None:
        return _("Restarting the camera …")
    return ""


def _facts(state: State, camera: Camera, now: float) -> tuple[FactView, ...]:
    listed = source_of(state)
    taken = listed.age_of(camera.last_capture, now)
    return (
        FactView(_("Last sign"), seen_text(listed.age_of(camera.last_seen, now))),
        FactView(_("Signal"), signal_text(camera.rssi)),
        FactView(_("Address"), known(camera.ip_address)),
        FactView(_("Place"), _place_text(state, camera)),
        FactView(_("Last picture"), ago_text(taken)),
        FactView(_("Running for"), duration_text(camera.uptime_seconds)),
        FactView(_("Firmware"), known(camera.firmware_version)),
        FactView(_("Free memory"), bytes_text(camera.free_heap)),
        FactView(_("Id"), camera.mac_address or camera.id),
        FactView(
            _("Last error"), known(camera.last_error), "bad" if camera.last_error else "plain"
        ),
    )


def _most_facts(state: State, camera: Camera, banner: BannerView) -> int | None:
    """Return how many facts there is room for, those first that matter at the camera."""
    beside_picture, below_banner = 5, 6
    if camera.id in state.machine.pictures:
        return 3 if banner.text else beside_picture
    return below_banner if banner.text else None


def _place_text(state: State, camera: Camera) -> str:
    place = place_of(state, camera)
    if place is None:
        unknown = state.machine.containers.value is None
        return known(None) if unknown else _("none")
    container_id, position = place
    containers = state.machine.containers.value or ()
    labels = (label_of(container) for container in containers if container.id == container_id)
    return f"{next(labels, container_id)} · {known(None) if position is None else position}"


def _buttons(state: State, camera: Camera) -> tuple[ButtonView, ...]:
    buttons = []
    # Who is only paired cannot be asked for anything where the server has no cameras.
    if not state.machine.cameras.is_absent:
        taking = f"capture:{camera.id}" in state.busy
        buttons.append(
            ButtonView(
                "capture",
                _("Taking …") if taking else _("Take picture"),
                "camera-outline",
                "capture",
                (camera.id,),
                enabled=not taking,
                role="primary",
            )
        )
    buttons += _place_button(state, camera)
    if not state.machine.cameras.is_absent:
        restarting = f"reboot_camera:{camera.id}" in state.busy
        buttons.append(
            ButtonView(
                "reboot",
                _("Restarting …") if restarting else _("Hold to restart"),
                "restart",
                "reboot_camera",
                (camera.id,),
                enabled=not restarting,
                hold=True,
                machine=True,
            )
        )
    return tuple(buttons)


def _place_button(state: State, camera: Camera) -> list[ButtonView]:
    """Return the way to the camera's place; none where there are no containers."""
    if not state.machine.containers.value:
        return []
    arguments = (Route.PLACE.value, camera.id)
    return [ButtonView("place", _("Place"), "map-marker-outline", "open", arguments)]
