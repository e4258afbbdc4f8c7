"""The sheet of a camera that is not paired: by the code that it shows."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.views.cameras import cameras_of, mac_of
from kiosk.services.views.language import _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.readings import known, signal_text, under_way
from kiosk.services.views.rows import FactView, SheetView, banner_of, nav
from kiosk.services.wire.espcam import DiscoveredCamera


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet at ``now``."""
    mac = state.navigation.subject or ""
    found = (camera for camera in state.machine.discovered or () if camera.mac == mac)
    camera = next(found, DiscoveredCamera(mac=mac))
    paired = any(mac_of(other) == mac for other in cameras_of(state))
    pairing = under_way(state, f"pair_camera:{mac}", now) is not None
    banner = banner_of(state, now, state.machine.paired)
    return SheetView(
        title=camera.name or mac,
        nav=nav(state),
        icon="check-circle" if paired else "camera-plus-outline",
        word=_("Paired") if paired else _("Not paired"),
        tone="good" if paired else "waiting",
        text="" if banner.text else _text(paired=paired, pairing=pairing),
        facts=(
            FactView(_("MAC"), mac),
            FactView(_("Address"), known(camera.ip)),
            FactView(_("Firmware"), known(camera.firmware_version)),
            FactView(_("Signal"), signal_text(camera.rssi)),
        ),
        banner=banner,
        buttons=() if paired else (_code_button(mac, pairing=pairing),),
    )


def _text(*, paired: bool, pairing: bool) -> str:
    if pairing:
        return _("Pairing …")
    if paired:
        return _("The camera belongs to this machine. It is in the list of cameras.")
    return _("Enter the six digits that the camera shows. They change, so be quick.")


def _code_button(mac: str, *, pairing: bool) -> ButtonView:
    return ButtonView(
        "code",
        _("Enter code"),
        "dialpad",
        "pair_camera",
        (mac,),
        enabled=not pairing,
        role="primary",
        machine=True,
    )
