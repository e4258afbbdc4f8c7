"""Envelopes: the extended V1 shapes, the flat 401 and the live 404 (contract.md §1.1-1.5)."""

from __future__ import annotations

import json
import logging
import time
import uuid
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from kiosk.simulator.errors import CODES, Code, RefusalError
from kiosk.simulator.moments import rfc3339

_log = logging.getLogger("kiosk.simulator")

API = "/api/v1/"
PAGE = (
    "<!doctype html>\n"
    '<html lang="en"><head><meta charset="utf-8"><title>PiDashboard</title></head>'
    '<body><div id="root"></div></body></html>\n'
)


def correlation_id(scope: Scope) -> str:
    """Return the id of this request, made when it is first asked for."""
    state = scope.setdefault("state", {})
    return str(state.setdefault("correlation_id", str(uuid.uuid4())))


def success(request: Request, data: Any, status: int = 200) -> Response:
    """Make the extended V1 success envelope."""
    return JSONResponse({"success": True, "data": data, **_tracing(request.scope)}, status)


def failure(
    scope: Scope, code: str, registered: Code, details: str | None, retry_after: int | None
) -> Response:
    """Make the extended V1 error envelope."""
    error: dict[str, Any] = {
        "code": code,
        "message": registered.message,
        "retryable": registered.retryable,
    }
    if retry_after is not None:
        error["retry_after_seconds"] = retry_after
    if details:
        error["details"] = details
    headers = {"Retry-After": str(retry_after)} if registered.status == 429 else None  # noqa: PLR2004
    body = {"success": False, "error": error, **_tracing(scope)}
    return JSONResponse(body, registered.status, headers)


def failure_of(scope: Scope, code: str, details: str | None = None) -> Response:
    """Make the error envelope of a registered code."""
    registered = CODES[code]
    return failure(scope, code, registered, details, registered.retry_after)


def unauthorized(scope: Scope, text: str) -> Response:
    """Make the flat 401, whose ``error`` is a string."""
    flat = {"success": False, "error": text, "code": "UNAUTHORIZED", "retryable": False}
    return JSONResponse({**flat, **_tracing(scope)}, 401)


def no_such_route(path: str) -> Response:
    """JSON 404 below /api/v1/, the web application's page with 200 everywhere else (§1.5, §1.6)."""
    if not path.startswith(API):
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


async def on_wrong_route(request: Request, error: Exception) -> Response:
    """Answer a path or method that does not exist."""
    if isinstance(error, HTTPException) and error.status_code not in {404, 405}:
        return failure_of(request.scope, "INVALID_REQUEST", error.detail)
    return no_such_route(request.url.path)


async def on_database_error(request: Request, error: Exception) -> Response:
    """Answer DATABASE_ERROR."""
    _log.error("the state could not be stored: %s", error)
    return failure_of(request.scope, "DATABASE_ERROR")


async def on_crash(request: Request, error: Exception) -> Response:
    """Answer INTERNAL_ERROR, and log what went wrong."""
    _log.error("%s failed", request.url.path, exc_info=error)
    return failure_of(request.scope, "INTERNAL_ERROR")


async def json_object(request: Request) -> dict[str, Any]:
    """Return the request's body. Raise INVALID_REQUEST unless it is one JSON object."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise RefusalError("INVALID_REQUEST", "the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusalError("INVALID_REQUEST", "the body is not a JSON object")
    return body


def text_of(body: dict[str, Any], name: str) -> str:
    """Return a required text. Raise MISSING_PARAMETER or VALIDATION_FAILED."""
    if body.get(name) is None:
        raise RefusalError("MISSING_PARAMETER", name)
    return _checked_text(body[name], name)


def optional_text_of(body: dict[str, Any], name: str) -> str | None:
    """Return an optional text. Raise VALIDATION_FAILED."""
    return None if body.get(name) is None else _checked_text(body[name], name)


def _checked_text(value: object, name: str) -> str:
    if not isinstance(value, str) or any("\ud800" <= c <= "\udfff" for c in value):
        raise RefusalError("VALIDATION_FAILED", f"{name} must be a text")
    return value


def _tracing(scope: Scope) -> dict[str, str]:
    return {"correlation_id": correlation_id(scope), "timestamp": rfc3339(time.time())}
