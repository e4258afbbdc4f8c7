"""Envelopes: extended, simple, none at all, the flat 401 and the live 404 (contract.md §1.1-1.9).

The endpoint that a request came to says which of them it speaks.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from kiosk.simulator.errors import CODES, Code, RefusalError
from kiosk.simulator.moments import rfc3339

_log = logging.getLogger("kiosk.simulator")

API = "/api/v1/"
# Extended (§1.1), simple (§1.3), no envelope (§1.9), none but "success" beside the payload (§1.9).
Style = Literal["extended", "simple", "bare", "mixed"]
PAGE = (
    "<!doctype html>\n"
    '<html lang="en"><head><meta charset="utf-8"><title>PiDashboard</title></head>'
    '<body><div id="root"></div></body></html>\n'
)


def correlation_id(scope: Scope) -> str:
    """Return the id of this request, made when it is first asked for."""
    state = scope.setdefault("state", {})
    return str(state.setdefault("correlation_id", str(uuid.uuid4())))


def speak(scope: Scope, style: Style) -> None:
    """Answer this request in that style from now on."""
    scope.setdefault("state", {})["style"] = style


def success(request: Request, data: Any, status: int = 200) -> Response:
    """Make a success in the request's style; without an envelope the data must be an object."""
    match _style(request.scope):
        case "extended":
            body = {"success": True, "data": data, **_tracing(request.scope)}
        case "simple":
            body = {"success": True, "data": data, **_request_id(request.scope)}
        case "mixed":
            body = {**data, "success": data.get("success", True)}
        case "bare":
            body = data
    return JSONResponse(body, status)


def failure(
    scope: Scope, code: str, registered: Code, details: str | None, retry_after: int | None
) -> Response:
    """Make an error in the request's style."""
    about: dict[str, Any] = {"code": code, "retryable": registered.retryable}
    if details:
        about["details"] = details
    match _style(scope):
        case "extended":
            error = {**about, "message": registered.message, **_delay(retry_after)}
            body = {"success": False, "error": error, **_tracing(scope)}
        case "simple":
            error = {**about, "message": registered.message}
            if retry_after is not None:
                error["details"] = f"retry_after: {retry_after}"
            body = {"success": False, "error": error, **_request_id(scope)}
        case "bare" | "mixed":
            body = {**about, "error": registered.message, **_delay(retry_after)}
    headers = {"Retry-After": str(retry_after)} if registered.status == 429 else None  # noqa: PLR2004
    return JSONResponse(body, registered.status, headers)


def failure_of(scope: Scope, code: str, details: str | None = None) -> Response:
    """Make the error envelope of a registered code."""
    registered = CODES[code]
    return failure(scope, code, registered, details, registered.retry_after)


def unauthorized(scope: Scope, text: str) -> Response:
    """Make the flat 401, whose ``error`` is a string."""
    flat = {"success": False, "error": text, "code": "UNAUTHORIZED", "retryable": False}
    return JSONResponse({**flat, **_tracing(scope)}, 401)


def no_such_route(path: str, *, has_v1: bool = True) -> Response:
    """JSON 404 below /api/v1/, the web application's page with 200 everywhere else (§1.5, §1.6).

    A server that is older than V1 has only the page.
    """
    if not (has_v1 and path.startswith(API)):
        return HTMLResponse(PAGE)
    error = {
        "code": "NOT_FOUND",
        "message": "The requested endpoint does not exist",
        "path": path,
        "retryable": False,
    }
    return JSONResponse({"success": False, "error": error, "timestamp": rfc3339(time.time())}, 404)


async def on_refusal(request: Request, error: Exception) -> Response:
    """Answer a refusal with its code."""
    refusal = error if isinstance(error, RefusalError) else RefusalError("INTERNAL_ERROR")
    return failure(
        request.scope, refusal.code, refusal.registered, refusal.details, refusal.retry_after
    )


def on_wrong_route(*, has_v1: bool) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers a path or method that does not exist."""

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code not in {404, 405}:
            return failure_of(request.scope, "INVALID_REQUEST", error.detail)
        return no_such_route(request.url.path, has_v1=has_v1)

    return answer


async def on_database_error(request: Request, error: Exception) -> Response:
    """Answer DATABASE_ERROR."""
    _log.error("the state could not be stored: %s", error)
    return failure_of(request.scope, "DATABASE_ERROR")


async def on_crash(request: Request, error: Exception) -> Response:
    """Answer INTERNAL_ERROR, and log what went wrong."""
    _log.error("%s failed", request.url.path, exc_info=error)
    return failure_of(request.scope, "INTERNAL_ERROR")


def _style(scope: Scope) -> Style:
    style: Style = scope.setdefault("state", {}).get("style", "extended")
    return style


def _delay(retry_after: int | None) -> dict[str, int]:
    return {} if retry_after is None else {"retry_after_seconds": retry_after}


def _request_id(scope: Scope) -> dict[str, str]:
    return {"request_id": correlation_id(scope), "timestamp": rfc3339(time.time())}


def _tracing(scope: Scope) -> dict[str, str]:
    return {"correlation_id": correlation_id(scope), "timestamp": rfc3339(time.time())}
