"""ESP32 cameras that are paired with the Pi, or could be (contract.md §2.8)."""

from typing import Annotated, Any

from kiosk.services.wire.records import list_of
from kiosk.services.wire.tolerant import Count, Dbm, Key, Mac, Moment, Text, WireModel, first


class PairedCamera(WireModel):
    """One registered camera, also when it is offline."""

    mac_address: Mac = None
    container_id: Key = None
    position: Count = None
    status: Text = None
    firmware_version: Text = None
    signal_strength: Dbm = None
    last_image: Moment = None
    paired_at: Moment = None
    last_seen: Moment = None
    name: Text = None
    error_message: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "mac_address": first(data, "mac_address", "mac")}


class PairedCameras(WireModel):
    """All registered cameras; the counts are the server's and may disagree with the list."""

    cameras: Annotated[tuple[PairedCamera, ...], list_of(PairedCamera)] = ()
    total: Count = None
    online_count: Count = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "online_count": first(data, "online_count", "online")}


class DiscoveredCamera(WireModel):
    """One camera that answered to the search; the contract leaves its shape open."""

    mac: Mac = None
    ip: Text = None
    name: Text = None
    firmware_version: Text = None
    rssi: Dbm = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {
            **data,
            "mac": first(data, "mac", "mac_address"),
            "ip": first(data, "ip", "ip_address"),
            "name": first(data, "name", "hostname"),
            "rssi": first(data, "rssi", "signal_strength"),
        }
