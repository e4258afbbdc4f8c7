"""From the payload of an answer to records, endpoint by endpoint (contract.md §2).

Lists may be null, absent or bare; a record that cannot be read is left out. None means that the
payload holds nothing of the kind.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.moments import parse_duration
from kiosk.services.wire.provisioning import Candidate, NetworkStatus, Session, SessionSnapshot
from kiosk.services.wire.tolerant import WireModel
from kiosk.services.wire.wifi import WifiNetwork

MAX_DEVICES = 2000

Record = TypeVar("Record", bound=WireModel)


def record(model: type[Record], data: object) -> Record | None:
    """Return the payload as a record; None when it is not an object or lacks what it must have."""
    if not isinstance(data, dict):
        return None
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def member(data: object, name: str) -> object:
    """Return a member of the payload, or the payload itself where it is bare."""
    if isinstance(data, dict) and isinstance(data.get(name), dict | list):
        return data[name]
    return data


def session(data: object) -> Session | None:
    """Return the session of start, stop, resume and status answers."""
    return record(Session, member(data, "session"))


def sessions(data: object) -> tuple[Session, ...]:
    """Return the sessions that can be resumed."""
    return _records(Session, _items(data, "sessions"))


def devices(data: object) -> tuple[Candidate, ...]:
    """Return the devices by MAC, the last record of each, at most 2,000."""
    found = _records(Candidate, _items(data, "devices"))
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
    entries = _records(AllowlistEntry, _items(data, "entries"))
    return tuple(entry for entry in entries if entry.mac is not None)


def wifi_networks(data: object) -> tuple[WifiNetwork, ...]:
    """Return the networks of a scan."""
    return _records(WifiNetwork, _items(data, "networks"))


def _items(data: object, name: str) -> list[Any]:
    items = member(data, name)
    return items if isinstance(items, list) else []


def _records(model: type[Record], items: Iterable[object]) -> tuple[Record, ...]:
    return tuple(item for item in (record(model, raw) for raw in items) if item is not None)
