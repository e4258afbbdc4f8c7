"""Which endpoints a server has: all, only those of the specification, or those before V1."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.simulator.answers import Style, speak

Handler = Callable[[Request], Awaitable[Response]]
Kind = Literal["spec", "later", "legacy"]
Routes = Literal["all", "spec", "legacy"]

_V1 = "/api/v1/"
_BEFORE_V1 = "/api/"
# Spoken by the areas that contract.md §1.3 names.
_SIMPLE = ("wifi/", "network/", "espcam/", "containers", "onboarding/")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method on one path.

    ``spec`` are those that a document of the specification names, by itself or with its group
    (contract.md tags them [SPEC]); ``later`` those that only newer servers have; ``legacy`` those
    that are older than V1 and outside the specification.
    """

    kind: Kind
    method: str
    path: str
    handler: Handler
    style: Style = "extended"

    def route(self) -> Route:
        """Return it for the router."""
        return Route(self.path, partial(_answer, self.handler, self.style), methods=[self.method])

    def twin(self) -> Endpoint:
        """Return it as a server before V1 has it: below /api, in the same envelope."""
        return replace(self, path=self.path.replace(_V1, _BEFORE_V1, 1))


def spec(method: str, path: str, handler: Handler, style: Style | None = None) -> Endpoint:
    """Return an endpoint of the specification; its style is that of its area unless given."""
    return Endpoint("spec", method, path, handler, style or _style_of(path))


def later(method: str, path: str, handler: Handler, style: Style | None = None) -> Endpoint:
    """Return an endpoint that only newer servers have; its style is that of its area."""
    return Endpoint("later", method, path, handler, style or _style_of(path))


def legacy(method: str, path: str, handler: Handler, style: Style = "bare") -> Endpoint:
    """Return an endpoint from before V1."""
    return Endpoint("legacy", method, path, handler, style)


def chosen(endpoints: Iterable[Endpoint], routes: Routes) -> list[Endpoint]:
    """Return what a server of that kind has; the first of one path and method answers."""
    every = list(endpoints)
    match routes:
        case "all":
            return every
        case "spec":
            return [endpoint for endpoint in every if endpoint.kind == "spec"]
        case "legacy":
            older = [endpoint for endpoint in every if not endpoint.path.startswith(_V1)]
            return older + [e.twin() for e in every if e.path.startswith(_V1)]


def _style_of(path: str) -> Style:
    return "simple" if path.removeprefix(_V1).startswith(_SIMPLE) else "extended"


async def _answer(handler: Handler, style: Style, request: Request) -> Response:
    speak(request.scope, style)
    return await handler(request)
