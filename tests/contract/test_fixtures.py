"""Every documented call by its words on the command line: what is sent, what is understood."""

import base64
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.areas import OPERATIONS
from kiosk.services.client.errors import ApiError
from kiosk.services.wire.codes import CODES, next_step, sentence
from kiosk.services.wire.problem import Kind, Problem
from tests.contract.catalogue import AREAS, FOLDER, Case, calls, reply_of
from tests.contract.playing import called
from tests.support.canary import KEY, PASSWORD, leaks
from tests.support.clock import FakeClock
from tests.support.server import Received, ScriptedServer

STREAMS = {"events", "monitoring"}

CASES = calls()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses between repetitions pass at once."""
    monkeypatch.setattr("kiosk.services.client.api.SystemClock", lambda: FakeClock(auto=True))
    for name in ("KIOSK_CONFIG", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def _script(case: Case, server: ScriptedServer) -> None:
    """Let the server answer as the case says; any other request is a route that it lacks."""
    routes = defaultdict(list)
    for request, response in case.exchanges:
        routes[request["method"], request["path"]].append(reply_of(response))
    for (method, path), replies in routes.items():
        server.on(method, path, *replies)


def _seen(received: Received) -> dict[str, Any]:
    """Return a request as a case writes it."""
    seen: dict[str, Any] = {"method": received.method, "path": received.path}
    if received.query:
        seen["query"] = {name: "|".join(values) for name, values in received.query.items()}
    if received.body:
        body = received.json
        seen["body"] = {k: "{password}" if v == PASSWORD else v for k, v in body.items()}
    return seen


def _check_form(received: Received) -> None:
    """Every request asks for JSON, has the key in a header only and no secret in its address."""
    assert received.headers["accept"].startswith("application/json")
    assert received.headers["x-api-key"] == KEY
    assert not leaks(received.target)
    assert KEY.encode() not in received.body
    is_json = received.headers.get("content-type", "").startswith("application/json")
    assert is_json == bool(received.body)


@pytest.mark.parametrize("case", [case for case in CASES if "data" in case.expect], ids=str)
async def test_a_success_is_asked_for_and_read_as_documented(
    case: Case, server: ScriptedServer, tmp_path: Path
) -> None:
    _script(case, server)
    data, correlation_id = await called(case, server.base_url, tmp_path)
    documented = [request for request, _ in case.exchanges]
    asked = [_seen(received) for received in server.requests]
    # What a bare 503 means is told by health.
    assert [a for a in asked if a in documented or not a["path"].endswith("/health")] == documented
    for received in server.requests:
        _check_form(received)
    picture = tmp_path / "out"
    assert json.loads(json.dumps(data).replace(str(picture), "{out}")) == case.expect["data"]
    assert correlation_id == case.expect.get("correlation_id")
    saved = base64.b64encode(picture.read_bytes()).decode() if picture.exists() else None
    assert saved == case.expect.get("file")


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case.expect], ids=str)
async def test_a_failure_is_told_apart_as_documented(
    case: Case, server: ScriptedServer, tmp_path: Path
) -> None:
    _script(case, server)
    with pytest.raises(ApiError) as caught:
        await called(case, server.base_url, tmp_path)
    _check_problem(caught.value.problem, case.expect["error"])
    asked = [_seen(received) for received in server.requests]
    documented = [request for request, _ in case.exchanges]
    assert asked[: len(documented)] == documented
    more = asked[len(documented) :]
    assert not (more and (case.once or _is_final(caught.value.problem)))
    # What follows a failure is the same once more, an older name of the route, or a look.
    for again in more:
        assert again["method"] == "GET" or again.get("body") == (case.request or {}).get("body")
    for received in server.requests:
        _check_form(received)


def _is_final(problem: Problem) -> bool:
    """Return whether PiOrchestrator itself has said no, and that asking again is no use."""
    return not problem.retryable and problem.kind in {Kind.DOMAIN, Kind.UNAUTHORIZED}


def _check_problem(problem: Problem, expected: dict[str, Any]) -> None:
    assert {
        "kind": problem.kind.value,
        "code": problem.code,
        "retryable": problem.retryable,
        "retry_after_seconds": problem.retry_after_seconds,
        "correlation_id": problem.correlation_id,
        "http_status": problem.http_status,
    } == {
        "code": None,
        "retryable": False,
        "retry_after_seconds": None,
        "correlation_id": None,
        "http_status": None,
        **{name: value for name, value in expected.items() if name != "message"},
    }
    assert problem.message == expected.get("message", problem.message)


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_of_the_26_codes_has_a_case_and_words_of_its_own(code: str) -> None:
    (case,) = (case for case in calls("errors") if case.registry == code)
    error = case.expect["error"]
    assert (error["http_status"], error["retryable"]) == (
        CODES[code].http_status,
        CODES[code].retryable,
    )
    problem = Problem(Kind(error["kind"]), code=code)
    others = {sentence(Problem(Kind.DOMAIN, code=other)) for other in CODES if other != code}
    assert sentence(problem) not in others
    assert next_step(problem)


def test_there_is_no_other_code() -> None:
    assert {case.registry for case in calls("errors")} - {None} == set(CODES)
    assert len(CODES) == 26


def test_each_operation_has_a_success() -> None:
    of_a_server = set(OPERATIONS) - {"journal"}
    assert {case.operation for case in CASES if "data" in case.expect} == of_a_server


def test_each_file_is_an_area_and_each_name_is_used_once() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {*AREAS, *STREAMS}
    names = [str(case) for case in calls()]
    assert len(names) == len(set(names))
