"""What the client may send again by itself (reliability.md): the table, row by row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import ApiError, DomainError, NotApi, TransportError
from tests.support.canary import PASSWORD as TEXT
from tests.support.clock import FakeClock
from tests.support.server import Reply, ScriptedServer, answer, failure, raw, success

BATCH = "/api/v1/provisioning/batch"
ALLOWLIST = "/api/v1/provisioning/allowlist"
SESSIONS = "/api/v1/provisioning/sessions"
MAC = "AA:BB:CC:DD:EE:01"
DEVICE = f"{BATCH}/s/devices/{MAC.replace(':', '%3A')}"
PASSWORD = SecretStr(TEXT)

LOST = raw(b"")
BROKEN = failure("INTERNAL_ERROR", 500, retryable=True)
FINAL = failure("INTERNAL_ERROR", 500, retryable=False)
GATEWAY = answer(502, "<html>bad gateway</html>", content_type="text/html")

Call = Callable[[PiOrchestrator], Awaitable[Any]]


def devices(*states: str) -> list[Reply]:
    """Return one answer of the list of devices for each state that the device is seen in."""
    return [success({"devices": [{"mac": MAC, "state": state}]}) for state in states]


def listed(clock: FakeClock, age: float, ssid: str = "Shop", state: str = "discovering") -> Reply:
    """Return the recoverable list with one session that began ``age`` seconds ago."""
    moment = datetime.fromtimestamp(clock.wall(), UTC) - timedelta(seconds=age)
    session = {
        "id": "ours",
        "state": state,
        "target_ssid": ssid,
        "created_at": moment.isoformat(),
    }
    return success({"sessions": [{"id": "other", "state": "active"}, session]})


@pytest.mark.parametrize("lost", [LOST, BROKEN, FINAL, GATEWAY], ids=["cut", "5xx", "final", "502"])
async def test_a_start_whose_answer_is_lost_adopts_its_session(
    server: ScriptedServer, api: PiOrchestrator, clock: FakeClock, lost: Reply
) -> None:
    server.on("POST", f"{BATCH}/start", lost)
    server.on("GET", f"{SESSIONS}/recoverable", listed(clock, age=-0.5))
    assert (await api.batch.start("Shop", PASSWORD)).data.id == "ours"
    assert len(server.sent("POST", f"{BATCH}/start")) == 1


@pytest.mark.parametrize(
    "listing",
    [(60, "Shop", "active"), (-1, "Yard", "active"), (-1, "Shop", "closed")],
    ids=["older than the request", "another target", "over already"],
)
async def test_a_start_that_was_not_done_is_sent_once_more_and_adopts_nobody_elses_session(
    server: ScriptedServer,
    api: PiOrchestrator,
    clock: FakeClock,
    listing: tuple[float, str, str],
) -> None:
    server.on("POST", f"{BATCH}/start", LOST, success({"session": {"id": "new"}}))
    server.on("GET", f"{SESSIONS}/recoverable", listed(clock, *listing))
    assert (await api.batch.start("Shop", PASSWORD)).data.id == "new"


@pytest.mark.parametrize("days", [40, -3])
async def test_whose_session_it_is_is_told_by_the_servers_clock(
    server: ScriptedServer, api: PiOrchestrator, clock: FakeClock, days: int
) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    stamp = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    server.on("GET", "/api/v1/health", answer(200, '{"status":"ok"}', headers={"Date": stamp}))
    await api.system.health()
    assert api.clock_offset == pytest.approx(days * 86_400, abs=2)
    server.on("POST", f"{BATCH}/start", LOST, success({"session": {"id": "new"}}))
    server.on("GET", f"{SESSIONS}/recoverable", listed(clock, age=-86_400 * days))
    assert (await api.batch.start("Shop", PASSWORD)).data.id == "ours"
    server.on("GET", f"{SESSIONS}/recoverable", listed(clock, age=60 - 86_400 * days))
    server.on("POST", f"{BATCH}/start", LOST, success({"session": {"id": "new"}}))
    assert (await api.batch.start("Shop", PASSWORD)).data.id == "new"


async def test_a_start_that_nobody_can_tell_of_is_not_sent_again(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{BATCH}/start", LOST)
    server.on("GET", f"{SESSIONS}/recoverable", failure("DATABASE_ERROR", 500))
    with pytest.raises(TransportError):
        await api.batch.start("Shop", PASSWORD)
    assert len(server.sent("POST", f"{BATCH}/start")) == 1


async def test_not_retryable_always_wins(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on("POST", f"{BATCH}/start", FINAL)
    server.on("GET", f"{SESSIONS}/recoverable", success({"sessions": []}))
    with pytest.raises(DomainError):
        await api.batch.start("Shop", PASSWORD)
    assert len(server.sent("POST", f"{BATCH}/start")) == 1


async def test_a_device_that_has_moved_on_was_provisioned(
    server: ScriptedServer, api: PiOrchestrator, clock: FakeClock
) -> None:
    server.on("POST", f"{DEVICE}/provision", LOST)
    server.on("GET", f"{BATCH}/s/devices", *devices("discovered", "provisioning"))
    assert (await api.batch.provision("s", MAC)).data.state == "provisioning"
    assert clock.slept == [5]
    assert len(server.sent("POST", f"{DEVICE}/provision")) == 1


async def test_a_device_that_is_still_discovered_after_5_s_is_asked_for_once_more(
    server: ScriptedServer, api: PiOrchestrator, clock: FakeClock
) -> None:
    server.on("POST", f"{DEVICE}/provision", LOST, success({"state": "provisioning"}))
    server.on("GET", f"{BATCH}/s/devices", *devices("discovered"))
    assert (await api.batch.provision("s", MAC)).data.state == "provisioning"
    assert clock.slept == [5]


async def test_what_the_service_says_of_the_device_is_an_answer(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{DEVICE}/provision", failure("DEVICE_UNREACHABLE", 502, retryable=True))
    with pytest.raises(DomainError):
        await api.batch.provision("s", MAC)
    assert len(server.requests) == 1


async def test_after_a_lost_provision_all_only_those_that_have_not_moved_are_asked_for(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{BATCH}/s/provision-all", LOST)
    others = [("02", "provisioning"), ("03", "verified"), ("04", "discovered")]
    records = [{"mac": MAC, "state": "discovered"}]
    records += [{"mac": f"AA:BB:CC:DD:EE:{end}", "state": state} for end, state in others]
    server.on("GET", f"{BATCH}/s/devices", success({"devices": records}))
    server.on("POST", f"{DEVICE}/provision", success({"state": "provisioning"}))
    refused = DEVICE.replace("01", "04")
    server.on("POST", f"{refused}/provision", failure("DEVICE_NOT_IN_ALLOWLIST", 403))
    result = (await api.batch.provision_all("s")).data
    assert (result.initiated_count, result.skipped_count) == (2, 1)
    assert len(server.sent("POST", f"{BATCH}/s/provision-all")) == 1
    asked = {request.path for request in server.requests if request.path.endswith("/provision")}
    assert asked == {f"{DEVICE}/provision", f"{refused}/provision"}


@pytest.mark.parametrize(
    "second",
    [
        failure("RATE_LIMITED", 429, retryable=True, retry_after_seconds=30),
        failure("UNAUTHORIZED", 401),
        failure("SESSION_ALREADY_CLOSED", 409),
        failure("DATABASE_ERROR", 500),
        LOST,
    ],
    ids=["limit", "key", "session over", "disk full", "cut"],
)
async def test_what_concerns_them_all_is_not_told_as_a_device_that_was_skipped(
    server: ScriptedServer, api: PiOrchestrator, second: Reply
) -> None:
    after_lost_provision_all(server, second)
    with pytest.raises(NotApi):
        await api.batch.provision_all("s")
    assert not server.sent("POST", f"{DEVICE.replace('01', '03')}/provision")


async def test_one_device_in_trouble_does_not_hold_up_the_others_and_is_not_told_as_skipped(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    after_lost_provision_all(server, failure("DEVICE_UNREACHABLE", 502, retryable=True))
    with pytest.raises(NotApi):
        await api.batch.provision_all("s")
    assert len(server.sent("POST", f"{DEVICE.replace('01', '03')}/provision")) == 1


def after_lost_provision_all(server: ScriptedServer, second: Reply) -> None:
    """Have three devices be asked for one by one; two are accepted, the second answers that."""
    server.on("POST", f"{BATCH}/s/provision-all", GATEWAY)
    macs = [MAC.replace("01", end) for end in ("01", "02", "03")]
    records = [{"mac": mac, "state": "discovered"} for mac in macs]
    server.on("GET", f"{BATCH}/s/devices", success({"devices": records}))
    for end in ("01", "02", "03"):
        reply = second if end == "02" else success({"state": "provisioning"})
        server.on("POST", f"{DEVICE.replace('01', end)}/provision", reply)


@pytest.mark.parametrize(("state", "is_done"), [("provisioning", True), ("failed", False)])
async def test_a_lost_retry_is_looked_at_but_never_sent_again(
    server: ScriptedServer, api: PiOrchestrator, state: str, is_done: bool
) -> None:
    server.on("POST", f"{DEVICE}/retry", LOST)
    server.on("GET", f"{BATCH}/s/devices", *devices(state))
    if is_done:
        assert (await api.batch.retry("s", MAC)).data.state == "provisioning"
    else:
        with pytest.raises(TransportError):
            await api.batch.retry("s", MAC)
    assert len(server.sent("POST", f"{DEVICE}/retry")) == 1


@pytest.mark.parametrize(
    "second",
    [
        success({"session": {"id": "s", "state": "closed"}}),
        failure("SESSION_ALREADY_CLOSED", 409),
        failure("SESSION_NOT_FOUND", 404),
        failure("SESSION_EXPIRED", 410),
    ],
)
async def test_a_lost_stop_is_sent_again_and_already_over_is_done(
    server: ScriptedServer, api: PiOrchestrator, second: Reply
) -> None:
    server.on("POST", f"{BATCH}/s/stop", LOST, second)
    assert (await api.batch.stop("s")).data.id == "s"


async def test_a_stop_of_what_is_over_already_says_so(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{BATCH}/s/stop", failure("SESSION_ALREADY_CLOSED", 409))
    with pytest.raises(DomainError):
        await api.batch.stop("s")


@pytest.mark.parametrize(
    ("call", "path", "state"),
    [
        (lambda api: api.recovery.resume("s"), f"{SESSIONS}/s/resume", "active"),
        (lambda api: api.batch.unpause("s"), f"{BATCH}/s/resume", "active"),
        (lambda api: api.batch.pause("s"), f"{BATCH}/s/pause", "paused"),
    ],
    ids=["resume", "unpause", "pause"],
)
async def test_what_changes_a_sessions_state_is_done_when_the_session_says_so(
    server: ScriptedServer, api: PiOrchestrator, call: Call, path: str, state: str
) -> None:
    server.on("POST", path, LOST)
    session = {"id": "s", "state": state}
    server.on("GET", f"{BATCH}/s", success({"session": session, "devices": []}))
    assert (await call(api)).data.state == state
    assert len(server.sent("POST", path)) == 1
    before = {"id": "s", "state": "closing"}
    server.on("POST", path, LOST, success({"session": {"id": "s", "state": "sure"}}))
    server.on("GET", f"{BATCH}/s", success({"session": before, "devices": []}))
    assert (await call(api)).data.state == "sure"


async def test_a_lost_skip_is_done_when_the_device_is_skipped(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{DEVICE}/skip", LOST, success({"state": "skipped", "message": "twice"}))
    server.on("GET", f"{BATCH}/s/devices", *devices("skipped", "discovered"))
    assert (await api.batch.skip("s", MAC)).data.message is None
    server.on("POST", f"{DEVICE}/skip", LOST, success({"state": "skipped", "message": "twice"}))
    assert (await api.batch.skip("s", MAC)).data.message == "twice"


async def test_a_lost_approval_is_sent_again_and_a_conflict_is_done(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", ALLOWLIST, LOST, failure("CONFLICT", 409))
    known = {"mac": MAC, "description": "Door 1"}
    server.on("GET", ALLOWLIST, success({"entries": [known]}))
    assert (await api.allowlist.add(MAC)).data.description == "Door 1"


async def test_a_conflict_of_the_first_approval_says_so(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", ALLOWLIST, failure("CONFLICT", 409))
    with pytest.raises(DomainError):
        await api.allowlist.add(MAC)
    assert len(server.requests) == 1


async def test_a_lost_removal_is_sent_again_and_404_is_done(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    path = f"{ALLOWLIST}/{MAC.replace(':', '%3A')}"
    server.on("DELETE", path, LOST, failure("NOT_FOUND", 404))
    server.on("GET", ALLOWLIST, success({"entries": []}))
    assert (await api.allowlist.remove(MAC)).data is None
    assert len(server.sent("DELETE", path)) == 2


@pytest.mark.parametrize("lost", [LOST, BROKEN, failure("CIRCUIT_OPEN", 503, retryable=True)])
@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda api: api.wifi.connect("Shop", PASSWORD), "/api/v1/wifi/connect"),
        (lambda api: api.wifi.disconnect(), "/api/v1/wifi/disconnect"),
        (lambda api: api.system.reset(), "/api/v1/system/reset"),
    ],
    ids=["wifi connect", "wifi disconnect", "reset"],
)
async def test_what_moves_the_world_is_never_sent_twice(
    server: ScriptedServer, api: PiOrchestrator, call: Call, path: str, lost: Reply
) -> None:
    server.on("POST", path, lost)
    with pytest.raises(ApiError):
        await call(api)
    assert [request.path for request in server.requests] == [path]


async def test_an_older_name_is_tried_only_where_there_is_no_such_route(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", "/api/wifi/disconnect", success({"success": True}))
    page = answer(200, "<!DOCTYPE html><p>", content_type="text/html")
    for absent in (failure("NOT_FOUND", 404), page, answer(405)):
        server.requests.clear()
        server.on("POST", "/api/v1/wifi/disconnect", absent)
        await api.wifi.disconnect()
        assert server.requests[-1].path == "/api/wifi/disconnect"
    server.on("POST", "/api/wifi/disconnect", failure("NOT_FOUND", 404))
    for unclear in (LOST, BROKEN, GATEWAY, answer(503)):
        server.requests.clear()
        server.on("POST", "/api/v1/wifi/disconnect", unclear)
        with pytest.raises(ApiError):
            await api.wifi.disconnect()
        sent = [request.path for request in server.requests if request.method == "POST"]
        assert sent[-1] == "/api/v1/wifi/disconnect"


async def test_reads_are_tried_three_times_but_not_by_who_has_a_schedule(
    server: ScriptedServer, api: PiOrchestrator, clock: FakeClock
) -> None:
    server.on("GET", "/api/v1/health", LOST, GATEWAY, success({"status": "ok"}))
    assert (await api.system.health()).data.status == "ok"
    assert clock.slept == [1, 2]
    server.on("GET", "/api/v1/health", LOST)
    with pytest.raises(TransportError):
        await api.once().system.health()
    assert clock.slept == [1, 2]
