from __future__ import annotations

from kiosk.simulator.errors import CODES, RefusalError

STATUS = {
    400: {"VALIDATION_FAILED", "INVALID_REQUEST", "MISSING_PARAMETER"},
    401: {"TOTP_INVALID", "TOTP_EXPIRED", "UNAUTHORIZED"},
    403: {"DEVICE_NOT_IN_ALLOWLIST"},
    404: {"SESSION_NOT_FOUND", "DEVICE_NOT_FOUND"},
    409: {
        "SESSION_ALREADY_ACTIVE",
        "SESSION_ALREADY_CLOSED",
        "SESSION_NOT_RECOVERABLE",
        "DEVICE_ALREADY_PROVISIONING",
        "DEVICE_INVALID_STATE",
        "MAX_RETRIES_EXCEEDED",
    },
    410: {"SESSION_EXPIRED"},
    429: {"RATE_LIMITED"},
    500: {"DATABASE_ERROR", "INTERNAL_ERROR"},
    502: {"DEVICE_UNREACHABLE", "DEVICE_REJECTED"},
    503: {"CIRCUIT_OPEN", "NETWORK_ERROR", "MQTT_UNAVAILABLE"},
    504: {"DEVICE_TIMEOUT", "VERIFICATION_TIMEOUT"},
}
RETRYABLE = STATUS[429] | STATUS[502] | STATUS[503] | STATUS[504] | {"TOTP_INVALID", "TOTP_EXPIRED"}


def test_the_26_codes_have_the_status_and_the_delay_of_the_registry() -> None:
    assert len(CODES) == 26
    for status, codes in STATUS.items():
        assert {name for name, code in CODES.items() if code.status == status} == codes
    assert {name for name, code in CODES.items() if code.retryable} == RETRYABLE
    assert CODES["RATE_LIMITED"].retry_after == 30
    assert {CODES[name].retry_after for name in RETRYABLE - {"RATE_LIMITED"}} == {5}


def test_a_refusal_takes_its_delay_from_the_registry_unless_it_knows_better() -> None:
    assert RefusalError("CIRCUIT_OPEN").retry_after == 5
    assert RefusalError("RATE_LIMITED", retry_after=7).retry_after == 7
    assert RefusalError("SESSION_EXPIRED").retry_after is None
