"""The typed calls over a real socket: what is sent, what is understood, what is refused."""

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from kiosk.services.client import connection
from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import (
    ApiError,
    DomainError,
    EndpointAbsent,
    MalformedAnswer,
    NotApi,
    RequestTimeout,
    TransportError,
    Unauthorized,
    ValidationRefused,
)
from kiosk.services.client.http import Request
from kiosk.services.client.timing import SystemClock, server_epoch
from kiosk.services.wire.provisioning import SessionConfig
from tests.support.canary import KEY, PASSWORD, leaks
from tests.support.clock import FakeClock
from tests.support.server import (
    Received,
    ScriptedServer,
    answer,
    document,
    failure,
    raw,
    success,
)

BATCH = "/api/v1/provisioning/batch"
ALLOWLIST = "/api/v1/provisioning/allowlist"
SESSION = {"id": "sess_1", "state": "active", "target_ssid": "Shop"}
MAC = "AA:BB:CC:DD:EE:01"


async def test_every_request_carries_the_key_in_a_header_and_nowhere_else(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", "/api/v1/provisioning/sessions/recoverable", success({"sessions": None}))
    reply = await api.recovery.recoverable()
    assert (reply.data, reply.correlation_id) == ((), "corr-1")
    (request,) = server.requests
    assert request.headers["x-api-key"] == KEY
    assert request.headers["accept"] == "application/json"
    assert leaks(request.target) == []


async def test_without_a_key_the_request_goes_out_all_the_same(server: ScriptedServer) -> None:
    server.on("GET", "/api/v1/health", document({"status": "ok", "uptime": 12}))
    async with PiOrchestrator(server.base_url, api_key=lambda: None) as api:
        assert (await api.system.health()).data.uptime_seconds == 12
    assert "x-api-key" not in server.requests[0].headers


async def test_a_new_key_counts_from_the_next_request_on(server: ScriptedServer) -> None:
    keys = ["first", "second"]
    server.on("GET", "/api/v1/health", success({"status": "ok"}))
    async with PiOrchestrator(server.base_url, api_key=lambda: keys.pop(0)) as api:
        await api.system.health()
        await api.system.health()
    assert [r.headers["x-api-key"] for r in server.requests] == ["first", "second"]


async def test_start_sends_only_the_time_outs_that_were_set(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{BATCH}/start", success({"session": SESSION, "message": "m"}, status=201))
    config = SessionConfig(discovery_timeout_seconds=90)
    reply = await api.batch.start("Shop", SecretStr(PASSWORD), config)
    assert reply.data.id == "sess_1"
    assert server.requests[0].json == {
        "target_ssid": "Shop",
        "target_password": PASSWORD,
        "config": {"discovery_timeout_seconds": 90},
    }
    await api.batch.start("Shop", SecretStr(PASSWORD))
    assert "config" not in server.requests[1].json


async def test_a_session_without_a_device_list_gets_it_from_its_own_endpoint(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", f"{BATCH}/sess_1", success({"session": SESSION, "timeout_remaining": "1m30s"}))
    server.on("GET", f"{BATCH}/sess_1/devices", success({"devices": [{"mac": "aabbccddee01"}]}))
    snapshot = (await api.batch.session("sess_1")).data
    assert snapshot.timeout_remaining == 90
    assert [device.mac for device in snapshot.devices] == [MAC]
    assert server.requests[0].query == {"include_devices": ["true"]}


async def test_null_devices_are_an_empty_list(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on("GET", f"{BATCH}/sess_1", success({"session": SESSION, "devices": None}))
    assert (await api.batch.session("sess_1")).data.devices == ()
    assert len(server.requests) == 1


async def test_path_parts_are_percent_encoded(server: ScriptedServer, api: PiOrchestrator) -> None:
    encoded = f"{BATCH}/a%2Fb%20c/devices/AA%3ABB%3ACC%3ADD%3AEE%3A01/retry"
    server.on("POST", encoded, success({"state": "provisioning"}))
    reply = await api.batch.retry("a/b c", "aa-bb-cc-dd-ee-01")
    assert server.requests[0].target == encoded
    assert (reply.data.mac, reply.data.state) == (MAC, "provisioning")


async def test_only_a_filter_that_was_asked_for_is_sent(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", ALLOWLIST, success({"entries": [{"mac": "aabbccddee01"}, {"x": 1}, 5]}))
    entries = (await api.allowlist.entries()).data
    await api.allowlist.entries(available=True)
    assert [(entry.mac, entry.used) for entry in entries] == [(MAC, False)]
    assert [request.query for request in server.requests] == [{}, {"available": ["true"]}]


@pytest.mark.parametrize(
    "reply",
    [
        answer(204, content_type=None),
        success({"success": True, "message": "removed"}),
        failure("DEVICE_NOT_IN_ALLOWLIST", 404),
    ],
)
async def test_removing_from_the_allowlist_accepts_every_way_of_saying_gone(
    server: ScriptedServer, api: PiOrchestrator, reply: Any
) -> None:
    server.on("DELETE", f"{ALLOWLIST}/AA%3ABB%3ACC%3ADD%3AEE%3A01", reply)
    assert (await api.allowlist.remove("aabb.ccdd.ee01")).data is None
    assert len(server.requests) == 1


async def test_a_404_that_may_mean_the_route_is_settled_by_the_list(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    others = success({"entries": [{"mac": "AA:BB:CC:DD:EE:02"}]})
    server.on("GET", ALLOWLIST, others, success({"entries": [{"mac": MAC}]}), answer(404))
    server.on("DELETE", f"{ALLOWLIST}/AA%3ABB%3ACC%3ADD%3AEE%3A01", failure("NOT_FOUND", 404))
    assert (await api.allowlist.remove(MAC)).data is None
    for _still_listed_then_no_list in range(2):
        with pytest.raises(EndpointAbsent):
            await api.allowlist.remove(MAC)


async def test_an_added_entry_that_is_not_returned_is_echoed(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", ALLOWLIST, answer(204), success({"entry": {"mac": MAC, "used": True}}))
    assert (await api.allowlist.add(MAC.lower(), "Door 1")).data.description == "Door 1"
    assert (await api.allowlist.add(MAC)).data.used is True
    assert server.requests[0].json == {"mac": MAC, "description": "Door 1"}


async def test_stop_falls_back_to_the_older_route_only_when_the_route_is_absent(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{BATCH}/sess_2/stop", failure("INTERNAL_ERROR", 500))
    with pytest.raises(DomainError):
        await api.batch.stop("sess_2")
    assert server.sent("POST", f"{BATCH}/sess_2/close") == []
    server.on("POST", f"{BATCH}/sess_1/close", success({"session": {"id": "sess_1"}}))
    assert (await api.batch.stop("sess_1")).data.id == "sess_1"


async def test_the_first_health_path_that_answers_is_remembered(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", "/health", document({"status": "healthy"}))
    await api.system.health()
    await api.system.health()
    assert [r.path for r in server.requests] == ["/api/v1/health", "/health", "/health"]


async def test_auth_status_is_unknown_where_the_server_does_not_tell(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    assert (await api.system.auth_status()).data.required is None
    server.on("GET", "/api/v1/auth/status", document({"required": True}))
    assert (await api.system.auth_status()).data.required is True


async def test_wifi_dialects_read_alike(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on(
        "GET",
        "/api/v1/wifi/status",
        document({"status": {"client_status": "connected", "client_ssid": "Shop"}}),
        document({"success": True, "status": {"connected": True, "ssid": "Shop"}}),
        document({"connected": True, "ssid": "Shop", "ip": None}),
    )
    seen = [(await api.wifi.status()).data for _ in range(3)]
    assert {(status.connected, status.ssid) for status in seen} == {(True, "Shop")}
    server.on("GET", "/api/v1/wifi/scan", success({"networks": None, "count": 3}))
    assert (await api.wifi.scan()).data == ()


REFUSED: list[tuple[str, Callable[[PiOrchestrator], Any]]] = [
    ("SSID_LENGTH", lambda api: api.batch.start("", SecretStr(PASSWORD))),
    ("SSID_LENGTH", lambda api: api.batch.start("ü" * 17, SecretStr(PASSWORD))),
    ("PASSWORD_LENGTH", lambda api: api.batch.start("Shop", SecretStr("1234567"))),
    ("PASSWORD_LENGTH", lambda api: api.batch.start("Shop", SecretStr("x" * 64))),
    ("SESSION_ID", lambda api: api.batch.session("")),
    ("SESSION_ID", lambda api: api.batch.session("events")),
    ("SESSION_ID", lambda api: api.batch.stop("network")),
    ("SESSION_ID", lambda api: api.batch.devices("..")),
    ("MAC_FORM", lambda api: api.batch.provision("sess_1", "all")),
    ("MAC_FORM", lambda api: api.allowlist.remove("all")),
    ("MAC_FORM", lambda api: api.allowlist.add("AA:BB:CC:DD:EE")),
]


@pytest.mark.parametrize(("code", "call"), REFUSED)
async def test_wrong_arguments_are_refused_and_nothing_is_sent(
    server: ScriptedServer,
    api: PiOrchestrator,
    code: str,
    call: Callable[[PiOrchestrator], Any],
) -> None:
    with pytest.raises(ValidationRefused) as refused:
        await call(api)
    assert refused.value.problem.code == code
    assert refused.value.problem.surely_not_done
    assert server.requests == []


async def test_a_key_that_no_header_takes_is_refused_without_quoting_it(
    server: ScriptedServer,
) -> None:
    async with PiOrchestrator(server.base_url, api_key=lambda: "bad\nkey") as api:
        with pytest.raises(ValidationRefused) as refused:
            await api.system.health()
    assert "bad" not in repr(refused.value)
    assert server.requests == []


async def test_a_domain_error_keeps_code_and_correlation_id(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{BATCH}/start", failure("SESSION_ALREADY_ACTIVE", 409))
    with pytest.raises(DomainError) as error:
        await api.batch.start("Shop", SecretStr(PASSWORD))
    problem = error.value.problem
    assert (problem.code, problem.http_status, problem.correlation_id) == (
        "SESSION_ALREADY_ACTIVE",
        409,
        "corr-9",
    )
    assert problem.surely_not_done


async def test_a_refusal_inside_a_success_counts(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("POST", f"{BATCH}/s/provision-all", success({"success": False, "error": "jammed"}))
    with pytest.raises(DomainError) as error:
        await api.batch.provision_all("s")
    assert error.value.problem.message == "jammed"


@pytest.mark.parametrize("code", [302, 307])
async def test_a_redirect_to_another_origin_is_not_followed_and_gets_no_key(
    server: ScriptedServer, api: PiOrchestrator, code: int
) -> None:
    async with ScriptedServer() as other:
        elsewhere = {"Location": f"{other.base_url}/api/v1/health"}
        server.on("GET", "/api/v1/health", answer(code, headers=elsewhere))
        with pytest.raises(NotApi):
            await api.system.health()
        assert other.requests == []


async def test_a_redirect_on_the_same_origin_is_followed_for_reads_only(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", "/api/v1/wifi/status", answer(301, headers={"Location": "/elsewhere"}))
    server.on("GET", "/elsewhere", document({"connected": False}))
    assert (await api.wifi.status()).data.connected is False
    server.on("POST", f"{BATCH}/s/stop", answer(307, headers={"Location": "/elsewhere"}))
    with pytest.raises(NotApi):
        await api.batch.stop("s")


@pytest.mark.parametrize("location", [{"Location": "/api/v1/wifi/status"}, {}, {"Location": ""}])
async def test_a_redirect_in_a_circle_or_to_nowhere_ends(
    server: ScriptedServer, api: PiOrchestrator, location: dict[str, str]
) -> None:
    server.on("GET", "/api/v1/wifi/status", answer(302, headers=location))
    with pytest.raises(ApiError):
        await api.wifi.status()


async def test_html_is_not_the_api(server: ScriptedServer, api: PiOrchestrator) -> None:
    page = answer(200, "<!DOCTYPE html><title>Router</title>", content_type="text/html")
    for path in ("/api/v1/health", "/health", "/api/health"):
        server.on("GET", path, page)
    with pytest.raises(NotApi):
        await api.system.health()


async def test_401_tells_whether_a_key_was_sent(server: ScriptedServer) -> None:
    flat = {"success": False, "error": "API key required", "code": "UNAUTHORIZED"}
    server.on("GET", ALLOWLIST, document(flat, 401))
    for key in (None, KEY):
        async with PiOrchestrator(server.base_url, api_key=lambda key=key: key) as api:  # type: ignore[misc]
            with pytest.raises(Unauthorized) as error:
                await api.allowlist.entries()
            assert error.value.problem.key_sent is (key is not None)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ({"success": False, "error": "incorrect password"}, "domain", "WIFI_REFUSED"),
        ({"error": "bad credentials", "code": "AUTH_FAILED"}, "domain", "WIFI_REFUSED"),
        (
            {"success": False, "error": "Invalid API key", "code": "UNAUTHORIZED"},
            "unauthorized",
            "",
        ),
    ],
)
async def test_a_401_of_a_wifi_is_the_wifis_own_unless_it_speaks_of_the_key(
    server: ScriptedServer, api: PiOrchestrator, body: dict[str, Any], kind: str, code: str
) -> None:
    server.on("POST", "/api/v1/wifi/connect", document(body, 401))
    with pytest.raises(ApiError) as error:
        await api.wifi.connect("Shop", SecretStr(PASSWORD))
    assert error.value.problem.kind.value == kind
    assert error.value.problem.code == (code or "UNAUTHORIZED")


async def test_429_carries_the_servers_delay(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on("GET", "/api/v1/wifi/scan", answer(429, headers={"Retry-After": "7"}))
    with pytest.raises(DomainError) as error:
        await api.wifi.scan()
    assert error.value.problem.retry_after_seconds == 7
    assert error.value.problem.surely_not_done


async def test_a_compressed_answer_is_refused(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on("GET", ALLOWLIST, answer(200, b"\x1f\x8b", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(MalformedAnswer):
        await api.allowlist.entries()
    assert server.requests[0].headers["accept-encoding"] == "identity"


async def test_a_body_over_8_mib_is_cut_off(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on("GET", ALLOWLIST, answer(200, b"[" + b"0," * (5 << 20)))
    with pytest.raises(MalformedAnswer):
        await api.allowlist.entries()


@pytest.mark.parametrize(
    "data", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", b"SSH-2.0-OpenSSH\r\n"]
)
async def test_half_an_answer_is_a_transport_error_that_may_have_been_done(
    server: ScriptedServer, api: PiOrchestrator, data: bytes
) -> None:
    server.on("POST", "/api/v1/wifi/disconnect", raw(data))
    with pytest.raises(TransportError) as error:
        await api.wifi.disconnect()
    assert error.value.problem.maybe_done


async def test_nobody_there_is_surely_not_done(unused_tcp_port: int) -> None:
    url, clock = f"http://127.0.0.1:{unused_tcp_port}", FakeClock(auto=True)
    async with PiOrchestrator(url, api_key=lambda: KEY, clock=clock) as api:
        with pytest.raises(TransportError) as error:
            await api.system.health()
    assert clock.slept == [1, 2]
    problem = error.value.problem
    assert (problem.surely_not_done, problem.retryable, problem.key_sent) == (True, True, True)


@pytest.mark.parametrize("url", ["http://[", "ftp://host", "not a url", ""])
async def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ApiError) as error:
        async with PiOrchestrator(url, api_key=lambda: None) as api:
            await api.system.health()
    assert error.value.problem.code == "BASE_URL"


async def test_a_trickle_ends_at_the_deadline(server: ScriptedServer, api: PiOrchestrator) -> None:
    async def trickle(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    server.on("GET", "/slow", trickle)
    with pytest.raises(RequestTimeout):
        await api._http.send(Request("GET", "/slow", seconds=0.2))


async def test_a_storm_of_cancelled_callers_does_not_exhaust_the_pool(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    rng = random.Random(1)
    server.on("GET", "/api/v1/health", success({"status": "ok"}))

    async def impatient() -> None:
        call = asyncio.create_task(api.system.health())
        await asyncio.sleep(rng.random() * 0.02)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)

    for _ in range(12):
        await asyncio.gather(*(impatient() for _ in range(40)))
    assert (await api.system.health()).data.status == "ok"


async def test_an_exhausted_pool_is_replaced(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_LIMITS", httpx.Limits(max_connections=1))
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.1)
    arrived, release = asyncio.Event(), asyncio.Event()

    async def held(request: Received, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await release.wait()
        await success({"entries": []})(request, writer)

    server.on("GET", ALLOWLIST, held)
    server.on("GET", "/api/v1/health", success({"status": "ok"}))
    async with PiOrchestrator(server.base_url, api_key=lambda: None) as api:
        slow = asyncio.create_task(api.allowlist.entries())
        await arrived.wait()
        with pytest.raises(RequestTimeout) as error:
            await api.once().system.health()
        assert error.value.problem.surely_not_done
        assert (await api.system.health()).data.status == "ok"
        release.set()
        assert (await slow).data == ()


async def test_the_servers_clock_is_known_from_its_date(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    ahead = format_datetime(datetime.now(UTC) + timedelta(days=40), usegmt=True)
    server.on("GET", "/api/v1/health", answer(200, '{"status":"ok"}', headers={"Date": ahead}))
    assert api.clock_offset is None
    await api.system.health()
    assert api.clock_offset == pytest.approx(40 * 86400, abs=3)


@pytest.mark.parametrize("jump", [40 * 86_400, -3 * 86_400, -1.7e9])
async def test_our_wall_clock_may_jump_after_the_servers_time_was_told(
    server: ScriptedServer, api: PiOrchestrator, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    now = format_datetime(datetime.now(UTC), usegmt=True)
    server.on("GET", "/api/v1/health", answer(200, '{"status":"ok"}', headers={"Date": now}))
    await api.system.health()
    before = server_epoch(SystemClock(), api.clock_offset)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + jump)
    assert server_epoch(SystemClock(), api.clock_offset) == pytest.approx(before, abs=0.1)


async def test_the_environment_cannot_divert_requests(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:9")
    server.on("GET", "/api/v1/health", success({"status": "ok"}))
    async with PiOrchestrator(server.base_url, api_key=lambda: None) as api:
        assert (await api.system.health()).data.status == "ok"


async def test_a_server_that_quotes_what_it_refuses_spreads_no_secret(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    said = {"code": "VALIDATION_FAILED", "message": f"no good: {PASSWORD}", "details": KEY}
    server.on("POST", f"{BATCH}/start", document({"success": False, "error": said}, status=400))
    with pytest.raises(DomainError) as caught:
        await api.batch.start("Shop", SecretStr(PASSWORD))
    assert leaks(repr(caught.value.problem) + str(caught.value)) == []
    assert caught.value.problem.message == "no good: ********: ********"


async def test_logs_name_the_call_and_its_correlation_id_but_no_secret(
    server: ScriptedServer, api: PiOrchestrator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("POST", f"{BATCH}/start", failure("SESSION_ALREADY_ACTIVE", 409))
    server.on("GET", f"{BATCH}/s/devices", success({"devices": []}))
    with pytest.raises(DomainError) as error:
        await api.batch.start("Shop", SecretStr(PASSWORD))
    await api.batch.devices("s", state="failed")
    lines = [r.getMessage() for r in caplog.records if r.name == "kiosk.client"]
    assert f"POST {BATCH}/start: 409 domain SESSION_ALREADY_ACTIVE, correlation id corr-9" in lines
    assert f"GET {BATCH}/s/devices: 200, correlation id corr-1" in lines
    everything = caplog.text + repr(error.value) + str(error.value) + json.dumps(lines)
    assert leaks(everything) == []
    assert "state=failed" not in everything


async def test_an_absent_feature_is_told_from_an_absent_service(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", "/api/v1/wifi/status", answer(503))
    server.on("GET", "/api/wifi/status", answer(503))
    with pytest.raises(EndpointAbsent):
        await api.wifi.status()
    server.on("GET", f"{BATCH}/network", failure("NETWORK_ERROR", 503))
    with pytest.raises(DomainError):
        await api.batch.network()
