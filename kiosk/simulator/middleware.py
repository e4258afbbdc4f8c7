"""What happens around every request: the log that tests read, then the key."""

from __future__ import annotations

import hmac
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.simulator.answers import correlation_id, unauthorized
from kiosk.simulator.engine import Engine
from kiosk.simulator.notes import Level

HOOKS = "/_simulator/"
_REMEMBERED = 10_000

# contract.md §0.3: method (any when empty) and how the path goes on after its prefix.
_V1, _BEFORE_V1 = "/api/v1/", ("/api/dashboard/", "/api/")
_PROTECTED = (
    ("", "provisioning/batch"),
    ("", "provisioning/allowlist"),
    ("", "provisioning/sessions"),
    ("", "door"),
    ("PUT", "config/"),
    ("POST", "config/"),
    ("POST", "system/reset"),
)
_LONGEST_PATH = 200  # of a log entry
_SWITCHING_PROTOCOLS, _CLIENT_ERROR, _SERVER_ERROR = 101, 400, 500


class RequestLog:
    """Every request but those of the hooks, with what was answered; never a query or a header.

    Those that change something or are refused are in the service's own log too.
    """

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine
        self._requests: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)
        self._counts: Counter[str] = Counter()

    def report(self) -> dict[str, Any]:
        """Return the requests in order of their answers' beginning, counts by "METHOD path"."""
        return {
            "requests": list(self._requests),
            "counts": dict(self._counts),
            "total": self._counts.total(),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and note what was answered."""
        if scope["type"] not in {"http", "websocket"} or scope["path"].startswith(HOOKS):
            await self._app(scope, receive, send)
            return

        async def note(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                self._note(scope, message["status"])
            elif message["type"] == "websocket.accept":
                self._note(scope, _SWITCHING_PROTOCOLS)
            await send(message)

        await self._app(scope, receive, note)
        if "logged" not in scope["state"]:
            self._note(scope, None)

    def _note(self, scope: Scope, status: int | None) -> None:
        method = scope.get("method", "GET")
        scope["state"]["logged"] = True
        self._counts[f"{method} {scope['path']}"] += 1
        self._requests.append(
            {
                "method": method,
                "path": scope["path"],
                "status": status,  # None: the connection was cut instead of an answer
                "correlation_id": correlation_id(scope),
            }
        )
        level = _level_of(status)
        if method not in {"GET", "HEAD"} or level != "info" or status == _SWITCHING_PROTOCOLS:
            self._write(level, f"{method} {scope['path'][:_LONGEST_PATH]}", status, scope)

    def _write(self, level: Level, request: str, status: int | None, scope: Scope) -> None:
        answered = "connection cut" if status is None else f"answered {status}"
        self._engine.logbook.add(
            level,
            "api",
            f"{request}: {answered}",
            self._engine.clock(),
            correlation_id=correlation_id(scope),
        )


class KeyCheck:
    """Answers 401 on the protected routes unless the key came by header or query."""

    def __init__(self, app: ASGIApp, key: str | None, *, has_v1: bool) -> None:
        self._app = app
        self._key = key
        self._prefixes = (_V1, *_BEFORE_V1) if has_v1 else _BEFORE_V1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal:
            await unauthorized(scope, refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        if self._key is None or not self._protects(scope["method"], scope["path"]):
            return None
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = Headers(scope=scope).get("x-api-key") or next(iter(query.get("api_key", [])), "")
        if not given:
            return "API key required"
        known = hmac.compare_digest(given.encode(), self._key.encode())
        return None if known else "Invalid API key"

    def _protects(self, method: str, path: str) -> bool:
        prefix = next((prefix for prefix in self._prefixes if path.startswith(prefix)), None)
        if prefix is None:
            return False
        rest = path.removeprefix(prefix)
        return any(m in {"", method} and rest.startswith(group) for m, group in _PROTECTED)


def _level_of(status: int | None) -> Level:
    if status is None or status >= _SERVER_ERROR:
        return "error"
    return "warn" if status >= _CLIENT_ERROR else "info"
