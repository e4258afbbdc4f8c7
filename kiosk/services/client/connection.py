"""What shared requests and streams have in common: the address, the httpx client, its failures."""

import logging
import os
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from kiosk.services.client.errors import raise_problem
from kiosk.services.wire.checks import refusal
from kiosk.services.wire.envelope import decode
from kiosk.services.wire.masking import MASK
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.registry import KNOWN_CODES

CONNECT_SECONDS = 5.0
MAX_REDIRECTS = 5
# Shorter than the idle time of any usual server, so that it rarely closes under our feet.
_KEEPALIVE_SECONDS = 4.0
_LIMITS = httpx.Limits(
    max_connections=8, max_keepalive_connections=4, keepalive_expiry=_KEEPALIVE_SECONDS
)

# At INFO these log whole URLs, and at DEBUG headers with the key.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_ssl_contexts: dict[str, ssl.SSLContext] = {}


@dataclass(frozen=True, slots=True)
class Address:
    """Where PiOrchestrator is, and how to get the key of the moment (None: send none)."""

    base_url: str
    api_key: Callable[[], str | None]

    def headers(self) -> dict[str, str]:
        """Return the headers of every request; raises ValidationRefused for an impossible key."""
        key = (self.api_key() or "").strip()
        if not key:
            return {}
        # Checked here because httpx would refuse it with an error that quotes the key.
        if not (key.isascii() and key.isprintable()):
            raise_problem(
                refusal("KEY_FORM", "the access key has a character that no header takes")
            )
        return {"X-API-Key": key}


def timeouts(read_seconds: float) -> httpx.Timeout:
    """Return httpx's time-outs: a connection is made quickly or not at all."""
    return httpx.Timeout(read_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)


def new_client(address: Address) -> httpx.AsyncClient:
    """Return an httpx client that obeys no proxy variable and follows no redirect.

    Raises ValidationRefused when the base URL is none.
    """
    try:
        scheme = urlsplit(address.base_url).scheme
        return httpx.AsyncClient(
            base_url=address.base_url,
            headers={"Accept-Encoding": "identity"},
            verify=ssl_context(scheme),
            limits=_LIMITS,
            trust_env=False,
            follow_redirects=False,
        )
    except (httpx.InvalidURL, ValueError):
        raise_problem(refusal("BASE_URL", "the base URL is not a URL"))


def same_origin(response: httpx.Response) -> httpx.URL | None:
    """Return where a redirect leads when it stays on scheme, host and port, else None.

    The key goes out with every request, so a redirect to elsewhere is never followed.
    """
    location = response.headers.get("location", "")
    if not response.is_redirect or not location:
        return None
    try:
        target = response.url.join(location)
    except (httpx.InvalidURL, ValueError):
        return None
    here = response.url
    is_same = (target.scheme, target.host, target.port) == (here.scheme, here.host, here.port)
    return target if is_same else None


def explained(error: Exception, *, key_sent: bool) -> Problem:
    """Return the problem behind an exception of httpx; the exception's own text is not used.

    It may quote a header or a URL, and those may hold a secret.
    """
    if isinstance(error, UnicodeEncodeError) and error.encoding == "utf-8":
        # What a program was given as bytes, or half a surrogate pair that a service has told.
        return refusal("TEXT_FORM", "a text that is to be sent has a character that is none")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return refusal("BASE_URL", "the base URL is not an address")
    not_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    is_timeout = isinstance(error, httpx.TimeoutException | TimeoutError)
    return Problem(
        Kind.TIMEOUT if is_timeout else Kind.TRANSPORT,
        message=_reason(error),
        retryable=True,
        key_sent=key_sent,
        surely_not_done=not_sent,
    )


def not_what_was_asked(
    status: int, headers: Mapping[str, str], body: bytes, what: str, *, key_sent: bool
) -> Problem:
    """Return why a server answered with something else than ``what``: a stream, a WebSocket.

    By the rules of the envelope; 204 means that there is none, any other success that something
    else is at the address.
    """
    outcome = decode(status, headers, body, key_sent=key_sent)
    if isinstance(outcome, Problem):
        return outcome
    is_empty = status == HTTPStatus.NO_CONTENT
    return Problem(
        Kind.ENDPOINT_ABSENT if is_empty else Kind.NOT_API,
        message=f"no {what} here" if is_empty else f"an answer in place of a {what}",
        correlation_id=outcome.correlation_id,
        http_status=status,
        key_sent=key_sent,
    )


def unquoted(problem: Problem, secrets: Iterable[str]) -> Problem:
    """Return the problem without the secrets that a server quotes when it refuses them."""
    message, code, correlation_id = problem.message, problem.code, problem.correlation_id
    for secret in secrets:
        message = message.replace(secret, MASK)
        code = code if code in KNOWN_CODES else code and code.replace(secret, MASK)
        correlation_id = correlation_id and correlation_id.replace(secret, MASK)
    return replace(problem, message=message, code=code, correlation_id=correlation_id)


def _reason(error: BaseException) -> str:
    """Return the operating system's reason where there is one, else the kind of failure."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            # Its numbers are OpenSSL's own, not the operating system's.
            return cause.reason or "TLS failed"
        if isinstance(cause, OSError) and cause.errno:
            # Name resolution has numbers of its own, below zero.
            return os.strerror(cause.errno) if cause.errno > 0 else str(cause.strerror)
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def ssl_context(scheme: str) -> ssl.SSLContext:
    """Return one context for all clients; plain http gets an empty one, which costs nothing."""
    if scheme not in _ssl_contexts:
        _ssl_contexts[scheme] = (
            httpx.create_ssl_context(trust_env=False)
            if scheme == "https"
            else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
    return _ssl_contexts[scheme]
