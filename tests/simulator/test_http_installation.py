from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.simulator.pi import BATCH, Pi

CAMERAS, CONTAINERS = "/api/v1/cameras", "/api/v1/containers"
ESPCAM, DOOR, CONFIG = "/api/v1/espcam", "/api/v1/door", "/api/v1/config"
ONLINE, SILENT, NEVER = "espcam-000a01", "espcam-000a03", "espcam-000a04"
FRIDGE = "lobby-fridge-001"


async def test_a_camera_can_be_listed_read_and_diagnosed(pi: Pi) -> None:
    listed = await pi.data("GET", CAMERAS)
    assert listed["count"] == len(listed["cameras"]) == 4
    one = await pi.data("GET", f"{CAMERAS}/{ONLINE}")
    assert (one["id"], one["status"], one["mac_address"]) == (ONLINE, "online", "24:0A:C4:00:0A:01")
    assert one["health"]["wifi_rssi"] < 0
    assert "health" not in await pi.data("GET", f"{CAMERAS}/{SILENT}")
    never = await pi.data("GET", f"{CAMERAS}/{NEVER}/status")
    assert never == {"id": NEVER, "status": "offline", "last_seen": "0001-01-01T00:00:00Z"}
    every = await pi.data("GET", f"{CAMERAS}/diagnostics")
    assert await pi.data("GET", "/api/dashboard/diagnostics/cameras") == every
    assert [d["device_id"] for d in every] == [c["id"] for c in listed["cameras"]]
    assert "rssi" not in await pi.data("GET", f"{CAMERAS}/{SILENT}/diagnostics")
    assert await pi.refusal("GET", f"{CAMERAS}/nobody") == (404, "CAMERA_NOT_FOUND")


async def test_a_picture_is_taken_and_counted(pi: Pi) -> None:
    taken = await pi.call("POST", f"{CAMERAS}/{ONLINE}/capture")
    assert (taken.status_code, taken.headers["content-type"]) == (200, "image/jpeg")
    assert taken.content.startswith(b"\xff\xd8\xff")
    diagnosis = await pi.data("GET", f"{CAMERAS}/{ONLINE}/diagnostics")
    assert (diagnosis["total_captures"], diagnosis["capture_success_rate"]) == (1, 1.0)
    assert (await pi.data("GET", f"{CAMERAS}/{ONLINE}"))["last_capture"]


async def test_an_offline_camera_takes_none(pi: Pi) -> None:
    refused = await pi.call("POST", f"{CAMERAS}/{SILENT}/capture")
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["retry_after_seconds"]) == (
        503,
        "CAMERA_OFFLINE",
        30,
    )
    diagnosis = await pi.data("GET", f"{CAMERAS}/{SILENT}/diagnostics")
    assert (diagnosis["failed_captures"], diagnosis["capture_success_rate"]) == (1, 0.0)
    assert await pi.refusal("POST", f"{CAMERAS}/{SILENT}/reboot") == (503, "CAMERA_OFFLINE")


@pytest.mark.parametrize(
    ("dialect", "keys"),
    [
        ("datamodel", {"image_data", "camera_id", "captured_at"}),
        ("compat", {"success", "image", "timestamp", "camera_id", "file_size"}),
    ],
)
async def test_the_other_dialects_wrap_the_picture(
    tmp_path: Path, dialect: str, keys: set[str]
) -> None:
    pi = Pi(tmp_path, speed=100, dialect=dialect)
    body = (await pi.call("POST", f"{CAMERAS}/{ONLINE}/capture")).json()
    data = body.get("data", body)
    assert data.keys() == keys
    picture = base64.b64decode(data.get("image") or data["image_data"])
    assert picture.startswith(b"\xff\xd8\xff")
    pi.close()


async def test_a_camera_reboots_and_comes_back(pi: Pi) -> None:
    assert (await pi.data("POST", f"{CAMERAS}/{ONLINE}/reboot"))["success"]
    assert (await pi.data("GET", f"{CAMERAS}/{ONLINE}"))["status"] == "rebooting"
    pi.wait(8)
    assert (await pi.data("GET", f"{CAMERAS}/{ONLINE}"))["status"] == "online"


async def test_what_was_provisioned_is_listed_as_paired(pi: Pi) -> None:
    session_id = await pi.start_session()
    pi.wait(20)
    await pi.data("POST", f"{BATCH}/{session_id}/provision-all")
    pi.wait(20)
    snapshot = await pi.data("GET", f"{BATCH}/{session_id}")
    assert snapshot["session"]["verified_count"] == 3
    paired = await pi.data("GET", f"{ESPCAM}/paired")
    assert (paired["total"], paired["online_count"]) == (7, 5)
    macs = {camera["mac_address"] for camera in paired["cameras"]}
    assert {device["mac"] for device in snapshot["devices"]} <= macs
    metrics = (await pi.data("GET", "/api/v1/onboarding/auto/status"))["metrics"]
    assert (metrics["success"], metrics["failed"], metrics["already_onboarded"]) == (3, 0, 7)
    assert metrics["last_success_at"]


async def test_an_espcam_is_found_and_paired(pi: Pi) -> None:
    assert (await pi.data("POST", f"{ESPCAM}/scan"))["scanning"]
    assert (await pi.data("GET", f"{ESPCAM}/discovered"))["devices"] == []
    pi.wait(3)
    found = (await pi.data("GET", f"{ESPCAM}/discovered"))["devices"]
    mac = found[0]["mac_address"]
    wrong = await pi.call("POST", f"{ESPCAM}/pair", json={"mac_address": mac, "code": "000000"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "TOTP_INVALID")
    assert wrong.json().keys() == {"success", "error", "request_id", "timestamp"}
    right = {"mac": mac, "totp": "246810"}
    assert (await pi.data("POST", f"{ESPCAM}/pair", json=right))["camera"]["mac_address"] == mac
    assert await pi.refusal("POST", f"{ESPCAM}/pair", json=right) == (409, "CONFLICT")
    assert await pi.refusal("POST", f"{ESPCAM}/pair", json={"mac": mac}) == (
        400,
        "MISSING_PARAMETER",
    )


async def test_a_camera_is_put_at_a_position_and_taken_out(pi: Pi) -> None:
    path = f"{CONTAINERS}/{FRIDGE}/cameras"
    free = await pi.data("GET", f"{CAMERAS}/unassigned")
    assert [c["id"] for c in free["cameras"]] == [NEVER]
    placed = await pi.call("POST", path, json={"device_id": NEVER, "position": 4})
    assert (placed.status_code, placed.json()["data"]["position"]) == (201, 4)
    fridge = await pi.data("GET", f"{CONTAINERS}/{FRIDGE}")
    assert (fridge["camera_count"], fridge["online_count"]) == (4, 2)
    assert [c["position"] for c in fridge["cameras"]] == [1, 2, 3, 4]
    out = await pi.call("DELETE", f"{path}/{NEVER}")
    assert (out.status_code, out.content) == (204, b"")
    for position, refusal in [
        (1, (409, "POSITION_OCCUPIED")),
        (9, (400, "INVALID_POSITION")),
        (1.5, (400, "INVALID_POSITION")),
        ("1", (400, "VALIDATION_FAILED")),
    ]:
        body = {"device_id": NEVER, "position": position}
        assert await pi.refusal("POST", path, json=body) == refusal
    assert await pi.refusal("GET", f"{CONTAINERS}/nowhere") == (404, "CONTAINER_NOT_FOUND")
    listed = await pi.data("GET", CONTAINERS)
    assert {FRIDGE, "machine-01"} == {c["id"] for c in listed["containers"]}


async def test_the_configuration_has_an_item_of_every_type(pi: Pi) -> None:
    sections = (await pi.data("GET", CONFIG))["sections"]
    items = {item["key"]: item for section in sections for item in section["items"]}
    assert {item["type"] for item in items.values()} == {
        "string",
        "number",
        "boolean",
        "select",
        "secret",
        "password",
        "path",
        "url",
    }
    assert all(isinstance(item["value"], str) for item in items.values())
    assert items["bridge_token"]["value"] == items["mqtt_password"]["value"] == "********"
    assert [s["items"] for s in sections if s["name"] == "experimental"] == [[]]


async def test_a_value_is_written_kept_and_given_back(pi: Pi) -> None:
    path = f"{CONFIG}/capture_interval"
    written = await pi.data("PUT", path, json={"value": "90"})
    assert written == {"success": True, "key": "capture_interval", "value": "90"}
    pi.restart()
    assert (await pi.data("GET", path))["value"] == "90"
    assert (await pi.data("POST", f"{path}/reset"))["value"] == "60"


@pytest.mark.parametrize(
    ("key", "body", "refusal"),
    [
        ("capture_interval", {"value": "1"}, (400, "VALIDATION_FAILED")),
        ("capture_interval", {"value": 90}, (400, "VALIDATION_FAILED")),
        ("capture_interval", {}, (400, "MISSING_PARAMETER")),
        ("hardware_model", {"value": "PC"}, (403, "FORBIDDEN")),
        ("nope", {"value": "x"}, (404, "NOT_FOUND")),
    ],
)
async def test_a_bad_write_is_refused(
    pi: Pi, key: str, body: object, refusal: tuple[int, str]
) -> None:
    assert await pi.refusal("PUT", f"{CONFIG}/{key}", json=body) == refusal


async def test_the_door_opens_and_springs_back(pi: Pi) -> None:
    opened = await pi.data("POST", f"{DOOR}/open")
    assert (opened["success"], opened["state"]) == (True, "open")
    pi.wait(5)
    status = await pi.data("GET", f"{DOOR}/status")
    assert (status["state"], status["lock_state"]) == ("closed", "locked")
    assert status["last_command"] == "auto_close"
    await pi.data("POST", f"{DOOR}/open", json={"duration": 30})
    assert (await pi.data("POST", f"{DOOR}/close"))["state"] == "closed"
    pi.restart()
    history = (await pi.data("GET", f"{DOOR}/history?limit=3"))["history"]
    assert [entry["command"] for entry in history] == ["close", "open", "auto_close"]
    assert (await pi.data("GET", f"{DOOR}/available"))["available"]


@pytest.mark.parametrize(
    "body", [{"duration": 0}, {"duration": 5000}, {"duration": "5"}, {"testing_mode": "yes"}]
)
async def test_the_door_stays_closed_on_bad_input(pi: Pi, body: object) -> None:
    assert await pi.refusal("POST", f"{DOOR}/open", json=body) == (400, "VALIDATION_FAILED")
    assert (await pi.data("GET", f"{DOOR}/status"))["state"] == "closed"


async def test_the_usual_opening_is_configured(pi: Pi) -> None:
    await pi.data("PUT", f"{CONFIG}/door_open_seconds", json={"value": "7"})
    assert "7 s" in (await pi.data("POST", f"{DOOR}/open"))["message"]
