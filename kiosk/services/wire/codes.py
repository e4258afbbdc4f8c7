"""What a technician reads and does about a problem, and how long to wait (contract.md §5.4)."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.refusals import KIOSK_ERROR, REFUSALS
from kiosk.services.wire.registry import (
    CODES,
    KNOWN_CODES,
    LATER_CODES,
    RATE_LIMIT_DELAY_SECONDS,
    RETRY_DELAY_SECONDS,
    CodeInfo,
)

__all__ = [
    "CODES",
    "KNOWN_CODES",
    "LATER_CODES",
    "RATE_LIMIT_DELAY_SECONDS",
    "RETRY_DELAY_SECONDS",
    "CodeInfo",
    "delay_seconds",
    "next_step",
    "sentence",
]

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
    known = KNOWN_CODES.get(problem.code or "")
    return (known.delay_seconds if known else None) or RETRY_DELAY_SECONDS


def _words(problem: Problem) -> tuple[str, str]:
    kind, code = problem.kind, problem.code or ""
    if kind is Kind.UNAUTHORIZED:
        return _KEY_REFUSED if problem.key_sent else CODES["UNAUTHORIZED"].text, _NO_KEY_STEP
    if kind is Kind.DOMAIN and code in KNOWN_CODES:
        return KNOWN_CODES[code].text, KNOWN_CODES[code].next_step
    if code == KIOSK_ERROR or (kind is Kind.VALIDATION and code in REFUSALS):
        return REFUSALS[code]
    if kind is Kind.TRANSPORT and not problem.surely_not_done:
        return _BROKEN
    is_gateway = (problem.http_status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _GATEWAY if kind is Kind.NOT_API and is_gateway else _BY_KIND[kind]
