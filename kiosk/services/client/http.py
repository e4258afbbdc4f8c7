"""The one place that sends a request and decodes its answer (contract.md §1, reliability.md)."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from kiosk.services.client.breaker import Breaker
from kiosk.services.client.connection import (
    MAX_REDIRECTS,
    Address,
    explained,
    new_client,
    same_origin,
    timeouts,
    unquoted,
)
from kiosk.services.client.errors import ApiError, error_of, raise_problem
from kiosk.services.wire.envelope import Answer, decode, http_date
from kiosk.services.wire.hiding import forms_of
from kiosk.services.wire.masking import looks_secret
from kiosk.services.wire.problem import Kind, Problem

BODY_LIMIT = 8 << 20
READ_SECONDS = 10.0
ACTION_SECONDS = 30.0
_CLOSING_SECONDS = 1.0

T = TypeVar("T")

_log = logging.getLogger("kiosk.client")


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. ``body`` becomes JSON; it may hold a secret, so repr leaves it out."""

    method: str
    path: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    seconds: float = READ_SECONDS

    def __repr__(self) -> str:
        return f"{self.method} {self.path}"


class Http:
    """Requests over one shared httpx client; an async context manager.

    httpx loses a slot of its pool when a request's task is cancelled, so each request runs in a
    task of its own that nobody cancels; a caller that is cancelled or out of patience just leaves.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._client = new_client(address)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._server_epoch: float | None = None
        self.breaker = Breaker()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Give the requests under way a second to end, then close."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=_CLOSING_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._client.aclose()

    @property
    def clock_offset(self) -> float | None:
        """Return the server's wall clock minus ours in seconds, as ours stands by now."""
        # Our wall clock may have been set since the server told its time.
        epoch = self._server_epoch
        return None if epoch is None else epoch + time.monotonic() - time.time()

    async def send(self, request: Request) -> Answer:
        """Return the decoded answer; raises ApiError."""
        headers = self._address.headers()
        task = self._detached(self._exchange(request, headers))
        # wait() leaves the task alone, both when it times out and when this caller is cancelled.
        done, _ = await asyncio.wait({task}, timeout=request.seconds)
        if not done:
            raise_problem(_out_of_time(key_sent=bool(headers)))
        outcome = task.result()
        if isinstance(outcome, Problem):
            raise_problem(outcome)
        return outcome

    async def _exchange(self, request: Request, headers: dict[str, str]) -> Answer | Problem:
        client = self._client
        key_sent = bool(headers)
        status: int | None = None
        try:
            response, body = await self._round_trip(client, request, headers)
        except httpx.PoolTimeout as error:
            self._replace(client)
            outcome: Answer | Problem = explained(error, key_sent=key_sent)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            outcome = explained(error, key_sent=key_sent)
        except ApiError as error:
            outcome = replace(error.problem, key_sent=key_sent)
        else:
            status = response.status_code
            outcome = decode(status, response.headers, body, key_sent=key_sent)
        if isinstance(outcome, Problem):
            outcome = unquoted(outcome, _secrets(request, headers))
        else:
            outcome = replace(outcome, http_status=status)
        self.breaker.note(outcome)
        _report(request, status, outcome)
        return outcome

    async def _round_trip(
        self, client: httpx.AsyncClient, request: Request, headers: dict[str, str]
    ) -> tuple[httpx.Response, bytes]:
        """Return the answer and its body, after redirects of a GET on the same origin."""
        deadline = time.monotonic() + request.seconds
        url: httpx.URL | str = request.path
        query = request.query
        for _ in range(MAX_REDIRECTS + 1):
            async with client.stream(
                request.method,
                url,
                params=query,
                json=request.body,
                headers={"Accept": "application/json", **headers},
                timeout=timeouts(request.seconds),
            ) as response:
                self._note_clock(response.headers)
                target = same_origin(response) if request.method == "GET" else None
                if target is None:
                    return response, await limited_body(response, deadline)
            url, query = target, None
        raise error_of(Problem(Kind.NOT_API, message="redirected in a circle"))

    def _note_clock(self, headers: httpx.Headers) -> None:
        date = http_date(headers.get("date", ""))
        if date is not None:
            self._server_epoch = date.timestamp() - time.monotonic()

    def _replace(self, exhausted: httpx.AsyncClient) -> None:
        """Go on with a fresh pool; the old one is closed when its last request has ended."""
        if self._client is not exhausted:
            return
        self._client = new_client(self._address)
        others = self._under_way - {asyncio.current_task()}

        async def retire() -> None:
            if others:
                await asyncio.wait(others)
            await exhausted.aclose()

        self._detached(retire())

    def _detached(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as seen: a caller that left does not ask for it


async def limited_body(response: httpx.Response, deadline: float) -> bytes:
    """Return the body; raises ApiError when it is over 8 MiB, compressed, or late.

    A byte now and then resets httpx's own time-out, so the deadline counts for the whole.
    """
    if response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise error_of(_unusable(response, "the body is compressed, though identity was asked for"))
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > BODY_LIMIT:
            raise error_of(_unusable(response, "the body is over 8 MiB"))
        if time.monotonic() > deadline:
            raise error_of(_out_of_time())
        parts.append(part)
    return b"".join(parts)


def _secrets(request: Request, headers: Mapping[str, str]) -> list[str]:
    """Return what of a request nobody may read, in every way in which it may be written."""
    body = request.body or {}
    private = [value for name, value in body.items() if looks_secret(name)]
    return forms_of(text for text in (*headers.values(), *private) if isinstance(text, str))


def _unusable(response: httpx.Response, why: str) -> Problem:
    return Problem(Kind.MALFORMED, message=why, http_status=response.status_code)


def _out_of_time(*, key_sent: bool = False) -> Problem:
    return Problem(Kind.TIMEOUT, message="no complete answer", retryable=True, key_sent=key_sent)


def _report(request: Request, status: int | None, outcome: Answer | Problem) -> None:
    """Log what support needs to find the call on the server; never query, body or key."""
    words = [] if isinstance(outcome, Answer) else [outcome.kind.value, outcome.code or ""]
    _log.info(
        "%s %s: %s, correlation id %s",
        request.method,
        request.path,
        " ".join(filter(None, [str(status or "no answer"), *words])),
        outcome.correlation_id or "none",
    )
