"""The life of the one session that runs: discovery, provisioning, the warning, the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from kiosk.simulator.allowlist import Allowlist
from kiosk.simulator.discovery import Discovery
from kiosk.simulator.entities import (
    Device,
    DeviceChange,
    Ending,
    NetworkHappening,
    NetworkStatus,
    ProblemHappening,
    Session,
    SessionChange,
)
from kiosk.simulator.fleet import Camera
from kiosk.simulator.ledger import Ledger
from kiosk.simulator.provisioner import Provisioner
from kiosk.simulator.timeline import Timeline

WARNING_BEFORE_END = 60.0  # world seconds
_ON_ONBOARDING_NETWORK = frozenset({"discovered", "provisioning", "failed", "skipped"})


class Batch:
    """Begins at once; ``ended`` is called when the session was stopped or ran out of time."""

    def __init__(  # noqa: PLR0917 - a constructor that takes its collaborators
        self,
        timeline: Timeline,
        ledger: Ledger,
        allowlist: Allowlist,
        fleet: Mapping[str, Camera],
        session: Session,
        change: SessionChange,
        ended: Callable[[], None],
    ) -> None:
        self.session_id = session.id
        self._timeline = timeline
        self._work = timeline.branch()  # held while the session is paused
        self._deadlines = timeline.branch()
        self._ledger = ledger
        self._allowlist = allowlist
        self._ended = ended
        ledger.put_session(session, change)
        self._tell_network(self.network())
        self.devices = ledger.devices(session.id)
        cameras = {**_strangers(self.devices), **fleet}
        self.provisioner = Provisioner(
            self._work, self.devices, cameras, session.config, self._record, self._warn
        )
        self._discovery = Discovery(
            self._work, fleet, session.id, self.devices, allowlist, self._record
        )
        self._work.after(session.config.discovery_timeout_seconds, self._finish_discovery)
        warning = session.expires_at - WARNING_BEFORE_END / timeline.speed
        if warning > timeline.now:
            self._deadlines.at(warning, self._warn_of_end)
        self._deadlines.at(session.expires_at, partial(self.end, "expired"))

    def recover(self) -> None:
        """Take every device up where the last run of the service left it."""
        for device in list(self.devices.values()):
            self.provisioner.recover(device)

    @property
    def paused(self) -> bool:
        """Tell whether discovery and provisioning are held."""
        return self._ledger.session(self.session_id).state == "paused"

    def pause(self) -> None:
        """Hold discovery and every device where it is; the session still runs out of time."""
        if not self.paused:
            self._work.hold()
            self._put_session("changed", state="paused")

    def go_on(self) -> None:
        """Go on after ``pause``."""
        if self.paused:
            self._work.go_on()
            state = "discovering" if self._discovery.open else "active"
            self._put_session("changed", state=state)

    def end(self, ending: Ending) -> None:
        """Close the session; nothing of it moves any more."""
        self._work.clear()
        self._deadlines.clear()
        self._put_session("closed", state="closed", ending=ending)
        self._tell_network(NetworkStatus(is_active=False, connected_devices=0))
        self._ended()

    def network(self) -> NetworkStatus:
        """Return the onboarding network as it is while a session runs."""
        devices = self._ledger.devices(self.session_id).values()
        connected = sum(device.state in _ON_ONBOARDING_NETWORK for device in devices)
        return NetworkStatus(is_active=True, connected_devices=connected)

    def relist(self, mac: str) -> None:
        """Let a device in range learn that it was put into the allowlist or taken out."""
        if device := self.devices.get(mac):
            entry = self._allowlist.get(mac)
            container = entry.container_id if entry else device.container_id
            listed = replace(device, in_allowlist=entry is not None, container_id=container)
            self._record(listed, "updated")

    def touch(self, mac: str) -> None:
        """Tell once more what is known of a device, its signal a decibel off (a test hook)."""
        if device := self.devices.get(mac):
            rssi = device.rssi - 1 if device.rssi % 2 else device.rssi + 1
            self._record(replace(device, rssi=rssi), "drifted")

    def _record(self, device: Device, change: DeviceChange) -> None:
        self._ledger.put_device(device, change)
        if change == "completed":
            self._allowlist.mark_used(device.mac, self._timeline.now)

    def _finish_discovery(self) -> None:
        self._discovery.finish()
        self._put_session("changed", state="active")

    def _warn_of_end(self) -> None:
        self._ledger.put_session(self._ledger.session(self.session_id), "ending_soon")

    def _put_session(self, change: SessionChange, **values: str) -> None:
        session = self._ledger.session(self.session_id)
        now = self._timeline.now
        self._ledger.put_session(replace(session, updated_at=now, **values), change)  # type: ignore[arg-type]

    def _tell_network(self, status: NetworkStatus) -> None:
        self._ledger.tell(NetworkHappening(status, self.session_id, self._timeline.now))

    def _warn(self, code: str, message: str) -> None:
        now = self._timeline.now
        self._ledger.tell(ProblemHappening(code, message, self.session_id, now))


def _strangers(devices: Mapping[str, Device]) -> dict[str, Camera]:
    """Return a faultless camera for each device, for those that are not of this run's fleet."""
    return {
        d.mac: Camera(d.mac, d.name, d.ip, d.firmware_version, d.rssi, in_range_after=0.0)
        for d in devices.values()
    }
