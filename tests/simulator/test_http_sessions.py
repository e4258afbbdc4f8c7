from __future__ import annotations

import pytest

from tests.simulator.pi import BATCH, Pi

SESSIONS = "/api/v1/provisioning/sessions"


async def test_a_session_is_paused_and_goes_on(pi: Pi) -> None:
    session_id = await pi.start_session()
    paused = await pi.data("POST", f"{BATCH}/{session_id}/pause")
    assert paused["session"]["state"] == "paused"
    assert paused.keys() == {"session", "devices", "timeout_remaining", "network_status"}
    pi.wait(60)
    later = await pi.data("GET", f"{BATCH}/{session_id}")
    assert len(later["devices"]) == len(paused["devices"]) < 3
    going = await pi.data("POST", f"{BATCH}/{session_id}/resume")
    assert going["session"]["state"] == "discovering"
    pi.wait(60)
    assert len((await pi.data("GET", f"{BATCH}/{session_id}"))["devices"]) == 3


async def test_a_device_is_skipped(pi: Pi) -> None:
    session_id = await pi.start_session()
    pi.wait(60)
    mac = (await pi.data("GET", f"{BATCH}/{session_id}/devices"))["devices"][0]["mac"]
    path = f"{BATCH}/{session_id}/devices/{mac}/skip"
    skipped = await pi.data("POST", path)
    assert (skipped["mac"], skipped["state"]) == (mac, "skipped")
    assert await pi.refusal("POST", path) == (409, "DEVICE_INVALID_STATE")


async def test_close_is_an_older_word_for_stop(pi: Pi) -> None:
    session_id = await pi.start_session()
    closed = await pi.data("POST", f"{BATCH}/{session_id}/close")
    assert closed["session"]["state"] == "closed"
    assert await pi.refusal("POST", f"{BATCH}/{session_id}/stop") == (409, "SESSION_ALREADY_CLOSED")


async def test_the_onboarding_network_has_a_second_path(pi: Pi) -> None:
    await pi.start_session()
    one = await pi.data("GET", f"{BATCH}/network")
    assert await pi.data("GET", "/api/v1/provisioning/network/status") == one
    assert one["is_active"]


async def test_a_dormant_session_is_discarded_and_remembered(pi: Pi) -> None:
    session_id = await pi.start_session()
    assert await pi.refusal("DELETE", f"{SESSIONS}/{session_id}") == (409, "SESSION_ALREADY_ACTIVE")
    pi.restart()
    assert (await pi.data("DELETE", f"{SESSIONS}/{session_id}"))["message"]
    assert (await pi.data("GET", f"{SESSIONS}/recoverable"))["sessions"] == []
    history = await pi.data("GET", f"{SESSIONS}/history")
    assert [(s["id"], s["state"]) for s in history["sessions"]] == [(session_id, "closed")]
    assert history["count"] == 1
    assert await pi.refusal("DELETE", f"{SESSIONS}/sess_nobody") == (404, "SESSION_NOT_FOUND")


async def test_the_history_is_limited_and_cleared(pi: Pi) -> None:
    ended = []
    for _ in range(3):
        ended.append(await pi.start_session())
        await pi.data("POST", f"{BATCH}/{ended[-1]}/stop")
    latest = await pi.data("GET", f"{SESSIONS}/history?limit=2")
    assert [s["id"] for s in latest["sessions"]] == [ended[2], ended[1]]
    assert (await pi.data("DELETE", f"{SESSIONS}/history"))["cleared"] == 0
    cleared = await pi.data("DELETE", f"{SESSIONS}/history?older_than_days=0")
    assert cleared == {"cleared": 3, "message": "3 sessions cleared"}
    pi.restart()
    assert (await pi.data("GET", f"{SESSIONS}/history"))["sessions"] == []
    assert await pi.refusal("GET", f"{BATCH}/{ended[0]}") == (404, "SESSION_NOT_FOUND")


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=many", "limit="])
async def test_a_limit_is_a_positive_whole_number(pi: Pi, query: str) -> None:
    refused = await pi.refusal("GET", f"{SESSIONS}/history?{query}")
    assert refused == (400, "VALIDATION_FAILED")


async def test_a_reset_begins_anew(pi: Pi) -> None:
    session_id = await pi.start_session()
    await pi.data("PUT", "/api/v1/config/location", json={"value": "hall"})
    answer = await pi.call("POST", "/api/system/reset")
    assert (answer.status_code, answer.json().keys()) == (200, {"message"})
    ended = await pi.data("GET", f"{BATCH}/{session_id}")
    assert ended["session"]["state"] == "closed"
    assert (await pi.data("GET", "/api/v1/config/location"))["value"] == ""
