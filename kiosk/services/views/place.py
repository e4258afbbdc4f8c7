"""Where a camera is: the positions of the containers, to choose a free one or leave it."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.views.camera import label_of, place_of
from kiosk.services.views.cameras import camera_of
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import ListView, RowView, banner_of, empty_text, nav
from kiosk.services.wire.cameras import Camera
from kiosk.services.wire.containers import Container

_POSITIONS = range(1, 5)


def view_of(state: State, now: float) -> ListView:
    """Return the list at ``now``."""
    containers = state.machine.containers
    camera = camera_of(state, state.navigation.subject)
    place = place_of(state, camera) if camera is not None else None
    rows = [
        _row(state, container, position, camera, place)
        for container in containers.value or ()
        for position in _POSITIONS
    ]
    return ListView(
        title=_("Where is {camera}?").format(camera=camera.name) if camera else _("Place"),
        nav=nav(state),
        facts="" if place is None else _("It has to be taken out before it gets another place."),
        banner=banner_of(state, now, containers),
        rows=tuple(rows),
        empty=empty_text(containers, _("There is no container.")),
        buttons=_take_out(state, camera, place),
    )


def _row(
    state: State,
    container: Container,
    position: int,
    camera: Camera | None,
    place: tuple[str, int | None] | None,
) -> RowView:
    is_here = place == (container.id, position)
    there = next((placed for placed in container.cameras if placed.position == position), None)
    name = _("{container}, position {n}").format(container=label_of(container), n=position)
    key = f"{container.id}:{position}"
    if is_here:
        return RowView(key, "map-marker-check", name, _("Here now"), "good", selected=True)
    if there is not None:
        taken = _("Taken: {camera}").format(camera=there.name or there.device_id or UNKNOWN)
        return RowView(key, "map-marker-off", name, taken, "quiet")
    may = camera is not None and place is None and f"place_camera:{camera.id}" not in state.busy
    if camera is None or not may:
        return RowView(key, "map-marker-outline", name, _("Free"), "quiet")
    arguments = (camera.id, container.id, str(position))
    intent = "place_camera"
    return RowView(key, "map-marker-plus", name, _("Free"), "plain", intent, arguments)


def _take_out(
    state: State, camera: Camera | None, place: tuple[str, int | None] | None
) -> tuple[ButtonView, ...]:
    if camera is None or place is None:
        return ()
    busy = f"remove_camera:{camera.id}" in state.busy
    return (
        ButtonView(
            "take-out",
            _("Taking out …") if busy else _("Hold to take out"),
            "map-marker-remove",
            "remove_camera",
            (camera.id, place[0]),
            enabled=not busy,
            hold=True,
            machine=True,
        ),
    )
