"""From an HTTP answer to data or a problem: every envelope of contract.md §1, in its order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from kiosk.services.wire.jsontext import loads
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.registry import KNOWN_CODES
from kiosk.services.wire.visible import visible

_BOM = b"\xef\xbb\xbf"
_LONGEST_MESSAGE = 500
_CLIENT_ERROR, _SERVER_ERROR = 400, 500
_LONGEST_DELAY = 1e9

# What is said about a status whose body names no code (021 generic codes, contract.md §5.4).
_CODE_OF_STATUS: Mapping[int, str] = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "TIMEOUT",
    409: "CONFLICT",
    410: "GONE",
    422: "VALIDATION_ERROR",
    429: "RATE_LIMITED",
    500: "INTERNAL_ERROR",
    501: "NOT_IMPLEMENTED",
    502: "BAD_GATEWAY",
    503: "SERVICE_UNAVAILABLE",
    504: "TIMEOUT",
}
_RETRYABLE_STATUSES = frozenset({408, 429, 500, 502, 504})
# Statuses and codes that say "no such feature here" unless a domain code says more (§1.7).
_ABSENT_STATUSES = frozenset({404, 405, 501, 503})
_GENERIC_CODES = frozenset(
    {"NOT_FOUND", "METHOD_NOT_ALLOWED", "NOT_IMPLEMENTED", "SERVICE_UNAVAILABLE"}
)

_ENVELOPE_MEMBERS = frozenset({"success", "timestamp", "correlation_id", "request_id", "meta"})
_RETRY_IN_DETAILS = re.compile(r"retry_after\D{0,3}([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Answer:
    """The payload of a success: parsed JSON, the bytes of an image, or None for no content."""

    data: object
    correlation_id: str | None = None
    http_status: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _Context:
    """What of an answer is known before its body is read."""

    status: int
    headers: Mapping[str, str]
    key_sent: bool

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        return self.headers.get("x-request-id") or None


def decode(
    status: int, headers: Mapping[str, str], body: bytes, *, key_sent: bool
) -> Answer | Problem:
    """Return the payload or the problem of an answer; never raises.

    The body decides first and the status second: a proxy may change either.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    context = _Context(status, lowered, key_sent)
    text = body.removeprefix(_BOM).strip()
    if context.is_success and (status == HTTPStatus.NO_CONTENT or not text):
        return Answer(None, context.request_id)
    if "html" in context.content_type or text.startswith(b"<"):
        return _not_an_api(context)
    if context.is_success and context.content_type.startswith("image/"):
        return Answer(body, context.request_id)
    try:
        document = loads(text)
    except ValueError as error:
        return _unreadable(context, text, str(error))
    return _of_document(context, document)


def inner_verdict(answer: Answer, *, key_sent: bool) -> Answer | Problem:
    """Return the problem that a ``success: false`` inside the payload means (§1.10)."""
    data = answer.data
    if not isinstance(data, dict) or data.get("success") is not False:
        return answer
    context = _Context(HTTPStatus.OK, {}, key_sent)
    return _problem(context, data, answer.correlation_id)


def _of_document(context: _Context, document: object) -> Answer | Problem:
    if not isinstance(document, dict):
        if context.is_success:
            return Answer(document, context.request_id)
        return replace(_problem(context, {}, context.request_id), is_page=True)
    correlation_id = _correlation_id(context, document)
    success = document.get("success")
    if success is False or not context.is_success or (success is None and _is_error(document)):
        return _problem(context, document, correlation_id)
    if success is not True:
        return Answer(document, correlation_id)
    if "data" in document:
        return Answer(document["data"], correlation_id)
    payload = {name: value for name, value in document.items() if name not in _ENVELOPE_MEMBERS}
    return Answer(payload, correlation_id)


def _is_error(document: dict[str, Any]) -> bool:
    """Return whether a proxy has made a success of a refusal: no payload has a coded error."""
    error = document.get("error")
    return isinstance(error, dict) and _text(error.get("code")) is not None


def _not_an_api(context: _Context) -> Problem:
    """Return the problem of a web page: a wrong port, or a gateway's own trouble (§1.6)."""
    return Problem(
        Kind.NOT_API,
        message="a web page in place of an answer",
        retryable=context.status >= _SERVER_ERROR,
        retry_after_seconds=_header_delay(context) if context.status >= _SERVER_ERROR else None,
        correlation_id=context.request_id,
        http_status=context.status,
        key_sent=context.key_sent,
        surely_not_done=_is_refusal(context.status),
        is_page=True,
    )


def _unreadable(context: _Context, text: bytes, reason: str) -> Problem:
    looks_like_json = bool(text) and ("json" in context.content_type or text[:1] in {b"{", b"["})
    if not context.is_success and (
        not looks_like_json or context.status == HTTPStatus.UNAUTHORIZED
    ):
        message = text[:_LONGEST_MESSAGE].decode("utf-8", "replace")
        problem = _problem(context, {"message": message}, context.request_id)
        return replace(problem, is_page=True)
    return Problem(
        Kind.MALFORMED,
        message=f"the body is not JSON: {reason}",
        retryable=context.status in _RETRYABLE_STATUSES,
        correlation_id=context.request_id,
        http_status=context.status,
        key_sent=context.key_sent,
        surely_not_done=_is_refusal(context.status),
    )


def _problem(context: _Context, document: dict[str, Any], correlation_id: str | None) -> Problem:
    """Read the nested, the flat and the legacy error alike (§1.2-§1.5)."""
    error = document.get("error")
    nested = error if isinstance(error, dict) else document
    stated = _text(nested.get("code")) or _text(document.get("code"))
    code = stated or (None if context.is_success else _code_of(context.status))
    word = nested.get("retryable", document.get("retryable"))
    kind = _kind(context.status, code, is_passing=word is True)
    retryable = word if isinstance(word, bool) else _default_retryable(kind, stated, context.status)
    known = KNOWN_CODES.get(code or "")
    status = known.http_status if known and context.is_success else context.status
    return Problem(
        kind,
        code=code,
        message=_message(nested, document),
        retryable=retryable,
        retry_after_seconds=_delay(context, nested, document) if retryable else None,
        correlation_id=correlation_id,
        http_status=context.status,
        key_sent=context.key_sent,
        surely_not_done=_is_refusal(status) or code == "CIRCUIT_OPEN",
    )


def _kind(status: int, code: str | None, *, is_passing: bool) -> Kind:
    if code == "UNAUTHORIZED" or (status == HTTPStatus.UNAUTHORIZED and code not in KNOWN_CODES):
        return Kind.UNAUTHORIZED
    # A feature that is not there does not ask to be tried again.
    is_trouble = is_passing and status == HTTPStatus.SERVICE_UNAVAILABLE
    if status in _ABSENT_STATUSES and code in _GENERIC_CODES and not is_trouble:
        return Kind.ENDPOINT_ABSENT
    if code in KNOWN_CODES:
        return Kind.DOMAIN
    if status < _CLIENT_ERROR and not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Kind.NOT_API
    return Kind.DOMAIN


def _default_retryable(kind: Kind, stated: str | None, status: int) -> bool:
    if kind is Kind.ENDPOINT_ABSENT:
        return False
    known = KNOWN_CODES.get(stated or "")
    return known.retryable if known else status in _RETRYABLE_STATUSES


def _is_refusal(status: int) -> bool:
    return _CLIENT_ERROR <= status < _SERVER_ERROR and status != HTTPStatus.REQUEST_TIMEOUT


def _code_of(status: int) -> str:
    return _CODE_OF_STATUS.get(status, f"HTTP_{status}")


def _message(nested: dict[str, Any], document: dict[str, Any]) -> str:
    message = _text(nested.get("message")) or _text(document.get("error"))
    details = nested.get("details")
    parts = [message or _text(document.get("message")) or ""]
    if details:
        parts.append(details if isinstance(details, str) else str(details))
    return visible(": ".join(part for part in parts if part)[:_LONGEST_MESSAGE])


def _delay(context: _Context, nested: dict[str, Any], document: dict[str, Any]) -> float | None:
    """Return seconds from the body, the header or the details' text, in that order."""
    for record in (nested, document):
        seconds = record.get("retry_after_seconds")
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            # Compared first: float() of a number with hundreds of digits would raise.
            return float(seconds) if 0 <= seconds < _LONGEST_DELAY else None
    in_details = _RETRY_IN_DETAILS.search(str(nested.get("details", ""))[:_LONGEST_MESSAGE])
    return _header_delay(context) or (float(in_details[1]) if in_details else None)


def _header_delay(context: _Context) -> float | None:
    """Return seconds from ``Retry-After``: a number, or a date measured by the server's clock."""
    text = context.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    until = http_date(text)
    if until is None:
        return None
    now = http_date(context.headers.get("date", ""))
    # Our own clock may be years off.
    return None if now is None else max(0.0, (until - now).total_seconds())


def http_date(text: str) -> datetime | None:
    """Return the moment of an HTTP date header; None when it is none."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _correlation_id(context: _Context, document: dict[str, Any]) -> str | None:
    meta = document.get("meta")
    candidates = (
        document.get("correlation_id"),
        document.get("request_id"),
        meta.get("correlation_id") if isinstance(meta, dict) else None,
    )
    return next((text for text in map(_text, candidates) if text), context.request_id)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
