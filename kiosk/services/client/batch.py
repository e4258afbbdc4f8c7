"""Batch provisioning (contract.md §2.1)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from pydantic import SecretStr

from kiosk.services.client.calls import Calls, Endpoint, endpoint, settled
from kiosk.services.client.errors import ApiError, EndpointAbsent, error_of
from kiosk.services.client.reply import Reply, refuse, whole
from kiosk.services.client.stream import SILENCE_SECONDS, EventStream, open_stream
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.features import Feature
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import (
    ENDED_STATES,
    IDLE_STATES,
    Candidate,
    DeviceActionResult,
    NetworkStatus,
    ProvisionAllResult,
    Session,
    SessionConfig,
    SessionSnapshot,
)

_START = endpoint("/provisioning/batch/start")
_NETWORK = endpoint("/provisioning/batch/network", "/api/v1/provisioning/network/status")
_SESSION = endpoint("/provisioning/batch/{}")
# The second is the route's older name (contract.md §6.17).
_STOP = endpoint("/provisioning/batch/{}/stop", "/api/v1/provisioning/batch/{}/close")
_PAUSE = endpoint("/provisioning/batch/{}/pause")
_UNPAUSE = endpoint("/provisioning/batch/{}/resume")
_PROVISION_ALL = endpoint("/provisioning/batch/{}/provision-all")
_DEVICES = endpoint("/provisioning/batch/{}/devices")
_PROVISION = endpoint("/provisioning/batch/{}/devices/{}/provision")
_RETRY = endpoint("/provisioning/batch/{}/devices/{}/retry")
_SKIP = endpoint("/provisioning/batch/{}/devices/{}/skip")
_EVENTS = endpoint("/provisioning/batch/events")
_RECOVERABLE = endpoint("/provisioning/sessions/recoverable")

# A session this much older than our request was not started by it.
_CLOCK_SLACK = timedelta(seconds=2)
# Devices that the server may still be about to begin with are asked after again then.
_SECOND_LOOK_SECONDS = 5.0
_NOT_FOUND = "SESSION_NOT_FOUND"
_OVER = frozenset({"SESSION_ALREADY_CLOSED", _NOT_FOUND, "SESSION_EXPIRED"})
# What may be wrong with one device, though the service did its part.
_IN_TROUBLE = frozenset(
    {
        "DEVICE_UNREACHABLE",
        "DEVICE_REJECTED",
        "DEVICE_TIMEOUT",
        "TOTP_INVALID",
        "TOTP_EXPIRED",
        "VERIFICATION_TIMEOUT",
    }
)

DeviceAction = Reply[DeviceActionResult]


class Batch:
    """Sessions and their devices. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.BATCH)

    async def start(
        self, ssid: str, password: SecretStr, config: SessionConfig | None = None
    ) -> Reply[Session]:
        """Start a session that hands out these credentials.

        Where the answer is lost, the session that was started all the same is returned.
        """
        refuse(checks.check_ssid(ssid))
        refuse(checks.check_password(password.get_secret_value()))
        body: dict[str, Any] = {
            "target_ssid": ssid,
            "target_password": password.get_secret_value(),
        }
        timeouts = config.model_dump(exclude_none=True) if config else {}
        if timeouts:
            body["config"] = timeouts
        intended_at = self._calls.server_time()

        async def send() -> Reply[Session]:
            answer = await self._calls.act(_START, body=body)
            return whole(payloads.session(answer.data), answer)

        async def look() -> Reply[Session] | None:
            answer = await self._calls.read(_RECOVERABLE)
            for session in payloads.sessions(answer.data):
                if session.state not in ENDED_STATES and is_begun(session, ssid, intended_at):
                    return Reply(session, answer.correlation_id)
            return None

        return await settled(send, look=look)

    async def session(self, session_id: str) -> Reply[SessionSnapshot]:
        """Return a session with all its devices."""
        query = {"include_devices": "true"}
        has_route = self._calls.has_answered(_SESSION)
        try:
            answer = await self._calls.read(_SESSION, _id(session_id), query=query)
        except EndpointAbsent as error:
            # A route that has answered before is there; so it is the session that is not.
            if has_route and _is_bare_404(error.problem):
                gone = replace(error.problem, kind=Kind.DOMAIN, code=_NOT_FOUND)
                raise error_of(gone) from None
            raise
        reply = whole(payloads.snapshot(answer.data), answer)
        if payloads.lists_devices(answer.data):
            return reply
        devices = await self.devices(session_id)
        with_devices = reply.data.model_copy(update={"devices": devices.data})
        return Reply(with_devices, reply.correlation_id)

    async def devices(
        self, session_id: str, state: str | None = None
    ) -> Reply[tuple[Candidate, ...]]:
        """Return the devices of a session, or those in one state."""
        query = {"state": state} if state else None
        answer = await self._calls.read(_DEVICES, _id(session_id), query=query)
        return Reply(payloads.devices(answer.data), answer.correlation_id)

    async def stop(self, session_id: str) -> Reply[Session]:
        """End a session; a server that does not return it leaves all but its id unknown."""

        async def again() -> Reply[Session]:
            try:
                return await self._session_action(_STOP, session_id)
            except ApiError as error:
                if error.problem.code not in _OVER:
                    raise
                return Reply(Session(id=session_id), error.problem.correlation_id)

        return await settled(lambda: self._session_action(_STOP, session_id), again=again)

    async def pause(self, session_id: str) -> Reply[Session]:
        """Hold a session; what is under way at a device goes on."""
        return await self._until(_PAUSE, session_id, lambda state: state == "paused")

    async def unpause(self, session_id: str) -> Reply[Session]:
        """Let a paused session go on."""
        return await self._until(_UNPAUSE, session_id, lambda state: state not in IDLE_STATES)

    async def provision_all(self, session_id: str) -> Reply[ProvisionAllResult]:
        """Provision every device that is discovered and approved.

        Where the answer is lost, those that have not moved are asked for one by one, until there is
        a problem that concerns them all; with any but a clear refusal the first one is raised.
        """

        async def send() -> Reply[ProvisionAllResult]:
            answer = await self._calls.act(_PROVISION_ALL, _id(session_id))
            result = payloads.record(ProvisionAllResult, answer.data) or ProvisionAllResult()
            return Reply(result, answer.correlation_id)

        return await settled(send, look=lambda: self._provision_the_rest(session_id))

    async def provision(self, session_id: str, mac: str) -> DeviceAction:
        """Provision one device."""
        return await settled(
            lambda: self._device_action(_PROVISION, session_id, mac),
            look=lambda: self._left(session_id, mac, "discovered", _SECOND_LOOK_SECONDS),
        )

    async def retry(self, session_id: str, mac: str) -> DeviceAction:
        """Try a failed device once more; it spends one of the device's retries.

        Where the answer is lost and the device still failed, it is for a person to try again.
        """
        try:
            return await self._device_action(_RETRY, session_id, mac)
        except ApiError as error:
            if not error.problem.maybe_done:
                raise
            try:
                moved = await self._left(session_id, mac, "failed")
            except ApiError:
                raise error from None
            if moved is None:
                raise
            return moved

    async def skip(self, session_id: str, mac: str) -> DeviceAction:
        """Leave a device out of the session."""

        async def look() -> DeviceAction | None:
            found = await self._device(session_id, mac)
            is_skipped = found is not None and found.data.state == "skipped"
            return found if is_skipped else None

        return await settled(lambda: self._device_action(_SKIP, session_id, mac), look=look)

    async def network(self) -> Reply[NetworkStatus]:
        """Return the state of the onboarding network."""
        return await self._calls.record(NetworkStatus, _NETWORK)

    @asynccontextmanager
    async def events(
        self, session_id: str, *, last_event_id: str = "", silence: float = SILENCE_SECONDS
    ) -> AsyncIterator[EventStream]:
        """Connect to a session's event stream."""
        self._calls.check_feature()
        refuse(checks.check_session_id(session_id))
        address = self._calls.events
        async with AsyncExitStack() as stack:
            connection = open_stream(
                address,
                self._calls.path(_EVENTS),
                {"session_id": session_id},
                last_event_id=last_event_id,
                silence=silence,
            )
            opening = stack.enter_async_context(connection)
            try:
                stream = await self._calls.opened(address, opening)
            except EndpointAbsent as error:
                if _is_bare_404(error.problem) and self._calls.has_answered(_SESSION):
                    await self._raise_if_lost(session_id)
                raise
            yield stream

    async def _raise_if_lost(self, session_id: str) -> None:
        """Raise DomainError where it is the session that is not there."""
        try:
            await self.session(session_id)
        except ApiError as error:
            if error.problem.code == _NOT_FOUND:
                raise

    async def _session_action(self, place: Endpoint, session_id: str) -> Reply[Session]:
        answer = await self._calls.act(place, _id(session_id))
        session = payloads.session(answer.data) or Session(id=session_id)
        return Reply(session, answer.correlation_id)

    async def _until(
        self, place: Endpoint, session_id: str, is_done: Callable[[str | None], bool]
    ) -> Reply[Session]:
        async def look() -> Reply[Session] | None:
            found = await self.session(session_id)
            if not is_done(found.data.session.state):
                return None
            return Reply(found.data.session, found.correlation_id)

        return await settled(lambda: self._session_action(place, session_id), look=look)

    async def _device_action(self, place: Endpoint, session_id: str, mac: str) -> DeviceAction:
        refuse(checks.check_mac(mac))
        device = canonical(mac) or mac
        answer = await self._calls.act(place, _id(session_id), device)
        result = payloads.record(DeviceActionResult, answer.data) or DeviceActionResult()
        if result.mac is None:
            result = result.model_copy(update={"mac": device})
        return Reply(result, answer.correlation_id)

    async def _device(self, session_id: str, mac: str) -> DeviceAction | None:
        devices = await self.devices(session_id)
        for device in devices.data:
            if device.mac == canonical(mac):
                found = DeviceActionResult(mac=device.mac, state=device.state)
                return Reply(found, devices.correlation_id)
        return None

    async def _left(
        self, session_id: str, mac: str, state: str, patience: float = 0.0
    ) -> DeviceAction | None:
        """Return the device once it has left a state; None when it is still there."""
        for wait in (0.0, patience) if patience else (0.0,):
            if wait:
                await self._calls.clock.sleep(wait)
            found = await self._device(session_id, mac)
            if found is not None and found.data.state not in {None, state}:
                return found
        return None

    async def _provision_the_rest(self, session_id: str) -> Reply[ProvisionAllResult]:
        devices = await self.devices(session_id)
        initiated = skipped = 0
        trouble: ApiError | None = None
        for device in devices.data:
            if device.state != "discovered" or device.mac is None:
                initiated += device.state in {"provisioning", "provisioned", "verifying"}
                continue
            try:
                await self.provision(session_id, device.mac)
                initiated += 1
            except ApiError as error:
                if _is_left_out(error.problem):
                    skipped += 1
                elif error.problem.code in _IN_TROUBLE:
                    # The others may fare better.
                    trouble = error
                else:
                    raise
        if trouble is not None:
            raise trouble
        result = ProvisionAllResult(initiated_count=initiated, skipped_count=skipped)
        return Reply(result, devices.correlation_id)


def is_begun(session: Session, ssid: str, asked_at: datetime) -> bool:
    """Return whether a session may be what was asked for then, by the server's clock."""
    began = session.created_at
    return session.target_ssid == ssid and began is not None and began >= asked_at - _CLOCK_SLACK


def _is_left_out(problem: Problem) -> bool:
    """Return whether the service has said, for good, that it does not begin with a device."""
    is_final = problem.surely_not_done and not problem.retryable
    return problem.kind is Kind.DOMAIN and is_final and problem.code not in _OVER


def _is_bare_404(problem: Problem) -> bool:
    """Return whether the service, and no web page, says only that there is no such thing."""
    return problem.http_status == HTTPStatus.NOT_FOUND and problem.code is not None


def _id(session_id: str) -> str:
    refuse(checks.check_session_id(session_id))
    return session_id
