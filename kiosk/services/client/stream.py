"""One connection to an event stream, on an httpx client of its own (reliability.md)."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus

import httpx

from kiosk.services.client.connection import (
    CONNECT_SECONDS,
    MAX_REDIRECTS,
    Address,
    explained,
    new_client,
    not_what_was_asked,
    same_origin,
    unquoted,
)
from kiosk.services.client.errors import ApiError, error_of
from kiosk.services.client.http import READ_SECONDS, limited_body
from kiosk.services.client.sse import EventTooLargeError, Frame, SseDecoder
from kiosk.services.wire.problem import Kind, Problem

# Without a complete line for so long a connection is dead, whatever TCP believes.
SILENCE_SECONDS = 40.0

# httpx counts bytes, and its default of 5 s is shorter than a heartbeat: silence is ours to judge.
_NO_READ_LIMIT = httpx.Timeout(None, connect=CONNECT_SECONDS)
# Longer headers are refused by some servers, and the same id would be tried for ever.
_LONGEST_EVENT_ID = 1024

_FAILURES = (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError)


class EventStream:
    """An accepted stream; a task that waits in ``next_batch`` may be cancelled."""

    def __init__(
        self, response: httpx.Response, decoder: SseDecoder, silence: float, *, key_sent: bool
    ) -> None:
        self._chunks = response.aiter_raw()
        self._decoder = decoder
        self._silence = silence
        self._key_sent = key_sent
        self._last_line = time.monotonic()

    @property
    def last_event_id(self) -> str:
        """Return the id to send as ``Last-Event-ID`` next time."""
        return self._decoder.last_event_id

    @property
    def retry_seconds(self) -> float | None:
        """Return the delay that the server asked for with ``retry:``."""
        milliseconds = self._decoder.retry_ms
        return None if milliseconds is None else milliseconds / 1000

    async def next_batch(self) -> list[Frame] | None:
        """Return the frames of the next lines (none: just a sign of life), or None at the end.

        Raises RequestTimeout after 40 s without a complete line, TransportError when the
        connection breaks, MalformedAnswer for an event over 1 MiB.
        """
        seen = self._decoder.lines
        try:
            left = max(0.0, self._last_line + self._silence - time.monotonic())
            async with asyncio.timeout(left):
                async for chunk in self._chunks:
                    frames = self._decoder.feed(chunk)
                    if self._decoder.lines != seen:
                        self._last_line = time.monotonic()
                        return frames
                return None
        except TimeoutError:
            message = f"no complete line for {self._silence:.0f} s"
            raise error_of(Problem(Kind.TIMEOUT, message=message, retryable=True)) from None
        except EventTooLargeError as error:
            problem = Problem(Kind.MALFORMED, message=str(error), retryable=True)
            raise error_of(problem) from None
        except _FAILURES as error:
            raise error_of(explained(error, key_sent=self._key_sent)) from None


@asynccontextmanager
async def open_stream(
    address: Address,
    path: str,
    query: dict[str, str],
    *,
    last_event_id: str = "",
    silence: float = SILENCE_SECONDS,
) -> AsyncIterator[EventStream]:
    """Connect and hand out the stream once the server accepts it; closes everything at the end.

    Raises ApiError by the rules of the envelope for any answer that is not 200 with an event
    stream: 204 becomes EndpointAbsent, a web page NotApi. An id that no header takes is not sent.
    """
    key = address.headers()
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache", **key}
    raw_headers = [(name.encode(), value.encode()) for name, value in headers.items()]
    if _is_header_value(last_event_id):
        raw_headers.append((b"Last-Event-ID", last_event_id.encode()))
    async with new_client(address) as client:
        try:
            # The client is this stream's own, so what a cancellation leaves behind dies with it.
            async with asyncio.timeout(silence):
                response = await _connected(client, path, query, raw_headers)
        except _FAILURES as error:
            raise error_of(explained(error, key_sent=bool(key))) from None
        try:
            await _check_accepted(response, key)
            decoder = SseDecoder(last_event_id)
            yield EventStream(response, decoder, silence, key_sent=bool(key))
        finally:
            await response.aclose()


def _is_header_value(text: str) -> bool:
    """Return whether a server's own text can be sent back to it without being refused for it."""
    is_visible = text == text.strip() and text.isprintable()
    return is_visible and 0 < len(text.encode()) <= _LONGEST_EVENT_ID


async def _connected(
    client: httpx.AsyncClient, path: str, query: dict[str, str], headers: list[tuple[bytes, bytes]]
) -> httpx.Response:
    """Return the first answer that is no redirect to the same origin."""
    url: httpx.URL | str = path
    params = query
    for _ in range(MAX_REDIRECTS + 1):
        request = client.build_request(
            "GET", url, params=params or None, headers=headers, timeout=_NO_READ_LIMIT
        )
        response = await client.send(request, stream=True)
        target = same_origin(response)
        if target is None:
            return response
        await response.aclose()
        url, params = target, {}
    raise error_of(Problem(Kind.NOT_API, message="redirected in a circle"))


async def _check_accepted(response: httpx.Response, key: Mapping[str, str]) -> None:
    key_sent = bool(key)
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_plain = response.headers.get("content-encoding", "identity").lower() in {"", "identity"}
    if response.status_code == HTTPStatus.OK and content_type == "text/event-stream" and is_plain:
        return
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await limited_body(response, time.monotonic() + READ_SECONDS)
    except ApiError as error:
        raise error_of(replace(error.problem, key_sent=key_sent)) from None
    except _FAILURES as error:
        raise error_of(explained(error, key_sent=key_sent)) from None
    problem = not_what_was_asked(
        response.status_code, response.headers, body, "stream", key_sent=key_sent
    )
    raise error_of(unquoted(problem, key.values()))
