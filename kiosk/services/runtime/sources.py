"""What is read now and then, how often, and how long it counts as fresh (contract.md §7)."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.services.client.api import Api
from kiosk.services.runtime.reader import Source
from kiosk.services.state.known import Resource


def sources(client: Api) -> Mapping[Resource, Source]:
    """Return how each resource is read; the readers have a schedule of their own."""
    api = client.once()
    return {
        Resource.ALLOWLIST: Source(api.allowlist.entries, every=30.0, fresh=30.0),
        Resource.HISTORY: Source(api.recovery.history, fresh=10.0),
        Resource.HEALTH: Source(api.system.health, every=30.0, fresh=30.0),
        Resource.WIFI: Source(api.wifi.status, every=10.0),
        Resource.CAMERAS: Source(api.cameras.cameras, every=10.0),
        Resource.PAIRED: Source(api.espcam.paired, every=10.0),
        Resource.CONTAINERS: Source(api.containers.containers, every=30.0),
        Resource.DOOR: Source(api.door.status, every=2.0),
        Resource.DOOR_THERE: Source(api.door.available, fresh=60.0),
        Resource.DOOR_HISTORY: Source(api.door.history, every=10.0),
        Resource.CONFIG: Source(api.config.sections, every=60.0, fresh=60.0),
        Resource.TAILSCALE: Source(api.network.tailscale, every=30.0),
        Resource.MQTT: Source(api.network.mqtt, every=10.0),
        Resource.BRIDGE: Source(api.network.bridge, every=10.0),
        Resource.ONBOARDING: Source(api.onboarding.status, every=15.0),
    }
