"""A server that lacks a route is told apart from an address where something else answers."""

from collections.abc import AsyncIterator

import pytest

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import DomainError, EndpointAbsent, NotApi, TransportError
from tests.support.server import Reply, ScriptedServer, answer, document, raw, success

INFO = ("/api/v1/system/info", "/api/system/info")
HEALTH = ("/api/v1/health", "/health", "/api/health", "/api/dashboard/health")
STOP = ("/api/v1/provisioning/batch/s/stop", "/api/v1/provisioning/batch/s/close")
PAGE = answer(200, "<!DOCTYPE html><title>Dashboard</title>", content_type="text/html")
PAGE_404 = answer(404, "<html>not found</html>", content_type="text/html")
WELL = success({"status": "ok"})


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        for path in (*INFO, *HEALTH):
            running.on("GET", path, PAGE)
        for path in STOP:
            running.on("POST", path, PAGE)
        yield running


def asked_for_health(server: ScriptedServer) -> int:
    return sum(request.path in HEALTH for request in server.requests)


@pytest.mark.parametrize("page", [PAGE, PAGE_404], ids=["200", "404"])
@pytest.mark.parametrize("path", HEALTH)
async def test_a_page_at_one_route_of_an_api_is_an_absent_route(
    server: ScriptedServer, api: PiOrchestrator, page: Reply, path: str
) -> None:
    server.on("GET", path, document({"status": "healthy"}))
    for name in INFO:
        server.on("GET", name, page)
    with pytest.raises(EndpointAbsent) as absent:
        await api.system.info()
    assert absent.value.problem.http_status in {200, 404}
    assert not absent.value.problem.retryable


async def test_a_mutation_is_told_apart_in_the_same_way_and_sent_no_further(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", HEALTH[0], WELL)
    with pytest.raises(EndpointAbsent):
        await api.batch.stop("s")
    sent = [request.path for request in server.requests if request.method == "POST"]
    assert sent == list(STOP)


async def test_pages_everywhere_are_not_the_api(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    with pytest.raises(NotApi):
        await api.system.info()
    assert asked_for_health(server) == len(HEALTH)
    with pytest.raises(NotApi):
        await api.system.health()


async def test_a_health_that_is_no_json_object_proves_nothing(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    for nothing in (answer(204), raw(b""), answer(200, '"ok"')):
        server.on("GET", HEALTH[0], nothing)
        with pytest.raises(NotApi):
            await api.system.info()


async def test_who_has_a_schedule_has_health_asked_for_once(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", HEALTH[0], WELL)
    scheduled = api.once()
    for _ in range(3):
        with pytest.raises(EndpointAbsent):
            await scheduled.system.info()
    assert asked_for_health(server) == 1


async def test_a_schedule_at_a_wrong_port_has_health_asked_for_once_too(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    scheduled = api.once()
    for _ in range(3):
        with pytest.raises(NotApi):
            await scheduled.system.info()
    assert asked_for_health(server) == len(HEALTH)


async def test_a_portal_that_takes_over_is_found_out_with_the_next_health(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", HEALTH[0], WELL)
    await api.system.health()
    server.on("GET", HEALTH[0], PAGE)
    with pytest.raises(NotApi):
        await api.system.health()
    with pytest.raises(NotApi):
        await api.once().system.info()


async def test_an_outage_says_nothing_of_routes(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", INFO[0], raw(b""))
    with pytest.raises(TransportError):
        await api.once().system.info()
    assert asked_for_health(server) == 0


@pytest.mark.parametrize("page", [PAGE, PAGE_404], ids=["200", "404"])
async def test_a_page_in_place_of_the_allowlist_does_not_say_that_a_device_is_gone(
    server: ScriptedServer, api: PiOrchestrator, page: Reply
) -> None:
    server.on("GET", HEALTH[0], WELL)
    path = "/api/v1/provisioning/allowlist/AA%3ABB%3ACC%3ADD%3AEE%3A01"
    server.on("DELETE", path, page)
    with pytest.raises(EndpointAbsent):
        await api.allowlist.remove("AA:BB:CC:DD:EE:01")


async def test_with_a_bare_503_a_feature_is_off_or_the_service_out_of_order_as_health_is(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    for path in INFO:
        server.on("GET", path, answer(503))
    server.on("GET", HEALTH[0], WELL)
    with pytest.raises(EndpointAbsent):
        await api.once().system.info()
    for path in HEALTH:
        server.on("GET", path, answer(503))
    for call in (api.once().system.info, api.once().system.health):
        with pytest.raises(NotApi) as away:
            await call()
        assert away.value.problem.retryable


async def test_a_page_at_the_route_of_a_stream_is_an_absent_route_as_for_requests(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    for path in ("/api/v1/provisioning/batch/events", "/ws/monitor"):
        server.on("GET", path, PAGE)
    for health, error in ((PAGE, NotApi), (WELL, EndpointAbsent)):
        server.on("GET", HEALTH[0], health)
        with pytest.raises(error):
            async with api.batch.events("s"):
                pass
        with pytest.raises(error):
            async with api.monitor.connect():
                pass


async def test_health_says_nothing_of_the_origin_that_streams_have_of_their_own(
    server: ScriptedServer,
) -> None:
    server.on("GET", HEALTH[0], WELL)
    async with ScriptedServer() as elsewhere:
        elsewhere.on("GET", "/api/v1/provisioning/batch/events", PAGE)
        async with PiOrchestrator(
            server.base_url, api_key=lambda: None, events_url=elsewhere.base_url
        ) as api:
            with pytest.raises(NotApi):
                async with api.batch.events("s"):
                    pass


ABSENT = document({"success": False, "error": {"code": "NOT_FOUND", "message": "?"}}, 404)
SESSION = "/api/v1/provisioning/batch/s"
FOUND = success({"session": {"id": "s"}, "devices": []})


async def test_a_404_at_a_route_that_has_answered_before_means_the_session(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", SESSION, ABSENT, FOUND, ABSENT)
    with pytest.raises(EndpointAbsent):
        await api.batch.session("s")
    await api.batch.session("s")
    with pytest.raises(DomainError) as gone:
        await api.batch.session("s")
    assert gone.value.problem.code == "SESSION_NOT_FOUND"


async def test_a_page_in_place_of_a_session_does_not_say_that_it_is_gone(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", HEALTH[0], WELL)
    server.on("GET", SESSION, FOUND, PAGE_404)
    await api.batch.session("s")
    with pytest.raises(EndpointAbsent):
        await api.batch.session("s")


async def test_a_stream_of_a_session_that_is_gone_says_so(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", "/api/v1/provisioning/batch/events", ABSENT)
    server.on("GET", SESSION, FOUND, FOUND, ABSENT)
    await api.batch.session("s")
    # The session is there: so this server has no streams.
    for error in (EndpointAbsent, DomainError):
        with pytest.raises(error):
            async with api.batch.events("s"):
                pass
