"""One WebSocket connection; its end is always an ApiError (reliability.md, contract.md §4)."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    WebSocketException,
)
from websockets.frames import CloseCode
from websockets.http11 import Response

from kiosk.services.client.connection import (
    Address,
    explained,
    not_what_was_asked,
    ssl_context,
    unquoted,
)
from kiosk.services.client.errors import error_of, raise_problem
from kiosk.services.wire.checks import refusal
from kiosk.services.wire.problem import Kind, Problem

OPEN_SECONDS = 3.0
_PING_SECONDS = 5.0
_CLOSE_SECONDS = 1.0
_FRAME_LIMIT = 1 << 20

# At DEBUG it logs the handshake's headers, and one of them is the key.
logging.getLogger("websockets.client").setLevel(logging.WARNING)

# How this side ends a connection when the other breaks the rules.
_OUR_VERDICTS: Mapping[int, tuple[Kind, str]] = {
    CloseCode.MESSAGE_TOO_BIG: (Kind.MALFORMED, "a message over 1 MiB"),
    CloseCode.PROTOCOL_ERROR: (Kind.MALFORMED, "what came are no frames"),
    CloseCode.INVALID_DATA: (Kind.MALFORMED, "a text that is not UTF-8"),
    CloseCode.INTERNAL_ERROR: (Kind.TIMEOUT, "no answer to a ping"),
}


class _Connect(connect):
    """The library's own way to connect, without its redirects: they would take the key along."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Return the redirect as what it is, an answer that is no WebSocket."""
        return exc


class Socket:
    """An open connection; a task that waits in ``receive`` may be cancelled."""

    def __init__(self, connection: ClientConnection, *, key_sent: bool) -> None:
        self._connection = connection
        self._key_sent = key_sent

    async def receive(self) -> str:
        """Return the next frame as text; raises ApiError when the connection is over."""
        try:
            frame = await self._connection.recv(decode=False)
        except (ConnectionClosed, OSError) as error:
            raise error_of(_explained(error, key_sent=self._key_sent)) from None
        return frame.decode(errors="replace")

    async def send(self, text: str) -> None:
        """Send one frame; raises ApiError when the connection is over."""
        try:
            await self._connection.send(text)
        except (ConnectionClosed, OSError) as error:
            raise error_of(_explained(error, key_sent=self._key_sent)) from None


@asynccontextmanager
async def open_socket(address: Address, path: str) -> AsyncIterator[Socket]:
    """Connect within 3 s and hand out the socket; closes it at the end, in a second at most.

    Raises ApiError; an answer that is no handshake is decoded by the rules of the envelope.
    """
    key = address.headers()
    connection = await _connected(address, path, key)
    try:
        yield Socket(connection, key_sent=bool(key))
    finally:
        await connection.close()


async def _connected(address: Address, path: str, key: dict[str, str]) -> ClientConnection:
    scheme, separator, rest = address.base_url.partition("://")
    if not separator or scheme not in {"http", "https"}:
        raise_problem(refusal("BASE_URL", "the base URL is not a URL"))
    is_secure = scheme == "https"
    try:
        return await _Connect(
            f"{'wss' if is_secure else 'ws'}://{rest}{path}",
            additional_headers=key,
            ssl=ssl_context("https") if is_secure else None,
            proxy=None,
            compression=None,
            open_timeout=OPEN_SECONDS,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PING_SECONDS,
            close_timeout=_CLOSE_SECONDS,
            max_size=_FRAME_LIMIT,
        )
    except (WebSocketException, OSError, ValueError) as error:
        problem = _explained(error, key_sent=bool(key))
        raise error_of(unquoted(problem, key.values())) from None


def _explained(error: Exception, *, key_sent: bool) -> Problem:
    """Return the problem behind an exception; its own text may quote a header and is not used."""
    if isinstance(error, InvalidStatus):
        return _no_handshake(error.response, key_sent=key_sent)
    if isinstance(error, InvalidMessage) and isinstance(error.__cause__, EOFError):
        return _broken("the connection was closed before an answer", key_sent=key_sent)
    if isinstance(error, InvalidHandshake):
        message = "what answers is no WebSocket"
        return Problem(Kind.NOT_API, message=message, key_sent=key_sent)
    if isinstance(error, ConnectionClosed):
        return _closed(error, key_sent=key_sent)
    # A certificate that cannot be trusted is an OSError and a ValueError at once.
    if isinstance(error, OSError):
        return explained(error, key_sent=key_sent)
    return refusal("BASE_URL", "the base URL is not an address")


def _no_handshake(response: Response, *, key_sent: bool) -> Problem:
    """Return why the server answered the handshake with something else."""
    headers = dict(response.headers.raw_items())
    return not_what_was_asked(
        response.status_code, headers, bytes(response.body), "WebSocket", key_sent=key_sent
    )


def _closed(error: ConnectionClosed, *, key_sent: bool) -> Problem:
    began_it = error.sent is not None and not error.rcvd_then_sent
    if began_it and error.sent is not None and error.sent.code in _OUR_VERDICTS:
        kind, message = _OUR_VERDICTS[error.sent.code]
        return Problem(kind, message=message, retryable=True, key_sent=key_sent)
    if error.rcvd is not None:
        return _broken(f"the server closed with {error.rcvd.code}", key_sent=key_sent)
    return _broken("the connection broke", key_sent=key_sent)


def _broken(message: str, *, key_sent: bool) -> Problem:
    return Problem(Kind.TRANSPORT, message=message, retryable=True, key_sent=key_sent)
