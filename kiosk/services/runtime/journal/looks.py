"""What became of a request whose answer nobody has: read back from the server, never sent again.

The table of reliability.md, for a kiosk that was ended in between.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType

from kiosk.services.client.api import Api
from kiosk.services.client.batch import is_begun
from kiosk.services.client.errors import ApiError
from kiosk.services.client.journaling import End
from kiosk.services.runtime.journal.rows import Entry
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.moments import parse_moment
from kiosk.services.wire.problem import OUTAGES, Kind
from kiosk.services.wire.provisioning import ENDED_STATES, IDLE_STATES, Candidate

_LAST_SESSIONS = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look has shown: the end of the request, and the state that was read back.

    ``code`` is why that could not be read.
    """

    end: End
    found: str = ""
    code: str | None = None


Look = Callable[[Api, Entry], Awaitable[Seen]]


async def look(client: Api, entry: Entry) -> Seen | None:
    """Return what became of the request; None when the server cannot be asked at the moment."""
    known = _LOOKS.get(entry.operation)
    if known is None:
        return Seen(End.UNKNOWN)
    try:
        return await known(client, entry)
    except ApiError as error:
        problem = error.problem
        passes = problem.kind in OUTAGES | {Kind.UNAUTHORIZED, Kind.MALFORMED}
        if passes or problem.retryable:
            return None
        return Seen(End.UNKNOWN, code=problem.code or problem.kind.value)
    except IndexError:
        # The row does not say what it was about.
        return Seen(End.UNKNOWN)


def _verdict(*, is_done: bool, found: str | None = "") -> Seen:
    return Seen(End.DONE if is_done else End.NOT_DONE, found or "")


async def _start(client: Api, entry: Entry) -> Seen:
    recoverable = (await client.recovery.recoverable()).data
    ssid, asked_at = entry.target[0], parse_moment(entry.began_at)
    if asked_at is None:
        return Seen(End.UNKNOWN)
    # By the server's clock, as the sessions are.
    asked_at += timedelta(seconds=client.clock_offset or 0.0)
    ours = [session for session in recoverable if is_begun(session, ssid, asked_at)]
    if not ours:
        history = (await client.recovery.history(_LAST_SESSIONS)).data
        ours = [session for session in history if is_begun(session, ssid, asked_at)]
    return _verdict(is_done=bool(ours), found=ours[0].state if ours else "")


async def _stop(client: Api, entry: Entry) -> Seen:
    try:
        state = await _session_state(client, entry)
    except ApiError as error:
        if error.problem.http_status not in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise
        return Seen(End.DONE)
    return _verdict(is_done=state in ENDED_STATES | {"closing"}, found=state)


async def _pause(client: Api, entry: Entry) -> Seen:
    state = await _session_state(client, entry)
    return _verdict(is_done=state == "paused", found=state)


async def _resume(client: Api, entry: Entry) -> Seen:
    state = await _session_state(client, entry)
    return _verdict(is_done=state not in IDLE_STATES, found=state)


async def _provision_all(client: Api, entry: Entry) -> Seen:
    devices = (await client.batch.devices(entry.target[0])).data
    waiting = sum(d.state == "discovered" and d.in_allowlist is not False for d in devices)
    if not devices or not waiting:
        return Seen(End.DONE if devices else End.UNKNOWN)
    moved = any(device.state not in {"discovered", "skipped", None} for device in devices)
    return Seen(End.UNKNOWN if moved else End.NOT_DONE, "discovered")


async def _provision(client: Api, entry: Entry) -> Seen:
    state = await _device_state(client, entry)
    return (
        Seen(End.UNKNOWN) if state is None else _verdict(is_done=state != "discovered", found=state)
    )


async def _retry(client: Api, entry: Entry) -> Seen:
    state = await _device_state(client, entry)
    # Still failed, or failed once more: nobody can tell.
    return Seen(End.UNKNOWN if state in {None, "failed"} else End.DONE, state or "")


async def _skip(client: Api, entry: Entry) -> Seen:
    state = await _device_state(client, entry)
    return Seen(End.UNKNOWN) if state is None else _verdict(is_done=state == "skipped", found=state)


async def _discard(client: Api, entry: Entry) -> Seen:
    recoverable = (await client.recovery.recoverable()).data
    return _verdict(is_done=all(session.id != entry.target[0] for session in recoverable))


async def _is_allowed(client: Api, entry: Entry) -> bool:
    entries = (await client.allowlist.entries()).data
    return any(listed.mac == canonical(entry.target[0]) for listed in entries)


async def _allow(client: Api, entry: Entry) -> Seen:
    return _verdict(is_done=await _is_allowed(client, entry))


async def _disallow(client: Api, entry: Entry) -> Seen:
    return _verdict(is_done=not await _is_allowed(client, entry))


async def _join(client: Api, entry: Entry) -> Seen:
    status = (await client.wifi.status()).data
    if status.connected and status.ssid == entry.target[0]:
        return Seen(End.DONE, status.ssid)
    # It may still be joining, or have come back from a password that was wrong.
    return Seen(End.UNKNOWN, status.ssid or "")


async def _leave(client: Api, _entry: Entry) -> Seen:
    status = (await client.wifi.status()).data
    if status.connected is None:
        return Seen(End.UNKNOWN)
    return _verdict(is_done=not status.connected, found=status.ssid)


async def _camera(client: Api, entry: Entry) -> Seen:
    return Seen(End.UNKNOWN, (await client.cameras.camera(entry.target[0])).data.status or "")


async def _pair(client: Api, entry: Entry) -> Seen:
    cameras = (await client.espcam.paired()).data.cameras
    mac = canonical(entry.target[0])
    paired = next((camera for camera in cameras if camera.mac_address == mac), None)
    return Seen(End.UNKNOWN) if paired is None else Seen(End.DONE, paired.status or "")


async def _is_placed(client: Api, entry: Entry) -> bool:
    container, device = entry.target[:2]
    containers = (await client.containers.containers()).data
    places = [place for found in containers if found.id == container for place in found.cameras]
    return any(place.device_id == device for place in places)


async def _assign(client: Api, entry: Entry) -> Seen:
    return _verdict(is_done=await _is_placed(client, entry))


async def _unassign(client: Api, entry: Entry) -> Seen:
    return _verdict(is_done=not await _is_placed(client, entry))


async def _door(client: Api, _entry: Entry) -> Seen:
    # It closes by itself: how it is now does not tell whether it was moved.
    return Seen(End.UNKNOWN, (await client.door.status()).data.state or "")


async def _session_state(client: Api, entry: Entry) -> str:
    return (await client.batch.session(entry.target[0])).data.session.state or ""


async def _device_state(client: Api, entry: Entry) -> str | None:
    session, mac = entry.target[0], canonical(entry.target[1])
    devices: tuple[Candidate, ...] = (await client.batch.devices(session)).data
    return next((device.state for device in devices if device.mac == mac), None)


# What is missing here leaves nothing behind that could be read: an operation of these is unknown.
_LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "start": _start,
        "stop": _stop,
        "pause": _pause,
        "unpause": _resume,
        "resume": _resume,
        "discard": _discard,
        "provision-all": _provision_all,
        "provision": _provision,
        "retry": _retry,
        "skip": _skip,
        "allowlist-add": _allow,
        "allowlist-remove": _disallow,
        "wifi-connect": _join,
        "wifi-disconnect": _leave,
        "camera-capture": _camera,
        "camera-reboot": _camera,
        "espcam-pair": _pair,
        "camera-assign": _assign,
        "camera-unassign": _unassign,
        "door-open": _door,
        "door-close": _door,
    }
)
