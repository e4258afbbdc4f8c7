"""Cameras: listed by every name, and pictures in every shape that a server may give them."""

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import (
    ApiError,
    DomainError,
    MalformedAnswer,
    TransportError,
    ValidationRefused,
)
from kiosk.services.wire.features import Feature
from tests.support.server import Reply, ScriptedServer, answer, document, failure, raw, success

CAMERAS = "/api/v1/cameras"
CAPTURE = f"{CAMERAS}/cam-1/capture"
JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
TEXT = base64.b64encode(JPEG).decode()
LOST = raw(b"")

Call = Callable[[PiOrchestrator], Awaitable[Any]]


@pytest.mark.parametrize("path", [CAMERAS, "/api/dashboard/cameras", "/api/cameras"])
async def test_cameras_are_listed_by_every_name(
    server: ScriptedServer, api: PiOrchestrator, path: str
) -> None:
    server.on("GET", path, document({"cameras": [{"device_id": "esp-1"}, 5], "success": True}))
    (camera,) = (await api.cameras.cameras()).data
    assert (camera.id, camera.name, camera.status, camera.last_seen) == (
        "esp-1",
        "esp-1",
        "unknown",
        None,
    )


async def test_one_camera_is_asked_for_by_its_encoded_id(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", f"{CAMERAS}/AA%3ABB", success({"id": "AA:BB", "status": "offline"}))
    assert (await api.cameras.camera("AA:BB")).data.status == "offline"
    server.on("GET", f"{CAMERAS}/cam-9", failure("CAMERA_NOT_FOUND", 404))
    with pytest.raises(DomainError) as error:
        await api.cameras.camera("cam-9")
    assert error.value.problem.code == "CAMERA_NOT_FOUND"


@pytest.mark.parametrize(
    "path",
    [
        f"{CAMERAS}/diagnostics",
        "/api/dashboard/diagnostics/cameras",
        "/api/dashboard/cameras/diagnostics",
    ],
)
async def test_how_all_cameras_do_is_told_by_every_name(
    server: ScriptedServer, api: PiOrchestrator, path: str
) -> None:
    server.on("GET", path, success([{"device_id": "esp-1", "total_captures": 4}]), document({}))
    (one,) = (await api.cameras.diagnostics()).data
    assert (one.camera_id, one.total_captures) == ("esp-1", 4)
    assert (await api.cameras.diagnostics()).data == ()


async def test_how_one_camera_does_needs_no_name_in_the_answer(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", f"{CAMERAS}/cam-1/status", success({"status": "online"}))
    (one,) = (await api.cameras.diagnostics("cam-1")).data
    assert (one.camera_id, one.status) == ("cam-1", "online")
    server.on("GET", f"{CAMERAS}/cam-1/status", success(["online"]))
    with pytest.raises(MalformedAnswer):
        await api.cameras.diagnostics("cam-1")


SHAPES: dict[str, Reply] = {
    "bytes": answer(200, JPEG, content_type="image/jpeg"),
    "flat": document({"success": True, "image": TEXT, "camera_id": "cam-1"}),
    "enveloped": success({"image_data": TEXT, "camera_id": "cam-1"}),
    "data URL": success({"image_url": f"data:image/jpeg;base64,{TEXT}"}),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_a_picture_is_the_same_in_every_shape(
    server: ScriptedServer, api: PiOrchestrator, shape: Reply
) -> None:
    server.on("POST", CAPTURE, shape)
    picture = (await api.cameras.capture("cam-1")).data
    assert (picture.image, picture.content_type, picture.camera_id) == (JPEG, "image/jpeg", "cam-1")


@pytest.mark.parametrize(
    "path", [f"{CAMERAS}/cam-1/snapshot", "/api/dashboard/cameras/cam-1/capture"]
)
async def test_an_older_server_is_asked_for_a_picture_by_its_name(
    server: ScriptedServer, api: PiOrchestrator, path: str
) -> None:
    server.on("POST", path, SHAPES["bytes"])
    assert (await api.cameras.capture("cam-1")).data.image == JPEG


@pytest.mark.parametrize("is_absolute", [True, False])
async def test_a_picture_behind_a_url_of_the_same_origin_is_fetched(
    server: ScriptedServer,
    api: PiOrchestrator,
    is_absolute: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    origin = server.base_url if is_absolute else ""
    url = f"{origin}/images/a%2Fb%20%7Bc%7D.jpg?sig=x%2By%3D&n=1"
    server.on("POST", CAPTURE, success({"image_url": url}))
    server.on("GET", "/images/a%2Fb%20%7Bc%7D.jpg", LOST, SHAPES["bytes"])
    reply = await api.cameras.capture("cam-1")
    assert (reply.data.image, reply.correlation_id) == (JPEG, "corr-1")
    assert server.requests[-1].query == {"sig": ["x+y="], "n": ["1"]}
    assert len(server.sent("POST", CAPTURE)) == 1
    assert "sig=" not in caplog.text


async def test_a_picture_at_another_origin_is_left_there(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    async with ScriptedServer() as other:
        port = other.base_url.rpartition(":")[2]
        for url in (
            f"{other.base_url}/a.jpg",
            f"//127.0.0.1:{port}/a.jpg",
            "ftp://x/a",
            "http://[",
        ):
            server.on("POST", CAPTURE, success({"image_url": url}))
            with pytest.raises(MalformedAnswer):
                await api.cameras.capture("cam-1")
        assert other.requests == []


@pytest.mark.parametrize("shape", [success({"image": "?"}), success({}), answer(204), success([])])
async def test_a_success_without_a_picture_is_malformed(
    server: ScriptedServer, api: PiOrchestrator, shape: Reply
) -> None:
    server.on("POST", CAPTURE, shape)
    with pytest.raises(MalformedAnswer):
        await api.cameras.capture("cam-1")


async def test_a_url_that_leads_to_no_picture_is_malformed(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", CAPTURE, success({"image_url": "/a.jpg"}))
    server.on("GET", "/a.jpg", success({"image_url": "/b.jpg"}))
    with pytest.raises(MalformedAnswer):
        await api.cameras.capture("cam-1")
    assert len(server.requests) == 2


async def test_a_caller_with_a_schedule_fetches_once(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", CAPTURE, success({"image_url": "/a.jpg"}))
    server.on("GET", "/a.jpg", LOST)
    with pytest.raises(TransportError):
        await api.once().cameras.capture("cam-1")
    assert len(server.sent("GET", "/a.jpg")) == 1


UNCLEAR = [LOST, failure("CAMERA_OFFLINE", 503, retryable=True), failure("REBOOT_FAILED", 500)]


@pytest.mark.parametrize("unclear", UNCLEAR, ids=["cut", "offline", "failed"])
@pytest.mark.parametrize(
    "call", [lambda api: api.cameras.capture("cam-1"), lambda api: api.cameras.reboot("cam-1")]
)
async def test_nothing_is_taken_or_rebooted_twice(
    server: ScriptedServer, api: PiOrchestrator, call: Call, unclear: Reply
) -> None:
    server.on("POST", CAPTURE, unclear)
    server.on("POST", f"{CAMERAS}/cam-1/reboot", unclear)
    with pytest.raises(ApiError):
        await call(api)
    assert len(server.requests) == 1


async def test_a_reboot_says_nothing_more(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on("POST", f"{CAMERAS}/cam-1/reboot", document({"success": True, "message": "bye"}))
    assert (await api.cameras.reboot("cam-1")).data is None


CALLS: list[Call] = [
    lambda api: api.cameras.camera(""),
    lambda api: api.cameras.camera("diagnostics"),
    lambda api: api.cameras.diagnostics(".."),
    lambda api: api.cameras.capture("reconcile"),
    lambda api: api.cameras.reboot("."),
]


@pytest.mark.parametrize("call", CALLS)
async def test_an_id_that_would_address_something_else_is_not_sent(
    server: ScriptedServer, api: PiOrchestrator, call: Call
) -> None:
    with pytest.raises(ValidationRefused) as refused:
        await call(api)
    assert refused.value.problem.code == "CAMERA_ID"
    assert server.requests == []


async def test_nothing_is_asked_where_cameras_are_switched_off(server: ScriptedServer) -> None:
    off = frozenset({Feature.CAMERAS})
    async with PiOrchestrator(server.base_url, api_key=lambda: None, off=off) as api:
        for call in (api.cameras.cameras, api.cameras.diagnostics):
            with pytest.raises(ValidationRefused) as refused:
                await call()
            assert refused.value.problem.code == "FEATURE_OFF"
    assert server.requests == []
