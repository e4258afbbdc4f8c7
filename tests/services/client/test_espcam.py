"""Cameras on the machine's own network: found, paired once, registered."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError, DomainError, ValidationRefused
from kiosk.services.wire.features import Feature
from tests.support.server import Reply, ScriptedServer, answer, document, failure, raw, success

ESPCAM = "/api/v1/espcam"
MAC = "AA:BB:CC:DD:EE:01"
CODE = SecretStr("246810")


async def test_a_scan_begins_and_what_it_finds_is_listed(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{ESPCAM}/scan", success({"scanning": True}), answer(204))
    found = [{"mac_address": "aabbccddee01", "signal_strength": -61}, {"name": "nobody"}]
    server.on("GET", f"{ESPCAM}/discovered", success({"devices": found}), document(found))
    assert (await api.espcam.scan()).data is None
    assert (await api.espcam.scan()).data is None
    for _ in range(2):
        (camera,) = (await api.espcam.discovered()).data
        assert (camera.mac, camera.rssi) == (MAC, -61)


async def test_a_pairing_sends_mac_and_code_and_returns_the_camera(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    known = {"mac_address": MAC, "status": "online"}
    replies = (success({"camera": known}), success(known), success({"message": "paired"}))
    server.on("POST", f"{ESPCAM}/pair", *replies)
    seen = [(await api.espcam.pair("aa-bb-cc-dd-ee-01", CODE)).data for _ in range(3)]
    assert [(camera.mac_address, camera.status) for camera in seen] == [
        (MAC, "online"),
        (MAC, "online"),
        (MAC, None),
    ]
    assert server.requests[0].json == {"mac_address": MAC, "totp": "246810"}


@pytest.mark.parametrize(
    "lost", [raw(b""), failure("TOTP_EXPIRED", 401, retryable=True)], ids=["cut", "expired"]
)
async def test_a_pairing_is_never_tried_twice(
    server: ScriptedServer, api: PiOrchestrator, lost: Reply
) -> None:
    server.on("POST", f"{ESPCAM}/pair", lost)
    with pytest.raises(ApiError):
        await api.espcam.pair(MAC, CODE)
    assert len(server.requests) == 1


async def test_a_wrong_code_is_the_cameras_word_and_not_the_keys(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{ESPCAM}/pair", failure("TOTP_INVALID", 401, retryable=True))
    with pytest.raises(DomainError) as error:
        await api.espcam.pair(MAC, CODE)
    assert error.value.problem.code == "TOTP_INVALID"


@pytest.mark.parametrize(
    ("mac", "code", "refusal"),
    [("x", "246810", "MAC_FORM"), (MAC, "24681", "TOTP_FORM"), (MAC, "24681x", "TOTP_FORM")],
)
async def test_wrong_arguments_are_not_sent(
    server: ScriptedServer, api: PiOrchestrator, mac: str, code: str, refusal: str
) -> None:
    with pytest.raises(ValidationRefused) as refused:
        await api.espcam.pair(mac, SecretStr(code))
    assert refused.value.problem.code == refusal
    assert server.requests == []


async def test_registered_cameras_are_told_with_their_counts(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    cameras = [{"mac_address": MAC, "signal_strength": 0, "last_seen": "0001-01-01T00:00:00Z"}]
    server.on(
        "GET",
        f"{ESPCAM}/paired",
        success({"cameras": cameras, "total": 9, "online": 4}),
        document(cameras),
        success({"cameras": None}),
    )
    whole, bare, none = [(await api.espcam.paired()).data for _ in range(3)]
    assert (whole.total, whole.online_count) == (9, 4)
    assert (whole.cameras[0].signal_strength, whole.cameras[0].last_seen) == (None, None)
    assert (bare.cameras, bare.total) == (whole.cameras, None)
    assert none.cameras == ()


CALLS: list[Callable[[PiOrchestrator], Awaitable[Any]]] = [
    lambda api: api.espcam.scan(),
    lambda api: api.espcam.discovered(),
    lambda api: api.espcam.pair(MAC, CODE),
    lambda api: api.espcam.paired(),
]


@pytest.mark.parametrize("call", CALLS)
async def test_nothing_is_asked_where_cameras_are_switched_off(
    server: ScriptedServer, call: Callable[[PiOrchestrator], Awaitable[Any]]
) -> None:
    off = frozenset({Feature.CAMERAS})
    async with PiOrchestrator(server.base_url, api_key=lambda: None, off=off) as api:
        with pytest.raises(ValidationRefused) as refused:
            await call(api)
    assert refused.value.problem.code == "FEATURE_OFF"
    assert server.requests == []
