"""The work of one running session: credentials to eight devices at a time, then verification."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from functools import partial

from kiosk.simulator.entities import IN_PROGRESS, Device, DeviceChange, DeviceState, SessionConfig
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.fleet import Attempt, Camera
from kiosk.simulator.scenarios import NOT_VERIFIED, REJECTED, TIMEOUT, UNREACHABLE
from kiosk.simulator.timeline import Branch

SLOTS = 8
MAX_RETRIES = 3
_UNREACHABLE_AFTER = 3.0
_ROW_OF_TIMEOUTS = 3

Record = Callable[[Device, DeviceChange], None]


class Provisioner:
    """Accepts devices and takes them through their states.

    ``record(device, kind)`` is told every change; ``warn(code, message)`` what concerns all of
    them. Every step looks the device up again, so nothing here outlives a change.
    """

    def __init__(  # noqa: PLR0917 - a constructor that takes its collaborators
        self,
        timeline: Branch,
        devices: Mapping[str, Device],
        cameras: Mapping[str, Camera],
        config: SessionConfig,
        record: Record,
        warn: Callable[[str, str], None],
    ) -> None:
        self._timeline = timeline
        self._devices = devices
        self._cameras = cameras
        self._config = config
        self._record = record
        self._warn = warn
        self._queue: deque[str] = deque()
        self._busy: set[str] = set()
        self._timeouts_in_a_row = 0

    def provision(self, device: Device) -> None:
        """Accept a discovered device; refuse any other."""
        _refuse_unless({"discovered"}, device)
        _refuse_unlisted(device)
        self._accept(device)

    def retry(self, device: Device) -> None:
        """Accept a failed device again, at most three times."""
        _refuse_unless({"failed"}, device)
        _refuse_unlisted(device)
        if device.retry_count >= MAX_RETRIES:
            raise RefusalError("MAX_RETRIES_EXCEEDED", f"{MAX_RETRIES} retries were made")
        again = replace(
            device,
            state="discovered",
            retry_count=device.retry_count + 1,
            error_message=None,
            provisioned_at=None,
            progress=0,
        )
        self._accept(again)

    def skip(self, device: Device) -> None:
        """Leave a device out that is not being set up."""
        _refuse_unless({"discovered", "failed"}, device)
        self._record(replace(device, state="skipped", error_message=None, progress=0), "skipped")

    def recover(self, device: Device) -> None:
        """Take up a device where a restart of the service left it (golden flow 2)."""
        if device.state == "provisioning":
            message = "the service restarted while the device was being set up"
            self._settle_failure(device, TIMEOUT, message)
        elif device.state in {"provisioned", "verifying"}:
            self._verify(device.mac, self._attempt(device))
        elif device.accepted:
            self._record(replace(device, accepted=False), "updated")

    def _accept(self, device: Device) -> None:
        self._queue.append(device.mac)
        self._record(replace(device, accepted=True), "queued")
        self._fill_slots()

    def _fill_slots(self) -> None:
        while self._queue and len(self._busy) < SLOTS:
            self._begin(self._queue.popleft())

    def _begin(self, mac: str) -> None:
        self._busy.add(mac)
        device = self._move(mac, "provisioning", "started", progress=5)
        attempt, patience = self._attempt(device), self._config.provisioning_timeout_seconds
        if attempt.failure == UNREACHABLE:
            self._after(min(_UNREACHABLE_AFTER, patience), self._fail, mac, UNREACHABLE)
            return
        if attempt.connect < patience:
            self._after(attempt.connect, self._connected, mac)
        finished = attempt.connect + attempt.deliver
        if attempt.failure == TIMEOUT or finished > patience:
            self._after(patience, self._fail, mac, TIMEOUT)
        elif attempt.failure == REJECTED:
            self._after(finished, self._fail, mac, REJECTED)
        else:
            self._after(finished, self._delivered, mac, attempt)

    def _connected(self, mac: str) -> None:
        self._move(mac, "provisioning", "connected", progress=30)

    def _delivered(self, mac: str, attempt: Attempt) -> None:
        self._move(mac, "provisioned", "completed", progress=60, provisioned_at=self._timeline.now)
        self._release(mac)
        self._after(attempt.join, self._verify, mac, attempt)

    def _verify(self, mac: str, attempt: Attempt) -> None:
        self._move(mac, "verifying", "verifying", progress=75)
        patience = self._config.verification_timeout_seconds
        if attempt.failure == NOT_VERIFIED or attempt.verify > patience:
            self._after(patience, self._fail, mac, NOT_VERIFIED)
        else:
            self._after(attempt.verify, self._verified, mac)

    def _verified(self, mac: str) -> None:
        self._timeouts_in_a_row = 0
        moment = self._timeline.now
        self._move(mac, "verified", "verified", progress=100, verified_at=moment, accepted=False)

    def _fail(self, mac: str, code: str) -> None:
        device = self._devices[mac]
        self._settle_failure(device, code, self._explain(device, code))
        self._release(mac)
        self._timeouts_in_a_row = self._timeouts_in_a_row + 1 if code == NOT_VERIFIED else 0
        if self._timeouts_in_a_row == _ROW_OF_TIMEOUTS:
            text = f"{_ROW_OF_TIMEOUTS} devices in a row did not come online"
            self._warn(NOT_VERIFIED, text)

    def _settle_failure(self, device: Device, code: str, text: str) -> None:
        failed = replace(
            device, state="failed", error_message=f"{code}: {text}", accepted=False, progress=0
        )
        self._record(failed, "failed")

    def _release(self, mac: str) -> None:
        self._busy.discard(mac)
        self._fill_slots()

    def _move(
        self,
        mac: str,
        state: DeviceState,
        kind: DeviceChange,
        *,
        progress: int,
        accepted: bool = True,
        provisioned_at: float | None = None,
        verified_at: float | None = None,
    ) -> Device:
        before = self._devices[mac]
        after = replace(
            before,
            state=state,
            progress=progress,
            accepted=accepted,
            provisioned_at=provisioned_at or before.provisioned_at,
            verified_at=verified_at or before.verified_at,
        )
        self._record(after, kind)
        return after

    def _explain(self, device: Device, code: str) -> str:
        config = self._config
        return {
            UNREACHABLE: f"cannot connect to {device.ip}",
            REJECTED: f"{device.ip} refused the credentials",
            TIMEOUT: f"no answer within {config.provisioning_timeout_seconds} s",
            NOT_VERIFIED: f"not online within {config.verification_timeout_seconds} s",
        }[code]

    def _attempt(self, device: Device) -> Attempt:
        return self._cameras[device.mac].attempt(device.retry_count)

    def _after(self, delay: float, step: Callable[..., None], *details: object) -> None:
        self._timeline.after(delay, partial(step, *details))


def _refuse_unless(states: Set[DeviceState], device: Device) -> None:
    if device.accepted or device.state in IN_PROGRESS:
        raise RefusalError("DEVICE_ALREADY_PROVISIONING")
    if device.state not in states:
        raise RefusalError("DEVICE_INVALID_STATE", f"the device is {device.state}")


def _refuse_unlisted(device: Device) -> None:
    if not device.in_allowlist:
        raise RefusalError("DEVICE_NOT_IN_ALLOWLIST", device.mac)
