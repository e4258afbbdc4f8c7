"""Every shape of answer that contract.md §1 knows, and that none of them raises."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services.wire.codes import delay_seconds, next_step, sentence
from kiosk.services.wire.envelope import Answer, decode, inner_verdict
from kiosk.services.wire.problem import Kind, Problem

JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def _decoded(status: int, value: object, **headers: str) -> Answer | Problem:
    return decode(status, JSON_HEADERS | headers, json.dumps(value).encode(), key_sent=False)


def _problem(status: int, value: object, **headers: str) -> Problem:
    outcome = _decoded(status, value, **headers)
    assert isinstance(outcome, Problem)
    return outcome


@pytest.mark.parametrize(
    ("value", "data", "correlation_id"),
    [
        ({"success": True, "data": {"a": 1}, "correlation_id": "c"}, {"a": 1}, "c"),
        ({"success": True, "data": None, "request_id": "r"}, None, "r"),
        ({"success": True, "data": 5, "meta": {"correlation_id": "m"}}, 5, "m"),
        (
            {"success": True, "cameras": [], "count": 0, "timestamp": "t"},
            {"cameras": [], "count": 0},
            "h",
        ),
        ({"status": "ok", "error": "battery"}, {"status": "ok", "error": "battery"}, "h"),
        ([1, 2], [1, 2], "h"),
        ("text", "text", "h"),
    ],
)
def test_a_success_is_unwrapped_however_it_is_wrapped(
    value: object, data: object, correlation_id: str
) -> None:
    headers = {"X-Request-Id": "h"}
    assert _decoded(200, value, **headers) == Answer(data, correlation_id)


@pytest.mark.parametrize(("status", "body"), [(204, b""), (200, b""), (202, b" \n"), (204, b"x")])
def test_no_content_is_a_success_without_data(status: int, body: bytes) -> None:
    assert decode(status, {}, body, key_sent=True) == Answer(None)


def test_an_image_is_its_bytes() -> None:
    assert decode(200, {"content-type": "image/jpeg"}, b"\xff\xd8", key_sent=False) == Answer(
        b"\xff\xd8"
    )


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    assert decode(200, {}, b"\xef\xbb\xbf{}", key_sent=False) == Answer({})


def test_the_nested_error_is_read_whole() -> None:
    error = {
        "code": "RATE_LIMITED",
        "message": "slow down",
        "retryable": True,
        "retry_after_seconds": 30,
        "details": "text",
    }
    problem = _problem(429, {"success": False, "error": error, "correlation_id": "c"})
    assert problem == Problem(
        Kind.DOMAIN,
        code="RATE_LIMITED",
        message="slow down: text",
        retryable=True,
        retry_after_seconds=30,
        correlation_id="c",
        http_status=429,
        surely_not_done=True,
    )


def test_the_flat_401_of_the_handoff_is_read_like_the_nested_one() -> None:
    flat = {
        "success": False,
        "error": "API key required",
        "code": "UNAUTHORIZED",
        "retryable": False,
    }
    nested = {"success": False, "error": {"code": "UNAUTHORIZED", "message": "API key required"}}
    assert _problem(401, flat) == _problem(401, nested)
    assert _problem(401, flat).kind is Kind.UNAUTHORIZED


@pytest.mark.parametrize(
    ("status", "value", "code", "message"),
    [
        (500, {"error": "text"}, "INTERNAL_ERROR", "text"),
        (400, {"error": "text", "code": "X", "details": {"a": 1}}, "X", "text"),
        (503, {"error": "text", "code": "CAMERA_OFFLINE"}, "CAMERA_OFFLINE", "text"),
        (200, {"success": False, "error": "text"}, None, "text"),
        (200, {"error": {"code": "CONFLICT", "message": "text"}}, "CONFLICT", "text"),
        (403, {"code": "permission_denied", "message": "text"}, "permission_denied", "text"),
        (409, {"success": True}, "CONFLICT", ""),
        (418, "teapot", "HTTP_418", ""),
    ],
)
def test_legacy_errors_keep_their_text(
    status: int, value: object, code: str | None, message: str
) -> None:
    problem = _problem(status, value)
    assert (problem.kind, problem.code) == (Kind.DOMAIN, code)
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    ("status", "value", "kind"),
    [
        (
            404,
            {"success": False, "error": {"code": "NOT_FOUND", "path": "/x"}},
            Kind.ENDPOINT_ABSENT,
        ),
        (404, {}, Kind.ENDPOINT_ABSENT),
        (503, {}, Kind.ENDPOINT_ABSENT),
        (405, {}, Kind.ENDPOINT_ABSENT),
        (501, {}, Kind.ENDPOINT_ABSENT),
        (404, {"error": {"code": "SESSION_NOT_FOUND"}}, Kind.DOMAIN),
        (503, {"error": {"code": "MQTT_UNAVAILABLE"}}, Kind.DOMAIN),
        (401, {"error": {"code": "TOTP_INVALID"}}, Kind.DOMAIN),
        (401, {}, Kind.UNAUTHORIZED),
        (302, {}, Kind.NOT_API),
    ],
)
def test_statuses_with_two_meanings_are_told_apart_by_the_code(
    status: int, value: object, kind: Kind
) -> None:
    assert _problem(status, value).kind is kind


@pytest.mark.parametrize("body", [b"<!doctype html>", b"  <!DOCTYPE HTML>", b"<html>"])
@pytest.mark.parametrize(("status", "retryable"), [(200, False), (404, False), (502, True)])
def test_a_web_page_is_never_an_answer(body: bytes, status: int, retryable: bool) -> None:
    for headers in ({}, {"Content-Type": "text/html"}, JSON_HEADERS):
        problem = decode(status, headers, body, key_sent=False)
        assert isinstance(problem, Problem)
        assert (problem.kind, problem.retryable) == (Kind.NOT_API, retryable)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 40 + b"]" * 40,
        b"[" * 100_000,
        b"nothing",
    ],
)
def test_json_that_is_none_is_malformed(body: bytes) -> None:
    problem = decode(200, JSON_HEADERS, body, key_sent=False)
    assert isinstance(problem, Problem)
    assert problem.kind is Kind.MALFORMED


@pytest.mark.parametrize(
    ("spoilt", "read"),
    [
        (b"NaN", None),
        (b"-Infinity", None),
        (b"9" * 5000, None),
        (b'"\\ud83d!"', "\ufffd!"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\xff!"', "\ufffd!"),
    ],
)
def test_one_spoilt_member_leaves_the_others_as_they_are(spoilt: bytes, read: object) -> None:
    body = b'[{"name": ' + spoilt + b'}, {"name": "Hall \xc3\xa3"}]'
    answer = decode(200, JSON_HEADERS, body, key_sent=False)
    assert answer == Answer([{"name": read}, {"name": "Hall ã"}])


def test_a_date_to_wait_for_says_nothing_without_the_servers_own_time() -> None:
    headers = {"Retry-After": "Fri, 20 Nov 2099 10:00:30 GMT"}
    problem = decode(429, headers, b"{}", key_sent=False)
    assert isinstance(problem, Problem)
    assert problem.retry_after_seconds is None


def test_depth_32_is_still_read() -> None:
    assert decode(200, {}, b"[" * 32 + b"]" * 32, key_sent=False) != Answer(None)


def test_a_plain_text_404_means_that_the_route_is_absent() -> None:
    problem = decode(404, {"Content-Type": "text/plain"}, b"404 page not found\n", key_sent=True)
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.message) == (Kind.ENDPOINT_ABSENT, "404 page not found")
    assert problem.is_route_absent


@pytest.mark.parametrize(
    ("status", "body", "is_sure"),
    [
        (404, b'{"success": false, "error": {"code": "NOT_FOUND"}}', False),
        (404, b"404", True),
        (404, b"", True),
        (405, b"{}", True),
        (501, b"{}", True),
        (503, b"{}", False),
        (503, b"unavailable", False),
        (409, b"conflict", False),
    ],
)
def test_a_route_is_only_absent_for_good_where_it_cannot_be_the_thing_that_is(
    status: int, body: bytes, is_sure: bool
) -> None:
    problem = decode(status, {}, body, key_sent=False)
    assert isinstance(problem, Problem)
    assert problem.is_route_absent is is_sure


@pytest.mark.parametrize(
    ("code", "status", "stated", "expected"),
    [
        ("DEVICE_TIMEOUT", 504, None, True),
        ("DATABASE_ERROR", 500, None, False),
        ("INTERNAL_ERROR", 500, None, False),
        ("INTERNAL_ERROR", 500, True, True),
        ("RATE_LIMITED", 429, False, False),
        ("UNHEARD_OF", 502, None, True),
        ("UNHEARD_OF", 503, None, False),
        ("UNHEARD_OF", 422, None, False),
        ("UNHEARD_OF", 429, "yes", True),
    ],
)
def test_retryable_is_the_bodys_word_then_the_registrys_then_the_statuss(
    code: str, status: int, stated: object, expected: bool
) -> None:
    error = {"code": code} | ({} if stated is None else {"retryable": stated})
    assert _problem(status, {"error": error}).retryable is expected


@pytest.mark.parametrize(
    ("error", "headers", "seconds"),
    [
        ({"retry_after_seconds": 12}, {"Retry-After": "5"}, 12),
        ({}, {"Retry-After": "5"}, 5),
        (
            {},
            {
                "Retry-After": "Fri, 20 Nov 2026 10:00:30 GMT",
                "Date": "Fri, 20 Nov 2026 10:00:00 GMT",
            },
            30,
        ),
        ({}, {"Retry-After": "soon"}, None),
        ({"details": "retry_after: 10"}, {}, 10),
        ({"retry_after_seconds": True}, {}, None),
        ({"retry_after_seconds": -1}, {}, None),
        ({"retry_after_seconds": 10**400}, {}, None),
        ({"retry_after_seconds": 5, "retryable": False}, {}, None),
    ],
)
def test_the_delay_is_found_wherever_it_is(
    error: dict[str, Any], headers: dict[str, str], seconds: float | None
) -> None:
    problem = _problem(
        429, {"success": False, "error": {"code": "RATE_LIMITED", **error}}, **headers
    )
    assert problem.retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (409, "SESSION_ALREADY_ACTIVE", True),
        (429, "RATE_LIMITED", True),
        (503, "CIRCUIT_OPEN", True),
        (200, "SESSION_ALREADY_ACTIVE", True),
        (503, "MQTT_UNAVAILABLE", False),
        (500, "INTERNAL_ERROR", False),
        (408, "CAPTURE_TIMEOUT", False),
        (502, "DEVICE_UNREACHABLE", False),
    ],
)
def test_only_a_refusal_is_surely_not_done(status: int, code: str, expected: bool) -> None:
    problem = _problem(status, {"success": False, "error": {"code": code}})
    assert problem.surely_not_done is expected


def test_the_inner_success_decides() -> None:
    jammed = Answer({"success": False, "error": "jammed"}, "c")
    verdict = inner_verdict(jammed, key_sent=True)
    assert isinstance(verdict, Problem)
    assert (verdict.message, verdict.correlation_id) == ("jammed", "c")
    for fine in (Answer({"success": True}), Answer([]), Answer(None)):
        assert inner_verdict(fine, key_sent=True) is fine


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
MEMBERS = st.sampled_from(
    [
        "success",
        "data",
        "error",
        "code",
        "message",
        "retryable",
        "retry_after_seconds",
        "details",
        "correlation_id",
        "request_id",
        "meta",
    ]
)
ENVELOPES = st.recursive(
    JSON_VALUES, lambda inner: st.dictionaries(MEMBERS, inner, max_size=8), max_leaves=12
)
STATUSES = st.integers(100, 599)


@settings(max_examples=60, deadline=None)
@given(
    STATUSES,
    ENVELOPES,
    st.dictionaries(
        st.sampled_from(["Retry-After", "Date", "Content-Type", "X-Request-Id"]), st.text()
    ),
)
def test_no_json_value_anywhere_raises(status: int, value: object, headers: dict[str, str]) -> None:
    outcome = decode(status, headers, json.dumps(value).encode(), key_sent=True)
    if isinstance(outcome, Problem):
        assert sentence(outcome)
        assert next_step(outcome)
        assert (delay_seconds(outcome) is not None) is outcome.retryable
    else:
        assert 200 <= status < 300


@settings(max_examples=60, deadline=None)
@given(STATUSES, st.binary())
def test_no_bytes_raise(status: int, body: bytes) -> None:
    assert isinstance(decode(status, {}, body, key_sent=False), Answer | Problem)


def test_a_missing_key_and_a_refused_key_read_differently() -> None:
    missing = Problem(Kind.UNAUTHORIZED, code="UNAUTHORIZED")
    refused = Problem(Kind.UNAUTHORIZED, code="UNAUTHORIZED", key_sent=True)
    assert sentence(missing) == "An access key is needed."
    assert sentence(refused) == "The access key was refused."


def test_a_broken_connection_is_not_called_an_absent_service() -> None:
    absent = Problem(Kind.TRANSPORT, surely_not_done=True)
    broken = Problem(Kind.TRANSPORT)
    assert sentence(absent) == "PiOrchestrator does not answer."
    assert sentence(broken) == "The connection to PiOrchestrator broke off."


def test_an_unknown_delay_is_the_defaults_of_the_contract() -> None:
    def delay(**fields: Any) -> float | None:
        return delay_seconds(Problem(Kind.DOMAIN, **fields))

    assert delay(retryable=False) is None
    assert delay(retryable=True) == 5
    assert delay(retryable=True, http_status=429) == 30
    assert delay(retryable=True, code="DEVICE_TIMEOUT") == 5
    assert delay(retryable=True, code="INTERNAL_ERROR") == 5
    assert delay(retryable=True, retry_after_seconds=0.0) == 0
