"""Answers gone wrong on demand: a test hook that sits between the log and the real handlers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from typing import Any, Self

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.simulator.answers import failure_of
from kiosk.simulator.connections import Connections
from kiosk.simulator.errors import CODES
from kiosk.simulator.middleware import HOOKS

_TYPES: dict[str, tuple[type, ...]] = {
    "method": (str,),
    "path_prefix": (str,),
    "status": (int,),
    "code": (str,),
    "body": (object,),
    "content_type": (str,),
    "headers": (dict,),
    "times": (int,),
    "delay_seconds": (int, float),
    "then_execute": (bool,),
    "abort": (bool,),
}


@dataclass(slots=True)
class Fault:
    """How the next matching requests are answered."""

    path_prefix: str
    method: str = ""  # any
    status: int | None = None
    code: str | None = None
    body: Any = None
    content_type: str | None = None
    headers: dict[str, str] | None = None
    times: int = 1
    delay_seconds: float = 0.0
    then_execute: bool = False
    abort: bool = False

    @classmethod
    def parse(cls, given: object) -> Self:
        """Raise ValueError with a sentence when it is no fault."""
        if not isinstance(given, dict) or not isinstance(given.get("path_prefix"), str):
            raise ValueError("a fault is an object with path_prefix")  # noqa: TRY004 - one kind for all
        known = {f.name for f in fields(cls)}
        for name, value in given.items():
            if name not in known or not isinstance(value, _TYPES[name]):
                raise ValueError(f"{name} is unknown or of the wrong type")
        if given.get("code", "TOTP_INVALID") not in CODES:
            raise ValueError("code is not one of the 26")
        return cls(**given)

    def matches(self, scope: Scope) -> bool:
        """Tell whether the request is one to spoil."""
        method = self.method.upper()
        return method in {"", scope.get("method", "GET")} and scope["path"].startswith(
            self.path_prefix
        )

    def answer(self, scope: Scope) -> Response | None:
        """Return the answer to give; None when only delay or abort was asked for."""
        if self.code:
            return failure_of(scope, self.code)
        if self.status is None:
            return None
        if isinstance(self.body, str) or self.body is None:
            return Response(self.body, self.status, self.headers, self.content_type)
        return JSONResponse(self.body, self.status, self.headers, self.content_type)


class Faults:
    """Applies the faults in the order in which they were given, each ``times`` times."""

    def __init__(self, app: ASGIApp, connections: Connections) -> None:
        self._app = app
        self._connections = connections
        self._pending: list[Fault] = []

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, faults: list[Fault]) -> None:
        """Spoil matching requests from now on, after those that are still to be spoiled."""
        self._pending += faults

    def clear(self) -> None:
        """Spoil nothing more."""
        self._pending.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or spoil it."""
        fault = None if scope.get("path", HOOKS).startswith(HOOKS) else self._take(scope)
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.then_execute:
            await self._app(scope, receive, _discard)
        await asyncio.sleep(fault.delay_seconds)
        answer = fault.answer(scope)
        if fault.abort or (fault.then_execute and answer is None):
            self._connections.cut(scope)
        elif answer is not None:
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _take(self, scope: Scope) -> Fault | None:
        for fault in self._pending:
            if fault.matches(scope):
                fault.times -= 1
                if fault.times <= 0:
                    self._pending.remove(fault)
                return fault
        return None


async def _discard(_: Message) -> None:
    """Drop what the real handler says."""
