"""What went wrong with one request, as a value: every failure of the API becomes one of these."""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from kiosk.services.wire.registry import KNOWN_CODES


class Kind(StrEnum):
    """Where a request failed, from the wire upwards (contract.md §1)."""

    TRANSPORT = "transport"
    TIMEOUT = "timeout"
    NOT_API = "not_api"
    ENDPOINT_ABSENT = "endpoint_absent"
    UNAUTHORIZED = "unauthorized"
    DOMAIN = "domain"
    MALFORMED = "malformed"
    VALIDATION = "validation"


# The service was not reached at all: what is said of one request is true of all of them.
OUTAGES = frozenset({Kind.TRANSPORT, Kind.TIMEOUT, Kind.NOT_API})

_UNANSWERED = frozenset({Kind.TRANSPORT, Kind.TIMEOUT, Kind.MALFORMED})
_ANSWERED = frozenset({Kind.VALIDATION, Kind.UNAUTHORIZED, Kind.ENDPOINT_ABSENT})
# What a gateway's status is called, or a server that does not know itself how far it came.
_VAGUE_CODES = frozenset({"INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT"})
_NO_METHOD = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_CLEAR_CODES = frozenset(KNOWN_CODES) - _VAGUE_CODES


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure: what support needs to find it and what the client needs to decide.

    ``message`` is the server's own text, for support; what the technician reads comes from
    ``codes.sentence``. ``surely_not_done`` says that the request certainly had no effect,
    ``is_page`` that text or a web page stood where the API has a JSON object.
    """

    kind: Kind
    code: str | None = None
    message: str = ""
    retryable: bool = False
    retry_after_seconds: float | None = None
    correlation_id: str | None = None
    http_status: int | None = None
    key_sent: bool = False
    surely_not_done: bool = False
    is_page: bool = False

    @property
    def is_route_absent(self) -> bool:
        """Whether it is the route that is not there, and not what its path names (§1.7)."""
        may_pass = self.http_status == HTTPStatus.SERVICE_UNAVAILABLE
        if self.kind is not Kind.ENDPOINT_ABSENT or may_pass:
            return False
        return self.is_page or self.http_status in _NO_METHOD

    @property
    def maybe_done(self) -> bool:
        """Whether the request may have been executed though no clear answer came."""
        if self.surely_not_done or self.kind in _ANSWERED:
            return False
        if self.kind in _UNANSWERED:
            return True
        is_server_error = (self.http_status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
        return is_server_error and self.code not in _CLEAR_CODES
