"""How a command tells what came of it: its button is free again, a notice says what went wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.services.client.backoff import LONGEST_FLOOR
from kiosk.services.client.errors import ApiError
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import Clock
from kiosk.services.state import actions as a
from kiosk.services.state.model import Notice
from kiosk.services.state.store import Store
from kiosk.services.wire.codes import delay_seconds
from kiosk.services.wire.problem import Problem

T = TypeVar("T")


class Outcomes:
    """Notes the end of commands in the store."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(
        self, command: str, call: Callable[[], Awaitable[Reply[T]]], *arguments: str
    ) -> Reply[T] | None:
        """Make the call and note its end; returns its reply, None when it failed.

        ``arguments`` are what the command is to be called with again.
        """
        try:
            reply = await call()
        except ApiError as error:
            self.failed(command, error.problem, *arguments)
            return None
        self.ended(command)
        return reply

    def ended(self, command: str, notice: Notice | None = None) -> None:
        """Note that the command is over."""
        self._store.dispatch(a.CommandEnded(command, notice))

    def failed(self, command: str, problem: Problem, *arguments: str) -> None:
        """Note that the command failed, with the countdown after which it is worth a try again."""
        delay = patient_delay(problem)
        retry_at = None if delay is None else self._clock.monotonic() + delay
        self.ended(command, Notice(command, problem, retry_at=retry_at, arguments=arguments))


def patient_delay(problem: Problem) -> float | None:
    """Return the seconds before a repeat, but none that nobody would wait at a machine."""
    delay = delay_seconds(problem)
    return None if delay is None else min(delay, LONGEST_FLOOR)
