"""The slices that are read now and then (allowlist, history, the machine), and their reducers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import SecretStr

from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.known import Known
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.cameras import Camera, CameraPicture
from kiosk.services.wire.config import ConfigSection
from kiosk.services.wire.containers import Container
from kiosk.services.wire.door import DoorEvent, DoorStatus
from kiosk.services.wire.espcam import DiscoveredCamera, PairedCameras
from kiosk.services.wire.network import Bridge, Mqtt, Ping, Tailscale
from kiosk.services.wire.onboarding import AutoOnboard
from kiosk.services.wire.provisioning import Session
from kiosk.services.wire.system import Health
from kiosk.services.wire.wifi import WifiStatus

# Pictures are large: only the last few are kept.
_MOST_PICTURES = 4
_MOST_PINGS = 10
_MOST_ASKED = 16


@dataclass(frozen=True, slots=True)
class Allowlist:
    """The approved devices."""

    entries: Known[tuple[AllowlistEntry, ...]] = Known()


@dataclass(frozen=True, slots=True)
class Recovery:
    """The sessions that are over; those that can be resumed are with the service."""

    history: Known[tuple[Session, ...]] = Known()


@dataclass(frozen=True, slots=True)
class Joining:
    """What was typed to join a network with; forgotten as soon as it is joined."""

    ssid: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class Machine:
    """The Pi, what hangs on it, and what was asked of them."""

    health: Known[Health] = Known()
    wifi: Known[WifiStatus] = Known()
    cameras: Known[tuple[Camera, ...]] = Known()
    paired: Known[PairedCameras] = Known()
    containers: Known[tuple[Container, ...]] = Known()
    door: Known[DoorStatus] = Known()
    door_there: Known[bool | None] = Known()
    door_history: Known[tuple[DoorEvent, ...]] = Known()
    config: Known[tuple[ConfigSection, ...]] = Known()
    tailscale: Known[Tailscale] = Known()
    mqtt: Known[Mqtt] = Known()
    bridge: Known[Bridge] = Known()
    onboarding: Known[AutoOnboard] = Known()
    discovered: tuple[DiscoveredCamera, ...] | None = None
    pictures: Mapping[str, CameraPicture] = field(default_factory=lambda: MappingProxyType({}))
    pings: Mapping[str, Ping] = field(default_factory=lambda: MappingProxyType({}))
    # When what takes its time was asked for, by command.
    asked: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    joining: Joining | None = None


@dataclass(frozen=True, slots=True)
class JoiningTyped:
    """A password was typed for a network, or what was typed has done its work."""

    joining: Joining | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that takes its time began."""

    command: str
    at: float


@dataclass(frozen=True, slots=True)
class PictureTaken:
    """A camera took a picture."""

    camera_id: str
    picture: CameraPicture


@dataclass(frozen=True, slots=True)
class Pinged:
    """A host was pinged; whether it answered is part of the result."""

    host: str
    ping: Ping


@dataclass(frozen=True, slots=True)
class CamerasDiscovered:
    """A scan for cameras that are not paired came back."""

    cameras: tuple[DiscoveredCamera, ...]


MachineAction = PictureTaken | Pinged | CamerasDiscovered | JoiningTyped | Asked


def picture_taken(machine: Machine, action: PictureTaken) -> Machine:
    """Show the picture; the oldest of too many goes."""
    pictures = _latest(machine.pictures, action.camera_id, action.picture, _MOST_PICTURES)
    return updated(machine, pictures=pictures)


def pinged(machine: Machine, action: Pinged) -> Machine:
    """Show the result; the oldest of too many goes."""
    pings = _latest(machine.pings, action.host, action.ping, _MOST_PINGS)
    return updated(machine, pings=pings)


def cameras_discovered(machine: Machine, action: CamerasDiscovered) -> Machine:
    """Show what the scan found, nothing included."""
    return updated(machine, discovered=action.cameras)


def joining_typed(machine: Machine, action: JoiningTyped) -> Machine:
    """Keep what was typed for the one network that it was typed for."""
    return updated(machine, joining=action.joining)


def asked(machine: Machine, action: Asked) -> Machine:
    """Note when it was asked for, so that the wait can be told."""
    times = _latest(machine.asked, action.command, action.at, _MOST_ASKED)
    return updated(machine, asked=times)


def _latest(values: Mapping[str, Any], key: str, value: Any, most: int) -> Mapping[str, Any]:
    others = {name: other for name, other in values.items() if name != key}
    kept = list(others.items())[-(most - 1) :]
    return MappingProxyType({**dict(kept), key: value})


HANDLERS: Handlers[Machine] = {
    PictureTaken: picture_taken,
    Pinged: pinged,
    CamerasDiscovered: cameras_discovered,
    JoiningTyped: joining_typed,
    Asked: asked,
}
