"""Containers, and cameras that are put into them once."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError, ValidationRefused
from kiosk.services.wire.features import Feature
from tests.support.server import ScriptedServer, answer, document, raw, success

CONTAINERS = "/api/v1/containers"
FRIDGE = f"{CONTAINERS}/fridge%201/cameras"

Call = Callable[[PiOrchestrator], Awaitable[Any]]


async def test_containers_are_listed_with_their_cameras(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    fridge = {"id": "fridge 1", "cameras": [{"device_id": "cam-1", "position": 2}]}
    server.on("GET", CONTAINERS, document({"containers": [fridge, {"id": 7, "cameras": None}, 5]}))
    first, second = (await api.containers.containers()).data
    assert [(camera.device_id, camera.position) for camera in first.cameras] == [("cam-1", 2)]
    assert (second.id, second.cameras) == ("7", ())


async def test_a_place_is_echoed_where_the_server_does_not_return_it(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    told = {"device_id": "cam-1", "position": 3, "status": "online"}
    server.on("POST", FRIDGE, success(told, status=201), success({"message": "done"}), answer(204))
    seen = [(await api.containers.assign("fridge 1", "cam-1", 3)).data for _ in range(3)]
    assert {(placed.device_id, placed.position) for placed in seen} == {("cam-1", 3)}
    assert [placed.status for placed in seen] == ["online", None, None]
    assert server.requests[0].json == {"device_id": "cam-1", "position": 3}


async def test_a_camera_is_taken_out_by_its_own_path(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("DELETE", f"{FRIDGE}/AA%3ABB", answer(204, content_type=None))
    assert (await api.containers.unassign("fridge 1", "AA:BB")).data is None


@pytest.mark.parametrize(
    "call",
    [
        lambda api: api.containers.assign("fridge 1", "cam-1", 1),
        lambda api: api.containers.unassign("fridge 1", "cam-1"),
    ],
    ids=["assign", "unassign"],
)
async def test_a_lost_answer_is_for_a_person(
    server: ScriptedServer, api: PiOrchestrator, call: Call
) -> None:
    server.on("POST", FRIDGE, raw(b""))
    server.on("DELETE", f"{FRIDGE}/cam-1", raw(b""))
    with pytest.raises(ApiError):
        await call(api)
    assert len(server.requests) == 1


REFUSED: list[tuple[str, Call]] = [
    ("CONTAINER_ID", lambda api: api.containers.assign("", "cam-1", 1)),
    ("CONTAINER_ID", lambda api: api.containers.unassign("..", "cam-1")),
    ("CAMERA_ID", lambda api: api.containers.assign("fridge", "", 1)),
    ("CAMERA_ID", lambda api: api.containers.unassign("fridge", "..")),
    ("POSITION_RANGE", lambda api: api.containers.assign("fridge", "cam-1", 0)),
    ("POSITION_RANGE", lambda api: api.containers.assign("fridge", "cam-1", 5)),
]


@pytest.mark.parametrize(("code", "call"), REFUSED)
async def test_wrong_arguments_are_not_sent(
    server: ScriptedServer, api: PiOrchestrator, code: str, call: Call
) -> None:
    with pytest.raises(ValidationRefused) as refused:
        await call(api)
    assert refused.value.problem.code == code
    assert server.requests == []


async def test_where_cameras_are_switched_off_so_are_their_places(server: ScriptedServer) -> None:
    off = frozenset({Feature.CAMERAS})
    async with PiOrchestrator(server.base_url, api_key=lambda: None, off=off) as api:
        with pytest.raises(ValidationRefused) as refused:
            await api.containers.containers()
    assert refused.value.problem.code == "FEATURE_OFF"
    assert server.requests == []
