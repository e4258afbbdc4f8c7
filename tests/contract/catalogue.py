"""The contract as examples: one JSON file for each area, one object for each case.

A call is ``argv`` (the words after ``kiosk api``), ``request``, ``response`` and ``expect``;
``earlier`` and ``later`` hold the requests around it, where there are any, with their answers, and
``simulator`` the dialects in which ``kiosk simulate`` answers in the same shape; ``once`` says that
nobody but a person may send it again. A stream is ``stream`` (bytes as text) or ``messages`` in
place of request and response.
"""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.server import Reply, answer

FOLDER = Path(__file__).with_name("fixtures")
AREAS = (
    "batch",
    "allowlist",
    "recovery",
    "system",
    "logs",
    "wifi",
    "cameras",
    "espcam",
    "config",
    "network",
    "door",
    "onboarding",
    "containers",
    "errors",
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One call and what becomes of it; ``request`` is None for a call that is not sent."""

    area: str
    name: str
    source: str
    argv: list[str]
    request: Json | None
    response: Json | None
    expect: Json
    earlier: list[Json] = field(default_factory=list)
    later: list[Json] = field(default_factory=list)
    simulator: list[str] = field(default_factory=list)
    registry: str | None = None
    base_path: str | None = None
    once: bool = False

    def __str__(self) -> str:
        return f"{self.area}: {self.name}"

    @property
    def operation(self) -> str:
        return self.argv[0]

    @property
    def exchanges(self) -> list[tuple[Json, Json]]:
        """Return the requests in order, each with its answer."""
        this = [{"request": self.request, "response": self.response}] if self.request else []
        return [(one["request"], one["response"]) for one in (*self.earlier, *this, *self.later)]


def read(area: str) -> list[Json]:
    """Return the cases of an area as they are written."""
    cases: list[Json] = json.loads((FOLDER / f"{area}.json").read_text(encoding="utf-8"))
    return cases


def calls(*areas: str) -> list[Case]:
    """Return the calls of these areas, or of all."""
    return [Case(a, **case) for a in areas or AREAS for case in read(a) if "argv" in case]


def body_of(response: Json) -> bytes:
    """Return the bytes of an answer's body."""
    if "body" in response:
        return json.dumps(response["body"], ensure_ascii=False).encode()
    if "base64" in response:
        return base64.b64decode(response["base64"])
    return str(response.get("text", "")).encode()


def reply_of(response: Json) -> Reply:
    """Return the answer for a scripted server."""
    given = response.get("content_type")
    content_type = given or ("application/json" if "body" in response else None)
    return answer(
        response["status"],
        body_of(response),
        content_type=content_type,
        headers=response.get("headers"),
    )
