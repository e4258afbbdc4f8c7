"""Sessions, candidates and the onboarding network (contract.md §2.1, §5.1, §5.2)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from kiosk.services.wire.tolerant import (
    Count,
    Dbm,
    Exact,
    Flag,
    Mac,
    Moment,
    Number,
    ReadBy,
    Text,
    WireModel,
)
from kiosk.services.wire.visible import visible

# State words are open sets: a word that is in none of these is running until proven otherwise.
RUNNING_STATES = frozenset({"discovering", "active", "paused", "closing"})
ENDED_STATES = frozenset({"closed", "completed", "failed", "cancelled"})
# In these a session provisions nothing.
IDLE_STATES = ENDED_STATES | {"paused", "closing"}

# How far a device has come; failed and skipped stand outside the ladder.
DEVICE_RANK: Mapping[str, int] = MappingProxyType(
    {
        "discovered": 0,
        "connecting": 1,
        "provisioning": 2,
        "provisioned": 3,
        "verifying": 4,
        "verified": 5,
    }
)

# The "028" dialect splits provisioning in two; nothing above the wire knows that (§3.4.9).
_SAME_STATE: Mapping[str, str] = MappingProxyType({"connecting": "provisioning"})


def device_state(value: object) -> str | None:
    """Return a device's state in the vocabulary that all dialects share; None when not told."""
    return _SAME_STATE.get(value, visible(value)) if isinstance(value, str) and value else None


DeviceState = Annotated[str | None, ReadBy(device_state)]


class SessionConfig(WireModel):
    """A session's three time-outs in seconds; None leaves the server's default."""

    discovery_timeout_seconds: Count = None
    provisioning_timeout_seconds: Count = None
    verification_timeout_seconds: Count = None


class Session(WireModel):
    """One batch; only its id can be relied on. Counters lag behind the devices."""

    id: str = Field(min_length=1)
    state: Text = None
    target_ssid: Exact = None
    network_interface: Text = None
    created_at: Moment = None
    updated_at: Moment = None
    expires_at: Moment = None
    device_count: Count = None
    provisioned_count: Count = None
    verified_count: Count = None
    failed_count: Count = None
    config: SessionConfig | None = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(data.get("config"), dict | SessionConfig):
            return {name: value for name, value in data.items() if name != "config"}
        return data


class Candidate(WireModel):
    """One device, perhaps only in part: ``model_fields_set`` names what the wire really said."""

    mac: Mac = None
    ip: Text = None
    name: Text = None
    state: DeviceState = None
    rssi: Dbm = None
    firmware_version: Text = None
    discovered_at: Moment = None
    provisioned_at: Moment = None
    verified_at: Moment = None
    error_message: Text = None
    retry_count: Count = None
    container_id: Text = None
    in_allowlist: Flag = None
    session_id: Text = None

    def model_post_init(self, _context: Any, /) -> None:
        """Leave null and wrongly typed members out of the set: they tell a reducer nothing."""
        said = {name for name, value in self.__dict__.items() if value is not None}
        object.__setattr__(self, "__pydantic_fields_set__", said)


class NetworkStatus(WireModel):
    """The onboarding network; the older spelling ``connected`` stands in for ``is_active``."""

    ssid: Text = None
    is_active: Flag = None
    connected_devices: Count = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("is_active") is None and "connected" in data:
            return {**data, "is_active": data["connected"]}
        return data


class SessionSnapshot(WireModel):
    """A session with all its devices at one moment; ``timeout_remaining`` in seconds."""

    session: Session
    devices: tuple[Candidate, ...] = ()
    timeout_remaining: Number = None
    network_status: NetworkStatus | None = None


class ProvisionAllResult(WireModel):
    """How many devices were started and how many were not eligible."""

    initiated_count: Count = None
    skipped_count: Count = None
    message: Text = None


class DeviceActionResult(WireModel):
    """What the server says about one device after provision or retry."""

    mac: Mac = None
    state: DeviceState = None
    message: Text = None


class Cleared(WireModel):
    """How many old sessions were forgotten."""

    cleared: Count = None
    message: Text = None
