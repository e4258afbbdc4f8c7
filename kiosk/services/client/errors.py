"""The one tree of what can go wrong with a call; each carries its ``Problem``.

ApiError
├── TransportError      no connection, or it broke
├── RequestTimeout      no answer in time
├── NotApi              something else answers at the address
├── EndpointAbsent      this server has no such feature
├── Unauthorized        a key is needed, or was refused
├── DomainError         PiOrchestrator refused, with a code
├── MalformedAnswer     the answer cannot be read
└── ValidationRefused   the client refused; nothing was sent
"""

# ruff: noqa: N818 - these are outcomes, and read better without "Error" behind each

from collections.abc import Mapping
from typing import NoReturn

from kiosk.services.wire.problem import Kind, Problem


class ApiError(Exception):
    """A call that did not succeed. Its text names the problem for a log and holds no secret."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        parts = [self.problem.kind.value, self.problem.code, self.problem.http_status]
        return " ".join(str(part) for part in parts if part is not None)


class TransportError(ApiError):
    """No connection, or it broke."""


class RequestTimeout(ApiError):
    """No answer in time."""


class NotApi(ApiError):
    """Something else answers at the address."""


class EndpointAbsent(ApiError):
    """This server has no such feature."""


class Unauthorized(ApiError):
    """A key is needed, or the one that was sent was refused."""


class DomainError(ApiError):
    """PiOrchestrator refused, with a code."""


class MalformedAnswer(ApiError):
    """The answer cannot be read; what was asked for may have been done."""


class ValidationRefused(ApiError):
    """The client refused the arguments; nothing was sent."""


_OF_KIND: Mapping[Kind, type[ApiError]] = {
    Kind.TRANSPORT: TransportError,
    Kind.TIMEOUT: RequestTimeout,
    Kind.NOT_API: NotApi,
    Kind.ENDPOINT_ABSENT: EndpointAbsent,
    Kind.UNAUTHORIZED: Unauthorized,
    Kind.DOMAIN: DomainError,
    Kind.MALFORMED: MalformedAnswer,
    Kind.VALIDATION: ValidationRefused,
}


def error_of(problem: Problem) -> ApiError:
    """Return the problem as the exception of its kind."""
    return _OF_KIND[problem.kind](problem)


def raise_problem(problem: Problem) -> NoReturn:
    """Raise the problem as the exception of its kind."""
    raise error_of(problem)
