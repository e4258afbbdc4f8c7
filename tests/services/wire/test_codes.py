"""The codes of contract.md §5.4: status, retry policy, sentence and next step of each."""

import json

import pytest

from kiosk.services.wire.codes import (
    CODES,
    LATER_CODES,
    CodeInfo,
    delay_seconds,
    next_step,
    sentence,
)
from kiosk.services.wire.envelope import decode
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.refusals import REFUSALS

REGISTRY = {
    "SESSION_NOT_FOUND": (404, None, "This session no longer exists. Start a new one."),
    "SESSION_EXPIRED": (410, None, "The session ran out of time. Start a new one."),
    "SESSION_ALREADY_ACTIVE": (
        409,
        None,
        "A session is already running. Open it or stop it first.",
    ),
    "SESSION_ALREADY_CLOSED": (409, None, "The session has already ended. Start a new one."),
    "SESSION_NOT_RECOVERABLE": (409, None, "That session cannot be continued. Start a new one."),
    "DEVICE_NOT_FOUND": (
        404,
        None,
        "The device is not part of this session. Power-cycle it and wait until it appears.",
    ),
    "DEVICE_NOT_IN_ALLOWLIST": (403, None, "The device is not approved. Add it to the allowlist."),
    "DEVICE_ALREADY_PROVISIONING": (
        409,
        None,
        "The device is already being set up. Wait until it has finished.",
    ),
    "DEVICE_INVALID_STATE": (
        409,
        None,
        "The device cannot do that right now. Wait a moment and look at its state.",
    ),
    "MAX_RETRIES_EXCEEDED": (
        409,
        None,
        "Too many attempts on this device. Power-cycle the device.",
    ),
    "TOTP_INVALID": (401, 5, "The device rejected the code. Try again."),
    "TOTP_EXPIRED": (401, 5, "The code ran out. Try again."),
    "RATE_LIMITED": (429, 30, "Too many requests. Wait a moment."),
    "UNAUTHORIZED": (
        401,
        None,
        "An access key is needed. Enter the key that PiOrchestrator was set up with.",
    ),
    "DEVICE_UNREACHABLE": (502, 5, "Cannot reach the device. Check power and distance."),
    "DEVICE_REJECTED": (
        502,
        5,
        "The device refused the settings. Check the Wi-Fi name and password, then try again.",
    ),
    "DEVICE_TIMEOUT": (504, 5, "The device did not answer in time. Check power and distance."),
    "CIRCUIT_OPEN": (503, 5, "Paused after repeated failures. Try again shortly."),
    "VERIFICATION_TIMEOUT": (
        504,
        5,
        "The device did not come online. Check the Wi-Fi password.",
    ),
    "NETWORK_ERROR": (
        503,
        5,
        "The setup network on the Pi has a problem. Try again; if it stays, restart the Pi.",
    ),
    "MQTT_UNAVAILABLE": (
        503,
        5,
        "The message service on the Pi is down. Try again; if it stays, restart the Pi.",
    ),
    "DATABASE_ERROR": (500, None, "The Pi could not save data. Check the Pi's storage."),
    "INTERNAL_ERROR": (
        500,
        None,
        "Something failed inside the Pi. Try again; if it stays, call support.",
    ),
    "VALIDATION_FAILED": (
        400,
        None,
        "The entered values were not accepted. Check the entered values.",
    ),
    "INVALID_REQUEST": (
        400,
        None,
        "The request was not understood. Check that the kiosk and PiOrchestrator are up to date.",
    ),
    "MISSING_PARAMETER": (400, None, "A required value is missing. Check the entered values."),
}
LATER = {
    "BAD_REQUEST": (400, None),
    "NOT_FOUND": (404, None),
    "CONFLICT": (409, None),
    "VALIDATION_ERROR": (422, None),
    "WIFI_REFUSED": (401, None),
    "NETWORK_NOT_FOUND": (404, None),
    "SERVICE_UNAVAILABLE": (503, 30),
    "TIMEOUT": (504, 5),
    "CAMERA_OFFLINE": (503, 30),
    "CAMERA_NOT_FOUND": (404, None),
    "CAPTURE_FAILED": (500, 5),
    "CAPTURE_TIMEOUT": (408, 5),
    "REBOOT_FAILED": (500, 5),
    "ONBOARD_ENABLE_FAILED": (400, None),
    "ONBOARD_DISABLE_FAILED": (500, None),
    "ONBOARD_NOT_AVAILABLE": (503, None),
    "ONBOARD_RATE_LIMITED": (429, 30),
    "ONBOARD_INTERNAL_ERROR": (500, 5),
    "CONTAINER_NOT_FOUND": (404, None),
    "CONTAINER_HAS_CAMERAS": (400, None),
    "POSITION_OCCUPIED": (409, None),
    "CAMERA_ALREADY_ASSIGNED": (409, None),
    "INVALID_POSITION": (400, None),
}


def _policy(info: CodeInfo) -> tuple[int, float | None]:
    assert info.retryable is (info.delay_seconds is not None)
    return info.http_status, info.delay_seconds


def _answered(code: str, status: int) -> Problem:
    body = json.dumps({"success": False, "error": {"code": code, "message": "m"}})
    problem = decode(status, {}, body.encode(), key_sent=False)
    assert isinstance(problem, Problem)
    return problem


def test_the_tables_hold_exactly_these_codes() -> None:
    assert len(REGISTRY) == 26
    assert set(CODES) == set(REGISTRY)
    assert set(LATER_CODES) == set(LATER)


@pytest.mark.parametrize("code", REGISTRY)
def test_a_code_of_the_registry_from_the_answer_to_the_words(code: str) -> None:
    status, delay, words = REGISTRY[code]
    problem = _answered(code, status)
    assert _policy(CODES[code]) == (status, delay)
    assert (problem.retryable, delay_seconds(problem)) == (delay is not None, delay)
    assert f"{sentence(problem)} {next_step(problem)}" == words
    assert problem.kind is (Kind.UNAUTHORIZED if code == "UNAUTHORIZED" else Kind.DOMAIN)


@pytest.mark.parametrize("code", sorted(set(LATER) - {"NOT_FOUND", "SERVICE_UNAVAILABLE"}))
def test_a_later_code_from_the_answer_to_the_policy(code: str) -> None:
    status, delay = LATER[code]
    problem = _answered(code, status)
    assert problem.kind is Kind.DOMAIN
    assert _policy(LATER_CODES[code]) == (status, delay)
    assert (problem.retryable, delay_seconds(problem)) == (delay is not None, delay)


@pytest.mark.parametrize("code", LATER)
def test_a_later_code_has_words_of_its_own(code: str) -> None:
    problem, unheard_of = Problem(Kind.DOMAIN, code=code), Problem(Kind.DOMAIN, code="X")
    assert sentence(problem).endswith(".")
    assert next_step(problem).endswith(".")
    assert sentence(problem) != sentence(unheard_of)


@pytest.mark.parametrize("code", ["NOT_FOUND", "SERVICE_UNAVAILABLE"])
def test_a_generic_code_says_that_the_feature_is_absent(code: str) -> None:
    problem = _answered(code, LATER[code][0])
    assert problem.kind is Kind.ENDPOINT_ABSENT
    assert delay_seconds(problem) is None
    assert _policy(LATER_CODES[code]) == LATER[code]


@pytest.mark.parametrize("code", REFUSALS)
def test_what_was_not_sent_is_explained(code: str) -> None:
    refused = Problem(Kind.VALIDATION, code=code, surely_not_done=True)
    assert (sentence(refused), next_step(refused)) == REFUSALS[code]
    assert sentence(refused).endswith(".")
    assert next_step(refused).endswith(".")


@pytest.mark.parametrize(
    ("problem", "maybe"),
    [
        (Problem(Kind.TRANSPORT), True),
        (Problem(Kind.TRANSPORT, surely_not_done=True), False),
        (Problem(Kind.TIMEOUT), True),
        (Problem(Kind.MALFORMED, http_status=200), True),
        (Problem(Kind.NOT_API, http_status=502), True),
        (Problem(Kind.NOT_API, http_status=200), False),
        (Problem(Kind.DOMAIN, code="HTTP_599", http_status=599), True),
        (Problem(Kind.DOMAIN, code="INTERNAL_ERROR", http_status=500), True),
        (Problem(Kind.DOMAIN, code="TIMEOUT", http_status=504), True),
        (Problem(Kind.DOMAIN, code="BAD_GATEWAY", http_status=502), True),
        (Problem(Kind.DOMAIN, code="CAPTURE_FAILED", http_status=500), False),
        (Problem(Kind.DOMAIN, code="DEVICE_REJECTED", http_status=502), False),
        (Problem(Kind.DOMAIN, code="CONFLICT", http_status=409), False),
        (Problem(Kind.ENDPOINT_ABSENT, http_status=503), False),
        (Problem(Kind.UNAUTHORIZED, http_status=401), False),
        (Problem(Kind.VALIDATION), False),
    ],
)
def test_a_request_without_a_clear_answer_may_have_been_done(problem: Problem, maybe: bool) -> None:
    assert problem.maybe_done is maybe
