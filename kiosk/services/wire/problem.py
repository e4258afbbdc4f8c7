"""What went wrong with one request, as a value: every failure of the API becomes one of these."""

from dataclasses import dataclass
from enum import StrEnum


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
