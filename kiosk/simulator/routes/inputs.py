"""What a request says: its body and its query, checked (contract.md §5.4 for what is refused)."""

from __future__ import annotations

import json
import math
from typing import Any

from starlette.requests import Request

from kiosk.simulator.errors import RefusalError


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


def flag_of(body: dict[str, Any], name: str) -> bool:
    """Return an optional yes or no. Raise VALIDATION_FAILED."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise RefusalError("VALIDATION_FAILED", f"{name} must be true or false")
    return value


def number_of(body: dict[str, Any], name: str, default: float) -> float:
    """Return an optional finite number. Raise VALIDATION_FAILED."""
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RefusalError("VALIDATION_FAILED", f"{name} must be a number")
    return value


async def optional_object(request: Request) -> dict[str, Any]:
    """Return the request's body, empty when there is none. Raise INVALID_REQUEST."""
    return await json_object(request) if await request.body() else {}


def limit_of(request: Request, default: int, most: int) -> int:
    """Return how many entries the query asks for, at most ``most``. Raise VALIDATION_FAILED."""
    return _whole_of(request, "limit", default, least=1, most=most)


def days_of(request: Request, name: str, default: int) -> int:
    """Return a number of days from the query. Raise VALIDATION_FAILED."""
    return _whole_of(request, name, default, least=0, most=36_500)


def _whole_of(request: Request, name: str, default: int, *, least: int, most: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit()) or int(given[:9]) < least:
        raise RefusalError("VALIDATION_FAILED", f"{name} must be a whole number from {least}")
    return min(int(given[:9]), most)


def _checked_text(value: object, name: str) -> str:
    if not isinstance(value, str) or any("\ud800" <= c <= "\udfff" for c in value):
        raise RefusalError("VALIDATION_FAILED", f"{name} must be a text")
    return value
