"""Journal first: what a mutation is meant to do is on disk before it is sent, its outcome after.

reliability.md, promise 9. Where the disk is, is the runtime's business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from kiosk.services.client.errors import ApiError
from kiosk.services.wire.envelope import Answer
from kiosk.services.wire.problem import Problem

# What a body may tell of its target; never a password, a code or a setting's value.
_TELLING = ("target_ssid", "ssid", "mac", "mac_address", "device_id")
_FINISH_SECONDS = 1.0

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "POST /provisioning/batch/start": "start",
        "POST /provisioning/batch/{}/stop": "stop",
        "POST /provisioning/batch/{}/pause": "pause",
        "POST /provisioning/batch/{}/resume": "unpause",
        "POST /provisioning/batch/{}/provision-all": "provision-all",
        "POST /provisioning/batch/{}/devices/{}/provision": "provision",
        "POST /provisioning/batch/{}/devices/{}/retry": "retry",
        "POST /provisioning/batch/{}/devices/{}/skip": "skip",
        "POST /provisioning/sessions/{}/resume": "resume",
        "DELETE /provisioning/sessions/{}": "discard",
        "DELETE /provisioning/sessions/history": "history-clear",
        "POST /provisioning/allowlist": "allowlist-add",
        "DELETE /provisioning/allowlist/{}": "allowlist-remove",
        "POST /wifi/connect": "wifi-connect",
        "POST /wifi/disconnect": "wifi-disconnect",
        "POST /cameras/{}/capture": "camera-capture",
        "POST /cameras/{}/reboot": "camera-reboot",
        "POST /espcam/scan": "espcam-scan",
        "POST /espcam/pair": "espcam-pair",
        "POST /containers/{}/cameras": "camera-assign",
        "DELETE /containers/{}/cameras/{}": "camera-unassign",
        "PUT /config/{}": "config-set",
        "POST /config/{}/reset": "config-reset",
        "POST /door/open": "door-open",
        "POST /door/close": "door-close",
        "POST /system/reset": "system-reset",
    }
)


class End(StrEnum):
    """What came of a mutation; ``not_done`` is what a look at the server has shown later."""

    DONE = "done"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a mutation ended, as its answer says; ``code`` is the server's or the problem's kind."""

    end: End
    code: str | None = None
    http_status: int | None = None
    correlation_id: str | None = None


class Journal(Protocol):
    """Where intents are kept. Neither method raises: a mutation is never refused for it."""

    async def intend(self, operation: str, target: tuple[str, ...]) -> int:
        """Return the intent's number once it is on disk, as far as there is a disk."""
        ...

    async def settle(self, intent: int, outcome: Outcome) -> None:
        """Keep what came of an intent."""
        ...


class Recorder:
    """Has each mutation journaled; without a journal it only lets them through.

    A caller that is cancelled just leaves: what it sent goes on, and its true end is kept.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(
        self, operation: str, target: tuple[str, ...], call: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Return what the call returns; raises what it raises."""
        if self._journal is None:
            return await call()
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answered.add_done_callback(_seen)
        work = _journaled(self._journal, operation, target, call, answered)
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.wait({answered})
        return answered.result()

    async def finish(self) -> None:
        """Let what is under way be kept; the requests themselves have ended."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_FINISH_SECONDS)


def operation_of(method: str, path: str) -> str:
    """Return the word for a mutation, the one of ``kiosk api`` where there is one."""
    return _WORDS.get(f"{method} {path}", f"{method} {path}")


def target_of(parts: tuple[str, ...], body: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return what a mutation is about: the parts of its path and the names in its body."""
    told = (body.get(name) for name in _TELLING) if body else ()
    return (*parts, *(text for text in told if isinstance(text, str)))


def outcome_of(problem: Problem) -> Outcome:
    """Return the outcome that a problem means."""
    if problem.maybe_done:
        end = End.UNKNOWN
    elif problem.http_status is None and problem.surely_not_done:
        end = End.NOT_SENT
    else:
        end = End.REFUSED
    code = problem.code or problem.kind.value
    return Outcome(end, code, problem.http_status, problem.correlation_id)


async def _journaled(
    journal: Journal,
    operation: str,
    target: tuple[str, ...],
    call: Callable[[], Awaitable[Answer]],
    answered: asyncio.Future[Answer],
) -> None:
    """Make the call; whoever waits for its answer does not wait until that is on the disk."""
    try:
        intent = await journal.intend(operation, target)
    except BaseException:
        answered.cancel()
        raise
    try:
        answer = await call()
    except ApiError as error:
        answered.set_exception(error)
        outcome = outcome_of(error.problem)
    except asyncio.CancelledError:
        # The client closes: without an end it is looked up at the next start, as after a kill.
        answered.cancel()
        raise
    except BaseException:
        # It was sent, or was about to be, and nobody will ever hear of its end.
        answered.cancel()
        await journal.settle(intent, Outcome(End.UNKNOWN))
        raise
    else:
        answered.set_result(answer)
        outcome = Outcome(End.DONE, None, answer.http_status, answer.correlation_id)
    await journal.settle(intent, outcome)


def _seen(answered: asyncio.Future[Answer]) -> None:
    if not answered.cancelled():
        answered.exception()  # marks it as seen: a caller that left does not ask for it
