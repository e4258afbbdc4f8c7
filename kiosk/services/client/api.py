"""PiOrchestrator's V1 endpoints as typed calls (contract.md §2)."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote

from pydantic import SecretStr

from kiosk.services.client.connection import Address
from kiosk.services.client.errors import (
    DomainError,
    EndpointAbsent,
    MalformedAnswer,
    NotApi,
    raise_problem,
)
from kiosk.services.client.http import ACTION_SECONDS, READ_SECONDS, Http, Request
from kiosk.services.client.stream import SILENCE_SECONDS, EventStream, open_stream
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.envelope import Answer, inner_verdict
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import (
    Candidate,
    DeviceActionResult,
    NetworkStatus,
    ProvisionAllResult,
    Session,
    SessionConfig,
    SessionSnapshot,
)
from kiosk.services.wire.system import AuthStatus, Health, SystemInfo
from kiosk.services.wire.wifi import WifiNetwork, WifiStatus

T = TypeVar("T")
Record = TypeVar("Record", NetworkStatus, Health, SystemInfo, WifiStatus, AuthStatus)

_BATCH = "/api/v1/provisioning/batch"
_ALLOWLIST = "/api/v1/provisioning/allowlist"
_SESSIONS = "/api/v1/provisioning/sessions"


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What a call returned, and the id under which the server logged it."""

    data: T
    correlation_id: str | None = None


class PiOrchestrator:
    """The typed client; an async context manager. Every method raises ApiError.

    Wrong arguments raise ValidationRefused before anything is sent. The key is asked for with
    each request, so that a new one counts at once; without one the request goes out all the same.
    """

    def __init__(self, base_url: str, *, api_key: Callable[[], str | None]) -> None:
        self._address = Address(base_url, api_key)
        self._http = Http(self._address)
        self._present: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    @property
    def clock_offset(self) -> float | None:
        """Return the server's wall clock minus ours in seconds; None before its first answer."""
        return self._http.clock_offset

    async def health(self) -> Reply[Health]:
        """Return whether the service is well."""
        return await self._read(Health, "/api/v1/health", "/health", "/api/health")

    async def system_info(self) -> Reply[SystemInfo]:
        """Return the Pi's figures."""
        return await self._read(SystemInfo, "/api/v1/system/info", "/api/system/info")

    async def auth_status(self) -> Reply[AuthStatus]:
        """Return whether a key is needed; unknown on a server that does not tell."""
        try:
            return await self._read(AuthStatus, "/api/v1/auth/status")
        except (EndpointAbsent, NotApi) as error:
            if error.problem.retryable:
                raise
            return Reply(AuthStatus(), error.problem.correlation_id)

    async def network(self) -> Reply[NetworkStatus]:
        """Return the state of the onboarding network."""
        return await self._read(
            NetworkStatus, f"{_BATCH}/network", "/api/v1/provisioning/network/status"
        )

    async def wifi_status(self) -> Reply[WifiStatus]:
        """Return the Pi's own Wi-Fi link."""
        return await self._read(WifiStatus, "/api/v1/wifi/status", "/api/wifi/status")

    async def wifi_scan(self) -> Reply[tuple[WifiNetwork, ...]]:
        """Return the networks in reach; the server allows one scan in 10 s."""
        answer = await self._get_first(
            "/api/v1/wifi/scan", "/api/wifi/scan", seconds=ACTION_SECONDS
        )
        return Reply(payloads.wifi_networks(answer.data), answer.correlation_id)

    async def recoverable(self) -> Reply[tuple[Session, ...]]:
        """Return the sessions that can be resumed."""
        answer = await self._http.send(Request("GET", f"{_SESSIONS}/recoverable"))
        return Reply(payloads.sessions(answer.data), answer.correlation_id)

    async def resume(self, session_id: str) -> Reply[Session]:
        """Resume a session that survived a restart of the server."""
        answer = await self._act(f"{_SESSIONS}/{_id(session_id)}/resume")
        return _whole(payloads.session(answer.data), answer)

    async def start(
        self, ssid: str, password: SecretStr, config: SessionConfig | None = None
    ) -> Reply[Session]:
        """Start a session that hands out these credentials."""
        _refuse(checks.check_ssid(ssid))
        _refuse(checks.check_password(password.get_secret_value()))
        body: dict[str, Any] = {
            "target_ssid": ssid,
            "target_password": password.get_secret_value(),
        }
        timeouts = config.model_dump(exclude_none=True) if config else {}
        if timeouts:
            body["config"] = timeouts
        answer = await self._act(f"{_BATCH}/start", body)
        return _whole(payloads.session(answer.data), answer)

    async def session(self, session_id: str) -> Reply[SessionSnapshot]:
        """Return a session with all its devices."""
        path = f"{_BATCH}/{_id(session_id)}"
        answer = await self._http.send(Request("GET", path, {"include_devices": "true"}))
        reply = _whole(payloads.snapshot(answer.data), answer)
        if payloads.lists_devices(answer.data):
            return reply
        devices = await self.devices(session_id)
        whole = reply.data.model_copy(update={"devices": devices.data})
        return Reply(whole, reply.correlation_id)

    async def devices(
        self, session_id: str, state: str | None = None
    ) -> Reply[tuple[Candidate, ...]]:
        """Return the devices of a session, or those in one state."""
        path = f"{_BATCH}/{_id(session_id)}/devices"
        answer = await self._http.send(Request("GET", path, {"state": state} if state else None))
        return Reply(payloads.devices(answer.data), answer.correlation_id)

    async def stop(self, session_id: str) -> Reply[Session]:
        """End a session; a server that does not return it leaves all but its id unknown."""
        path = f"{_BATCH}/{_id(session_id)}"
        try:
            answer = await self._act(f"{path}/stop")
        except EndpointAbsent as error:
            if error.problem.http_status != HTTPStatus.NOT_FOUND:
                raise
            # The route's older name; the request had no effect, so this is no repetition.
            answer = await self._act(f"{path}/close")
        return Reply(payloads.session(answer.data) or Session(id=session_id), answer.correlation_id)

    async def provision_all(self, session_id: str) -> Reply[ProvisionAllResult]:
        """Provision every device that is discovered and approved."""
        answer = await self._act(f"{_BATCH}/{_id(session_id)}/provision-all")
        result = payloads.record(ProvisionAllResult, answer.data) or ProvisionAllResult()
        return Reply(result, answer.correlation_id)

    async def provision(self, session_id: str, mac: str) -> Reply[DeviceActionResult]:
        """Provision one device."""
        return await self._device_action(session_id, mac, "provision")

    async def retry(self, session_id: str, mac: str) -> Reply[DeviceActionResult]:
        """Try a failed device once more; it spends one of the device's retries."""
        return await self._device_action(session_id, mac, "retry")

    async def allowlist(self, *, available: bool = False) -> Reply[tuple[AllowlistEntry, ...]]:
        """Return the approved devices, or those that are not used yet."""
        # ``available=false`` is undefined, so it is left out (contract.md §6.61).
        query = {"available": "true"} if available else None
        answer = await self._http.send(Request("GET", _ALLOWLIST, query))
        return Reply(payloads.allowlist(answer.data), answer.correlation_id)

    async def allowlist_add(
        self, mac: str, description: str | None = None, container_id: str | None = None
    ) -> Reply[AllowlistEntry]:
        """Approve a device; a server that does not return the entry gets it echoed."""
        entry = {"mac": _mac(mac), "description": description, "container_id": container_id}
        body = {name: value for name, value in entry.items() if value}
        answer = await self._act(_ALLOWLIST, body)
        stored = payloads.record(AllowlistEntry, payloads.member(answer.data, "entry"))
        if stored is None or stored.mac is None:
            stored = AllowlistEntry.model_validate(body)
        return Reply(stored, answer.correlation_id)

    async def allowlist_remove(self, mac: str) -> Reply[None]:
        """Withdraw a device's approval; a device that had none is no error."""
        path = f"{_ALLOWLIST}/{quote(_mac(mac), safe='')}"
        try:
            answer = await self._act(path, method="DELETE")
        except (DomainError, EndpointAbsent) as error:
            problem = error.problem
            if problem.http_status != HTTPStatus.NOT_FOUND:
                raise
            return Reply(None, problem.correlation_id)
        return Reply(None, answer.correlation_id)

    def events(
        self, session_id: str, *, last_event_id: str = "", silence: float = SILENCE_SECONDS
    ) -> AbstractAsyncContextManager[EventStream]:
        """Return the connection to a session's event stream, to be entered."""
        _refuse(checks.check_session_id(session_id))
        return open_stream(
            self._address,
            f"{_BATCH}/events",
            {"session_id": session_id},
            last_event_id=last_event_id,
            silence=silence,
        )

    async def _device_action(
        self, session_id: str, mac: str, action: str
    ) -> Reply[DeviceActionResult]:
        device = _mac(mac)
        path = f"{_BATCH}/{_id(session_id)}/devices/{quote(device, safe='')}/{action}"
        answer = await self._act(path)
        result = payloads.record(DeviceActionResult, answer.data) or DeviceActionResult()
        if result.mac is None:
            result = result.model_copy(update={"mac": device})
        return Reply(result, answer.correlation_id)

    async def _act(
        self, path: str, body: dict[str, Any] | None = None, *, method: str = "POST"
    ) -> Answer:
        """Send a mutation, once; a refusal inside a success counts as one (§1.10)."""
        answer = await self._http.send(Request(method, path, body=body, seconds=ACTION_SECONDS))
        verdict = inner_verdict(answer, key_sent=bool(self._address.headers()))
        if isinstance(verdict, Problem):
            raise_problem(verdict)
        return verdict

    async def _read(self, model: type[Record], *paths: str) -> Reply[Record]:
        answer = await self._get_first(*paths)
        return _whole(payloads.record(model, answer.data), answer)

    async def _get_first(self, path: str, *older: str, seconds: float = READ_SECONDS) -> Answer:
        """Read the first path that the server knows, and remember it (contract.md §6.33)."""
        try:
            known = self._present.get(path, path)
            return await self._http.send(Request("GET", known, seconds=seconds))
        except (EndpointAbsent, NotApi) as error:
            self._present.pop(path, None)
            if error.problem.retryable:
                raise
            absence = error
        for other in older:
            with suppress(EndpointAbsent, NotApi):
                answer = await self._http.send(Request("GET", other, seconds=seconds))
                self._present[path] = other
                return answer
        raise absence


def _whole(record: T | None, answer: Answer) -> Reply[T]:
    """Return the record as a reply; raises MalformedAnswer when the success lacks it."""
    if record is None:
        raise MalformedAnswer(
            Problem(
                Kind.MALFORMED,
                message="the answer lacks what was asked for",
                correlation_id=answer.correlation_id,
                http_status=HTTPStatus.OK,
            )
        )
    return Reply(record, answer.correlation_id)


def _refuse(problem: Problem | None) -> None:
    if problem is not None:
        raise_problem(problem)


def _id(session_id: str) -> str:
    _refuse(checks.check_session_id(session_id))
    return quote(session_id, safe="")


def _mac(mac: str) -> str:
    _refuse(checks.check_mac(mac))
    return canonical(mac) or mac
