"""The cameras of the machine: those that are installed, and those that a search found."""

from __future__ import annotations

from kiosk.services.state.known import Known
from kiosk.services.state.model import Route, State
from kiosk.services.views.devices import tail_of
from kiosk.services.views.language import _, plural
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.readings import seen_text, signal_name, under_way
from kiosk.services.views.rows import ListView, RowView, banner_of, empty_text, nav
from kiosk.services.wire.cameras import Camera
from kiosk.services.wire.espcam import DiscoveredCamera, PairedCamera
from kiosk.services.wire.features import Feature
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.marks import N_, NC_

# Icon, word, tone: shape and colour never stand alone.
_LOOKS = {
    "online": ("check-circle", N_("Online"), "good"),
    "offline": ("close-octagon", N_("Offline"), "bad"),
    "idle": ("sleep", N_("Silent"), "waiting"),
    "error": ("alert-octagon", N_("Error"), "bad"),
    "rebooting": ("restart", N_("Restarting"), "moving"),
    "discovered": ("radar", N_("Found"), "moving"),
    "pairing": ("link-variant", N_("Pairing"), "moving"),
    "connecting": ("wifi-sync", N_("Connecting"), "moving"),
    "initializing": ("timer-sand", N_("Starting"), "moving"),
    "unknown": ("help-circle-outline", NC_("camera", "Unknown"), "quiet"),
}


def is_absent(state: State) -> bool:
    """Return whether there is nothing behind this screen."""
    machine = state.machine
    is_off = Feature.CAMERAS in state.off
    return is_off or (machine.cameras.is_absent and machine.paired.is_absent)


def view_of(state: State, now: float) -> ListView:
    """Return the cameras at ``now``."""
    listed = source_of(state)
    everyone = cameras_of(state)
    found = found_of(state)
    rows = (*(_row(camera, listed, now) for camera in everyone), *map(_found_row, found))
    return ListView(
        title=_("Cameras"),
        nav=nav(state),
        facts=_facts(state, everyone, found, now),
        banner=banner_of(state, now, listed),
        rows=rows,
        empty="" if rows else empty_text(listed, _("No camera is installed. Look for new ones.")),
        buttons=() if state.machine.paired.is_absent else (_search_button(state),),
    )


def look_of(status: str) -> tuple[str, str, str]:
    """Return icon, word and tone of a camera's state; a state of its own shows as it is."""
    icon, word, tone = _LOOKS.get(status, ("help-circle-outline", status, "quiet"))
    return icon, _(word) if status in _LOOKS else word, tone


def source_of(state: State) -> Known[tuple[Camera, ...]]:
    """Return what is known of the cameras; of those that are paired, where nothing else is told."""
    cameras, paired = state.machine.cameras, state.machine.paired
    if not cameras.is_absent:
        return cameras
    return Known(
        value=None if paired.value is None else tuple(map(_as_camera, _with_mac(state))),
        at=paired.at,
        reading=paired.reading,
        problem=paired.problem,
        retry_at=paired.retry_at,
        epoch=paired.epoch,
    )


def cameras_of(state: State) -> tuple[Camera, ...]:
    """Return every camera once: the installed ones, then those that are only paired."""
    installed = source_of(state).value or ()
    here = {mac_of(camera) for camera in installed}
    # An id that holds the last three bytes of a MAC is the same camera.
    tails = {camera.id.lower()[-6:] for camera in installed if mac_of(camera) is None}
    others = [
        paired
        for paired in _with_mac(state)
        if paired.mac_address not in here and _tail(paired.mac_address or "") not in tails
    ]
    return (*installed, *map(_as_camera, others))


def camera_of(state: State, camera_id: str | None) -> Camera | None:
    """Return the camera of that id; None where it is gone."""
    return next((camera for camera in cameras_of(state) if camera.id == camera_id), None)


def found_of(state: State) -> tuple[DiscoveredCamera, ...]:
    """Return what a search found and is not paired yet."""
    macs = {mac_of(camera) for camera in cameras_of(state)}
    found = state.machine.discovered or ()
    return tuple(camera for camera in found if camera.mac and camera.mac not in macs)


def mac_of(camera: Camera) -> str | None:
    """Return a camera's MAC, which may be its id."""
    return canonical(camera.mac_address or camera.id)


def _with_mac(state: State) -> tuple[PairedCamera, ...]:
    paired = state.machine.paired.value
    return tuple(camera for camera in paired.cameras if camera.mac_address) if paired else ()


def _tail(mac: str) -> str:
    return mac.replace(":", "")[-6:].lower()


def _as_camera(paired: PairedCamera) -> Camera:
    mac = paired.mac_address or ""
    # A copy takes values as they are; the model itself reads them from the wire.
    return Camera(id=mac, name=paired.name or mac, mac_address=mac).model_copy(
        update={
            "status": paired.status or "unknown",
            "last_seen": paired.last_seen,
            "rssi": paired.signal_strength,
            "firmware_version": paired.firmware_version,
            "last_capture": paired.last_image,
            "last_error": paired.error_message,
            "container_id": paired.container_id,
            "position": paired.position,
        }
    )


def _row(camera: Camera, listed: Known[tuple[Camera, ...]], now: float) -> RowView:
    icon, word, tone = look_of(camera.status)
    seen = seen_text(listed.age_of(camera.last_seen, now))
    return RowView(
        camera.id,
        icon,
        camera.name,
        word if camera.rssi is None else f"{word} · {signal_name(camera.rssi)}",
        tone=tone,
        more=f"{tail_of(mac_of(camera) or camera.id)} · {seen}",
        intent="open",
        arguments=(Route.CAMERA.value, camera.id),
    )


def _found_row(camera: DiscoveredCamera) -> RowView:
    mac = camera.mac or ""
    return RowView(
        f"found:{mac}",
        "camera-plus-outline",
        camera.name or mac,
        _("New: pair it"),
        tone="waiting",
        more=mac,
        intent="open",
        arguments=(Route.PAIR.value, mac),
    )


def _facts(
    state: State, cameras: tuple[Camera, ...], found: tuple[DiscoveredCamera, ...], now: float
) -> str:
    seconds = under_way(state, "scan_cameras", now)
    if seconds is not None:
        return _("Looking for new cameras … {n} s").format(n=seconds)
    if not cameras and not found:
        return ""
    online = sum(camera.status == "online" for camera in cameras)
    text = _("{online} of {total} online").format(online=online, total=len(cameras))
    if state.machine.discovered is None:
        return text
    new = plural("{n} new", "{n} new", len(found)) if found else _("no new one found")
    return f"{text} · {new}"


def _search_button(state: State) -> ButtonView:
    busy = "scan_cameras" in state.busy
    text = _("Looking …") if busy else _("Look for new")
    return ButtonView("scan-cameras", text, "radar", "scan_cameras", enabled=not busy)
