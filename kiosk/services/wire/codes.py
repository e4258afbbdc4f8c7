"""The registry of error codes, and what a technician reads and does (contract.md §5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind, Problem

RETRY_DELAY_SECONDS = 5.0
RATE_LIMIT_DELAY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """One code: its HTTP status, its default retry policy and its sentence (untranslated)."""

    http_status: int
    retryable: bool
    delay_seconds: float | None
    text: str


def _final(http_status: int, text: str) -> CodeInfo:
    return CodeInfo(http_status, retryable=False, delay_seconds=None, text=text)


def _passing(http_status: int, text: str, delay: float = RETRY_DELAY_SECONDS) -> CodeInfo:
    return CodeInfo(http_status, retryable=True, delay_seconds=delay, text=text)


CODES: Mapping[str, CodeInfo] = MappingProxyType(
    {
        "SESSION_NOT_FOUND": _final(404, N_("This session no longer exists.")),
        "SESSION_EXPIRED": _final(410, N_("The session ran out of time.")),
        "SESSION_ALREADY_ACTIVE": _final(409, N_("A session is already running.")),
        "SESSION_ALREADY_CLOSED": _final(409, N_("The session has already ended.")),
        "SESSION_NOT_RECOVERABLE": _final(409, N_("That session cannot be continued.")),
        "DEVICE_NOT_FOUND": _final(404, N_("The device is not part of this session.")),
        "DEVICE_NOT_IN_ALLOWLIST": _final(403, N_("The device is not approved.")),
        "DEVICE_ALREADY_PROVISIONING": _final(409, N_("The device is already being set up.")),
        "DEVICE_INVALID_STATE": _final(409, N_("The device cannot do that right now.")),
        "MAX_RETRIES_EXCEEDED": _final(409, N_("Too many attempts on this device.")),
        "TOTP_INVALID": _passing(401, N_("The device rejected the code.")),
        "TOTP_EXPIRED": _passing(401, N_("The code ran out.")),
        "RATE_LIMITED": _passing(429, N_("Too many requests."), RATE_LIMIT_DELAY_SECONDS),
        "UNAUTHORIZED": _final(401, N_("An access key is needed.")),
        "DEVICE_UNREACHABLE": _passing(502, N_("Cannot reach the device.")),
        "DEVICE_REJECTED": _passing(502, N_("The device refused the settings.")),
        "DEVICE_TIMEOUT": _passing(504, N_("The device did not answer in time.")),
        "CIRCUIT_OPEN": _passing(503, N_("Paused after repeated failures.")),
        "VERIFICATION_TIMEOUT": _passing(504, N_("The device did not come online.")),
        "NETWORK_ERROR": _passing(503, N_("The setup network on the Pi has a problem.")),
        "MQTT_UNAVAILABLE": _passing(503, N_("The message service on the Pi is down.")),
        "DATABASE_ERROR": _final(500, N_("The Pi could not save data.")),
        "INTERNAL_ERROR": _final(500, N_("Something failed inside the Pi.")),
        "VALIDATION_FAILED": _final(400, N_("The entered values were not accepted.")),
        "INVALID_REQUEST": _final(400, N_("The request was not understood.")),
        "MISSING_PARAMETER": _final(400, N_("A required value is missing.")),
    }
)

_NEXT_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "SESSION_NOT_FOUND": N_("Start a new one."),
        "SESSION_EXPIRED": N_("Start a new one."),
        "SESSION_ALREADY_ACTIVE": N_("Open it or stop it first."),
        "SESSION_ALREADY_CLOSED": N_("Start a new one."),
        "SESSION_NOT_RECOVERABLE": N_("Start a new one."),
        "DEVICE_NOT_FOUND": N_("Power-cycle it and wait until it appears."),
        "DEVICE_NOT_IN_ALLOWLIST": N_("Add it to the allowlist."),
        "DEVICE_ALREADY_PROVISIONING": N_("Wait until it has finished."),
        "DEVICE_INVALID_STATE": N_("Wait a moment and look at its state."),
        "MAX_RETRIES_EXCEEDED": N_("Power-cycle the device."),
        "TOTP_INVALID": N_("Try again."),
        "TOTP_EXPIRED": N_("Try again."),
        "UNAUTHORIZED": N_("Enter the key that PiOrchestrator was set up with."),
        "RATE_LIMITED": N_("Wait a moment."),
        "DEVICE_UNREACHABLE": N_("Check power and distance."),
        "DEVICE_REJECTED": N_("Check the Wi-Fi name and password, then try again."),
        "DEVICE_TIMEOUT": N_("Check power and distance."),
        "CIRCUIT_OPEN": N_("Try again shortly."),
        "VERIFICATION_TIMEOUT": N_("Check the Wi-Fi password."),
        "NETWORK_ERROR": N_("Try again; if it stays, restart the Pi."),
        "MQTT_UNAVAILABLE": N_("Try again; if it stays, restart the Pi."),
        "DATABASE_ERROR": N_("Check the Pi's storage."),
        "INTERNAL_ERROR": N_("Try again; if it stays, call support."),
        "VALIDATION_FAILED": N_("Check the entered values."),
        "INVALID_REQUEST": N_("Check that the kiosk and PiOrchestrator are up to date."),
        "MISSING_PARAMETER": N_("Check the entered values."),
    }
)


# What the client refuses before anything is sent: sentence and next step.
_REFUSALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "SSID_LENGTH": (
            N_("A network name has 1 to 32 bytes."),
            N_("Check the network name."),
        ),
        "PASSWORD_LENGTH": (
            N_("A Wi-Fi password has 8 to 63 characters."),
            N_("Check the password."),
        ),
        "MAC_FORM": (
            N_("That is not a MAC address."),
            N_("It has twelve digits from 0 to F, like AA:BB:CC:DD:EE:FF."),
        ),
        "SESSION_ID": (
            N_("That is not the id of a session."),
            N_("Take one from the list of sessions."),
        ),
        "TIMEOUT_RANGE": (
            N_("A time-out is a whole number of seconds, at least 1."),
            N_("Check the time-outs."),
        ),
        "BASE_URL": (
            N_("The address of PiOrchestrator is not a web address."),
            N_("It looks like http://127.0.0.1:8081."),
        ),
        "KEY_FORM": (
            N_("The access key cannot be sent: it holds a character that no key has."),
            N_("Check the file or the entry that it comes from."),
        ),
        "SECRET_FILE": (
            N_("The file with the secret cannot be read."),
            N_("Check that it exists and may be read."),
        ),
        "SETTINGS": (
            N_("A setting of the kiosk is wrong."),
            N_("Correct it and start again."),
        ),
    }
)

_BROKEN = (
    N_("The connection to PiOrchestrator broke off."),
    N_("Wait a moment; if it stays, check that the service is running."),
)
_GATEWAY = (
    N_("A gateway answered in place of PiOrchestrator."),
    N_("Wait a moment; if it stays, check that the service is running."),
)
_NO_KEY_STEP = N_("Enter the key that PiOrchestrator was set up with.")
_KEY_REFUSED = N_("The access key was refused.")
_BY_KIND: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        Kind.TRANSPORT: (
            N_("PiOrchestrator does not answer."),
            N_("Check that the service is running."),
        ),
        Kind.TIMEOUT: (
            N_("PiOrchestrator did not answer in time."),
            N_("Wait a moment, then try again."),
        ),
        Kind.NOT_API: (
            N_("The address answers, but it is not PiOrchestrator."),
            N_("Check the port."),
        ),
        Kind.ENDPOINT_ABSENT: (
            N_("This PiOrchestrator does not offer that."),
            N_("Check the port, or update PiOrchestrator."),
        ),
        Kind.DOMAIN: (
            N_("PiOrchestrator refused the request."),
            N_("Try again; if it stays, give support the code and the correlation id."),
        ),
        Kind.MALFORMED: (
            N_("The answer of PiOrchestrator cannot be read."),
            N_("Try again; if it stays, call support."),
        ),
        Kind.VALIDATION: (
            N_("The entered values cannot be used."),
            N_("Check the entered values."),
        ),
    }
)


def sentence(problem: Problem) -> str:
    """Return the msgid of what happened, in a technician's words."""
    return _words(problem)[0]


def next_step(problem: Problem) -> str:
    """Return the msgid of what to do next."""
    return _words(problem)[1]


def delay_seconds(problem: Problem) -> float | None:
    """Return how long to wait before a repeat: the server's word, else the code's, else None."""
    if not problem.retryable:
        return None
    if problem.retry_after_seconds is not None:
        return problem.retry_after_seconds
    if problem.http_status == HTTPStatus.TOO_MANY_REQUESTS:
        return RATE_LIMIT_DELAY_SECONDS
    known = CODES.get(problem.code or "")
    return (known.delay_seconds if known else None) or RETRY_DELAY_SECONDS


def _words(problem: Problem) -> tuple[str, str]:
    kind, code = problem.kind, problem.code or ""
    if kind is Kind.UNAUTHORIZED:
        return _KEY_REFUSED if problem.key_sent else CODES["UNAUTHORIZED"].text, _NO_KEY_STEP
    if kind is Kind.DOMAIN and code in CODES:
        return CODES[code].text, _NEXT_STEPS[code]
    if kind is Kind.VALIDATION and code in _REFUSALS:
        return _REFUSALS[code]
    if kind is Kind.TRANSPORT and not problem.surely_not_done:
        return _BROKEN
    is_gateway = (problem.http_status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _GATEWAY if kind is Kind.NOT_API and is_gateway else _BY_KIND[kind]
