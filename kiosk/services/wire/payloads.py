"""From the payload of an answer to records, endpoint by endpoint (contract.md §2).

Lists may be null, absent or bare; a record that cannot be read is left out. None means that the
payload holds nothing of the kind.
"""

from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.cameras import Camera, CameraDiagnostics
from kiosk.services.wire.containers import Container
from kiosk.services.wire.door import DoorEvent
from kiosk.services.wire.espcam import DiscoveredCamera, PairedCameras
from kiosk.services.wire.logs import LogEntry
from kiosk.services.wire.moments import parse_duration
from kiosk.services.wire.provisioning import Candidate, NetworkStatus, Session, SessionSnapshot
from kiosk.services.wire.records import items, member, record, records
from kiosk.services.wire.wifi import WifiNetwork

__all__ = [
    "MAX_DEVICES",
    "allowlist",
    "camera_diagnostics",
    "cameras",
    "containers",
    "devices",
    "discovered_cameras",
    "door_history",
    "lists_devices",
    "logs",
    "member",
    "paired_cameras",
    "record",
    "session",
    "sessions",
    "snapshot",
    "wifi_networks",
]

MAX_DEVICES = 2000


def session(data: object) -> Session | None:
    """Return the session of start, stop, resume and status answers."""
    return record(Session, member(data, "session"))


def sessions(data: object) -> tuple[Session, ...]:
    """Return the sessions that can be resumed."""
    return records(Session, items(data, "sessions"))


def devices(data: object) -> tuple[Candidate, ...]:
    """Return the devices by MAC, the last record of each, at most 2,000."""
    found = records(Candidate, items(data, "devices"))
    by_mac = {device.mac: device for device in found if device.mac is not None}
    return tuple(by_mac.values())[:MAX_DEVICES]


def snapshot(data: object) -> SessionSnapshot | None:
    """Return a session with its devices, the time left in seconds and the network's state."""
    whole = session(data)
    if whole is None or not isinstance(data, dict):
        return None
    network = data.get("network_status")
    return SessionSnapshot(
        session=whole,
        devices=devices(data.get("devices")),
        timeout_remaining=parse_duration(data.get("timeout_remaining")),
        network_status=record(NetworkStatus, network),
    )


def lists_devices(data: object) -> bool:
    """Return whether a status answer speaks of devices at all; null is an empty list (§6.11)."""
    return isinstance(data, dict) and "devices" in data


def allowlist(data: object) -> tuple[AllowlistEntry, ...]:
    """Return the entries that name a device."""
    entries = records(AllowlistEntry, items(data, "entries"))
    return tuple(entry for entry in entries if entry.mac is not None)


def wifi_networks(data: object) -> tuple[WifiNetwork, ...]:
    """Return the networks of a scan."""
    return records(WifiNetwork, items(data, "networks"))


def logs(data: object) -> tuple[LogEntry, ...]:
    """Return the entries that have a message."""
    return records(LogEntry, items(data, "logs", "entries"))


def cameras(data: object) -> tuple[Camera, ...]:
    """Return the cameras that have an id."""
    return records(Camera, items(data, "cameras"))


def camera_diagnostics(data: object) -> tuple[CameraDiagnostics, ...]:
    """Return how the cameras have done; some servers answer an empty object."""
    return records(CameraDiagnostics, items(data, "cameras", "diagnostics"))


def paired_cameras(data: object) -> PairedCameras | None:
    """Return the registered cameras, bare list or object."""
    return record(PairedCameras, {"cameras": data} if isinstance(data, list) else data)


def discovered_cameras(data: object) -> tuple[DiscoveredCamera, ...]:
    """Return the cameras that answered to a search and tell their MAC."""
    found = records(DiscoveredCamera, items(data, "cameras", "devices", "discovered"))
    return tuple(camera for camera in found if camera.mac is not None)


def door_history(data: object) -> tuple[DoorEvent, ...]:
    """Return the door's past commands."""
    return records(DoorEvent, items(data, "history"))


def containers(data: object) -> tuple[Container, ...]:
    """Return the containers that have an id."""
    return records(Container, items(data, "containers"))
