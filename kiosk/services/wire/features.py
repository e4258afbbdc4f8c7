"""What of the API a kiosk may be told to leave alone: off is neither shown nor asked."""

from enum import StrEnum


class Feature(StrEnum):
    """An area that can be switched off."""

    BATCH = "batch_provisioning"
    MONITOR = "ws_monitor"
    ALLOWLIST = "allowlist"
    DOOR = "door"
    CAMERAS = "cameras"
