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
_CLEAR_CODES = frozenset(KNOWN_CODES) - _VAGUE_CODES


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure: what support needs to find it and what the client needs to decide.

    ``message`` is the server's own text, for support; what the technician reads comes from
    ``codes.sentence``. ``surely_not_done`` says that the request certainly had no effect.
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

    @property
    def maybe_done(self) -> bool:
        """Whether the request may have been executed though no clear answer came."""
        if self.surely_not_done or self.kind in _ANSWERED:
            return False
        if self.kind in _UNANSWERED:
            return True
        is_server_error = (self.http_status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
        return is_server_error and self.code not in _CLEAR_CODES
